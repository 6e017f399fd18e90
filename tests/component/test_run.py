"""Components run: the cases_*.py files, under MicroPython and in process on CPython."""

from __future__ import annotations

import ast
import importlib
import json
import sys
from pathlib import Path

import pytest

from component.generate import echo
from component_text import component_written
from lowered import write_files
from wrt_preflight.component import types
from wrt_preflight.component.types import PRIMITIVES

FOLDER = Path(__file__).parent
DEVICE = FOLDER.parent / "device"
EXAMPLES = FOLDER.parents[1] / "examples"
MODULES = (
    "cases_calls",
    "cases_values",
    "cases_resources",
    "cases_async",
    "cases_views",
    "cases_fuel",
)

U8, U16, U32, STRING = (PRIMITIVES[name] for name in ("u8", "u16", "u32", "string"))
ITEM = types.Record((("id", U32), ("tags", types.Flags(("big", "old")))))
SHAPE = types.Record(
    (
        ("name", STRING),
        ("items", types.List(ITEM, None)),
        (
            "shape",
            types.Variant(
                (("none", None), ("circle", PRIMITIVES["f32"]), ("square", types.Tuple((U8, U8))))
            ),
        ),
        ("color", types.Enum(("red", "green"))),
        ("maybe", types.Option(STRING)),
        ("nested", types.Option(types.Option(U8))),
        ("outcome", types.Result(None, STRING)),
        ("pair", types.Tuple((U8, STRING))),
        ("grid", types.List(U16, 3)),
        ("raw", types.List(U8, None)),
        ("ages", types.Map(STRING, U8)),
        ("letter", PRIMITIVES["char"]),
    )
)


def cases(module: str) -> list[tuple[str, str]]:
    nodes = ast.parse((FOLDER / f"{module}.py").read_text()).body
    names = [node.name for node in nodes if isinstance(node, ast.FunctionDef)]
    return [(module, name) for name in names if name.startswith("test_")]


CASES = [case for module in MODULES for case in cases(module)]
DEVICE_CASES = CASES + cases("cases_heap")


def build(folder: Path, native: str | None = None) -> None:
    """Write the image of every program. native: architecture to make machine code for."""
    texts = {path.stem: path.read_text() for path in (FOLDER / "programs").glob("*.wat")}
    texts |= {
        name: (EXAMPLES / name / f"{name}.wat").read_text() for name in ("greeter", "pipeline")
    }
    texts |= {"shapes": echo(SHAPE, "utf8")}
    for name, text in texts.items():
        write_files(folder, name, component_written(text, native=native))


@pytest.fixture(scope="session")
def images(tmp_path_factory) -> Path:
    """A folder with the image of every program."""
    folder = tmp_path_factory.mktemp("components")
    build(folder)
    return folder


@pytest.fixture(scope="session")
def native_images(tmp_path_factory, micropython) -> Path:
    """A folder with every program as machine code."""
    folder = tmp_path_factory.mktemp("native_components")
    build(folder, micropython.arch)
    return folder


@pytest.fixture(scope="session")
def outcomes(request, images, micropython):
    """Results of all cases of a module on an engine under MicroPython, run once."""
    known: dict[tuple[str, str], dict[str, str]] = {}

    def run(module: str, engine: str) -> dict[str, str]:
        if (module, engine) not in known:
            folder = request.getfixturevalue("native_images") if engine == "native" else images
            arguments = [str(FOLDER), module, str(folder), engine]
            done = micropython.run(
                FOLDER / "run_cases.py", arguments, heap=16 << 20, timeout=120, capture=True
            )
            assert done.returncode == 0, done.stdout + done.stderr
            known[module, engine] = dict(map(json.loads, done.stdout.splitlines()))
        return known[module, engine]

    return run


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "native", "portable"])
@pytest.mark.parametrize(("module", "name"), DEVICE_CASES)
def test_micropython(outcomes, runs, module, name, engine):
    runs(engine)
    text = outcomes(module, engine)[name]
    assert not text, text


@pytest.mark.parametrize(("module", "name"), CASES)
def test_cpython(images, monkeypatch, module, name):
    for folder in (DEVICE, FOLDER):
        monkeypatch.syspath_prepend(str(folder))
    for loaded in (*MODULES, "runner"):
        monkeypatch.delitem(sys.modules, loaded, raising=False)
    loader = importlib.import_module("runner").Loader
    getattr(importlib.import_module(module), name)(loader(str(images), "portable"))
