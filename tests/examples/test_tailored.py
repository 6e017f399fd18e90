"""Engines made for one image: examples print the same with nothing else to run them."""

from __future__ import annotations

import shutil

import pytest

from example_programs import EXAMPLES, LAUNCHER, NAMES, expected, source
from wrt_preflight import image as images
from wrt_preflight import pipeline
from wrt_preflight.interp.tailor import module_name, tailored_engine
from wrt_preflight.lower import LowerOptions


@pytest.fixture(scope="module")
def bare_runtime(micropython, tmp_path_factory):
    """The runtime without the general engines: what runs here is what was made for an image."""
    folder = tmp_path_factory.mktemp("bare")
    shutil.copytree(micropython.runtime(), folder, dirs_exist_ok=True)
    for form in (micropython.interpreter, "portable"):
        for path in folder.joinpath("wrt_micro", "engine", form or "portable").glob("*.mpy"):
            path.unlink()
    return folder


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
@pytest.mark.parametrize("name", NAMES)
def test_an_example_runs_on_its_own_engine(
    micropython, runs, bare_runtime, monkeypatch, tmp_path, name, engine
):
    runs(engine)
    built = pipeline.build(pipeline.read_input(str(source(name))), LowerOptions()).image
    image = tmp_path / f"{name}.wrt"
    image.write_bytes(built.data)
    form = "portable" if engine == "portable" else micropython.interpreter
    file, data = tailored_engine(built, micropython.arch or "armv6m", form)
    tmp_path.joinpath(file).write_bytes(data)
    monkeypatch.setattr(type(micropython), "runtime", lambda self, script=None: bare_runtime)
    monkeypatch.setenv("MICROPYPATH", str(tmp_path))
    arguments = [engine, str(EXAMPLES / name / "host.py"), str(image)]
    done = micropython.run(LAUNCHER, arguments, timeout=60, capture=True)
    assert (done.stdout, done.stderr) == (expected(name), "")


@pytest.mark.micropython
def test_another_images_engine_is_not_taken(micropython, bare_runtime, monkeypatch, tmp_path):
    """Its name has the image's CRC: with none of its own, and no general one, nothing runs."""
    first, second = (
        pipeline.build(pipeline.read_input(str(source(name))), LowerOptions()).image
        for name in ("fac", "greeter")
    )
    assert module_name(first) != module_name(second)
    tmp_path.joinpath("second.wrt").write_bytes(second.data)
    file, data = tailored_engine(first, "x64", "portable")
    tmp_path.joinpath(file).write_bytes(data)
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, wrt_micro\n"
        "try:\n"
        "    wrt_micro.load(sys.argv[1], {'log': print})\n"
        "except wrt_micro.LimitError as error:\n"
        "    print(error)\n"
    )
    monkeypatch.setattr(type(micropython), "runtime", lambda self, script=None: bare_runtime)
    monkeypatch.setenv("MICROPYPATH", str(tmp_path))
    done = micropython.run(script, [str(tmp_path / "second.wrt")], timeout=60, capture=True)
    assert "no engine runs here" in done.stdout, done.stdout + done.stderr
    assert images.read(second.data).header["crc"] == second.header["crc"]
