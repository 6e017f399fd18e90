"""The cases_*.py files of this folder: under MicroPython, and in process on CPython."""

from __future__ import annotations

import ast
import importlib
import json
import shutil
import sys
from pathlib import Path

import pytest

import wrt_micro
from component_text import component
from wasi import preview1_program
from wasi.programs.build import build
from wrt_preflight import pipeline
from wrt_preflight.lower import LowerOptions

FOLDER = Path(__file__).parent
DEVICE = FOLDER.parent / "device"
MODULES = ("cases_files", "cases_board", "cases_streams", "cases_streams_p2", "cases_ports")
# File systems in memory are MicroPython's.
ON_BOARDS = ("cases_disk",)


def cases(*modules: str) -> list[tuple[str, str]]:
    """(module, name) of each case."""
    found = []
    for module in modules:
        nodes = ast.parse((FOLDER / f"{module}.py").read_text()).body
        names = [node.name for node in nodes if isinstance(node, ast.FunctionDef)]
        found += [(module, name) for name in names if name.startswith("test_")]
    return found


@pytest.fixture(scope="session")
def images(tmp_path_factory) -> Path:
    """A folder with the images; `work` in it is empty."""
    folder = tmp_path_factory.mktemp("wasi")
    (folder / "work").mkdir()
    (folder / "all.wasm").write_bytes(component(preview1_program.text()))
    shutil.copyfile(FOLDER / "programs" / "streams.wasm", folder / "streams.wasm")
    for path in folder.glob("*.wasm"):
        built = pipeline.build(pipeline.read_input(str(path)), LowerOptions(stack_bytes=4096))
        path.with_suffix(".wrt").write_bytes(built.image.data)
    return folder


@pytest.fixture(scope="session")
def outcomes(images, micropython):
    """Tracebacks of all cases of a module on an engine under MicroPython, run once."""
    known: dict[tuple[str, str], dict[str, str]] = {}

    def run(module: str, engine: str) -> dict[str, str]:
        if (module, engine) not in known:
            arguments = [str(FOLDER), module, str(images), engine]
            script = FOLDER / "run_cases.py"
            done = micropython.run(script, arguments, heap=8 << 20, timeout=120, capture=True)
            assert done.returncode == 0, done.stdout + done.stderr
            known[module, engine] = dict(map(json.loads, done.stdout.splitlines()))
        return known[module, engine]

    return run


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
@pytest.mark.parametrize(("module", "name"), cases(*MODULES, *ON_BOARDS))
def test_micropython(outcomes, runs, module, name, engine):
    runs(engine)
    text = outcomes(module, engine)[name]
    assert not text, text


@pytest.mark.parametrize(("module", "name"), cases(*MODULES))
def test_cpython(images, monkeypatch, module, name):
    for folder in (DEVICE, FOLDER):
        monkeypatch.syspath_prepend(str(folder))
    for loaded in (*MODULES, "runner", "run_cases"):
        monkeypatch.delitem(sys.modules, loaded, raising=False)
    loader = importlib.import_module("run_cases").WasiLoader
    getattr(importlib.import_module(module), name)(loader(str(images), "portable"))


def test_streams_is_made_of_its_source(tmp_path):
    made = tmp_path / "streams.wasm"
    if not build(made):
        pytest.skip("no clang here: only the committed binary is tested")
    image = pipeline.build(pipeline.read_input(str(made)), LowerOptions(stack_bytes=4096)).image
    app = wrt_micro.load(image.data, engine="portable", wasi={"dirs": {"/": str(tmp_path)}})
    assert bytes(app.copy("text", b"some text")) == b"some text"
