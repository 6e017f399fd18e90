"""Examples print what their README says, on every engine, under MicroPython and CPython."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from example_programs import EXAMPLES, LAUNCHER, NAMES, expected, source
from wrt_preflight import pipeline
from wrt_preflight.lower import LowerOptions


@pytest.fixture(scope="session")
def image(tmp_path_factory):
    """Path of the image of an example, built once."""
    folder = tmp_path_factory.mktemp("examples")

    def build(name: str) -> Path:
        path = folder / f"{name}.wrt"
        if not path.exists():
            built = pipeline.build(pipeline.read_input(str(source(name))), LowerOptions())
            path.write_bytes(built.image.data)
        return path

    return build


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
@pytest.mark.parametrize("name", NAMES)
def test_micropython(micropython, runs, image, name, engine):
    runs(engine)
    arguments = [engine, str(EXAMPLES / name / "host.py"), str(image(name))]
    done = micropython.run(LAUNCHER, arguments, timeout=60, capture=True)
    assert (done.stdout, done.stderr) == (expected(name), "")


@pytest.mark.parametrize("name", NAMES)
def test_cpython(image, name):
    arguments = ["portable", str(EXAMPLES / name / "host.py"), str(image(name))]
    done = subprocess.run(
        [sys.executable, "-X", "utf8", str(LAUNCHER), *arguments], capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == (expected(name), "")


def test_every_example_has_what_it_needs():
    index = (EXAMPLES / "README.md").read_text()
    for folder in EXAMPLES.iterdir():
        if folder.is_dir() and folder.name != "__pycache__":
            assert (folder / "README.md").exists() and source(folder.name), folder
            assert f"[{folder.name}]({folder.name})" in index
