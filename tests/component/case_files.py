"""Runs the cases_*.py files of this folder: under MicroPython, and in process on CPython."""

from __future__ import annotations

import ast
import functools
import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

from component_text import component_image

FOLDER = Path(__file__).parent
DEVICE = FOLDER.parent / "device"
GREETER = FOLDER.parents[1] / "examples" / "greeter" / "greeter.wat"


def cases(module: str) -> list[str]:
    """The names of the cases in a file."""
    nodes = ast.parse((FOLDER / f"{module}.py").read_text()).body
    names = [node.name for node in nodes if isinstance(node, ast.FunctionDef)]
    return [name for name in names if name.startswith("test_")]


def write_images(folder: Path, texts: dict[str, str], **limits: int) -> Path:
    """Writes the image of each program and of the greeter example; returns the folder."""
    for name, text in texts.items():
        (folder / f"{name}.wrt").write_bytes(component_image(text, **limits))
    (folder / "greeter.wrt").write_bytes(component_image(GREETER.read_text()))
    return folder


def on_micropython(micropython, module: str, images: Path, engine: str) -> dict[str, str]:
    """Tracebacks by case, "" for those that passed."""
    arguments = [str(FOLDER), module, str(images), engine]
    done = micropython.run(
        FOLDER / "run_cases.py", arguments, heap=16 << 20, timeout=120, capture=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(map(json.loads, done.stdout.splitlines()))


def remembered(micropython, images: Path) -> Callable[[str, str], dict[str, str]]:
    """on_micropython for a module and an engine, run once for each."""
    return functools.cache(
        lambda module, engine: on_micropython(micropython, module, images, engine)
    )


def on_cpython(monkeypatch, module: str, name: str, images: Path) -> None:
    """Runs one case with the portable engine."""
    for folder in (DEVICE, FOLDER):
        monkeypatch.syspath_prepend(str(folder))
    for loaded in (module, "cases_calls", "runner"):
        monkeypatch.delitem(sys.modules, loaded, raising=False)
    loader = importlib.import_module("runner").Loader
    getattr(importlib.import_module(module), name)(loader(str(images), "portable"))
