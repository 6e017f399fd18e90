"""Component-level values and start functions, under MicroPython and in process on CPython."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from component.literals import LITERALS
from component.test_run import DEVICE, FOLDER, cases
from wrt_preflight import pipeline
from wrt_preflight.lower import LowerOptions
from wrt_preflight.wast import PASSED, SKIPPED, Target, run_wast

MODULE = "cases_values_start"
CASES = [name for _, name in cases(MODULE)]


@pytest.fixture(scope="session")
def images(tmp_path_factory) -> Path:
    """A folder with the image of every program."""
    folder = tmp_path_factory.mktemp("values")
    programs = {path.stem: _binary(path, folder) for path in (FOLDER / "values").glob("*.wat")}
    for name, data in (programs | {"literals": LITERALS}).items():
        source = pipeline.Input("component", data, name, None, text=False)
        built = pipeline.build(source, LowerOptions(), ["values"])
        (folder / f"{name}.wrt").write_bytes(built.image.data)
    return folder


def _binary(path: Path, folder: Path) -> bytes:
    """A component's binary. `wasm-tools parse` refuses a second start; scripts have it."""
    script = folder / f"{path.stem}.wast"
    script.write_text(path.read_text().replace("(component\n", "(component definition\n", 1))
    tool = Path(sys.executable).parent / "wasm-tools"
    command = [str(tool), "json-from-wast", str(script), "--wasm-dir", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return (folder / f"{path.stem}.0.wasm").read_bytes()


@pytest.fixture(scope="session")
def outcomes(images, micropython):
    """Results of all cases on an engine under MicroPython, run once."""
    known: dict[str, dict[str, str]] = {}

    def run(engine: str) -> dict[str, str]:
        if engine not in known:
            arguments = [str(FOLDER), MODULE, str(images), engine]
            done = micropython.run(
                FOLDER / "run_cases.py", arguments, heap=16 << 20, timeout=120, capture=True
            )
            assert done.returncode == 0, done.stdout + done.stderr
            known[engine] = dict(map(json.loads, done.stdout.splitlines()))
        return known[engine]

    return run


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
@pytest.mark.parametrize("name", CASES)
def test_micropython(outcomes, runs, name, engine):
    runs(engine)
    text = outcomes(engine)[name]
    assert not text, text


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
def test_script(micropython, runs, engine):
    runs(engine)
    script = FOLDER / "values" / "started.wast"
    (result,) = run_wast([script], Target(micropython, engine, features=("values",)))
    assert (result.count(PASSED), len(result.outcomes)) == (4, 4), result.summary()
    (result,) = run_wast([script], Target(micropython, engine))
    assert result.count(SKIPPED) == 4, result.summary()


@pytest.mark.parametrize("name", CASES)
def test_cpython(images, monkeypatch, name):
    for folder in (DEVICE, FOLDER):
        monkeypatch.syspath_prepend(str(folder))
    for loaded in (MODULE, "runner"):
        monkeypatch.delitem(sys.modules, loaded, raising=False)
    loader = importlib.import_module("runner").Loader
    getattr(importlib.import_module(MODULE), name)(loader(str(images), "portable"))
