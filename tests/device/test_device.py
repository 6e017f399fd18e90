"""The runtime's own tests: the cases_*.py files, under MicroPython and in process on CPython."""

from __future__ import annotations

import ast
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from mpremote.romfs import VfsRomWriter

from lowered import write_files
from wrt_preflight import image
from wrt_preflight.link import Store
from wrt_preflight.lower import LowerOptions, lower
from wrt_preflight.validate import to_binary
from wrt_preflight.wasm import read_module

FOLDER = Path(__file__).parent
OPTIONS = {
    "core": LowerOptions(memory_reserve=65536),
    "short": LowerOptions(memory_bytes=4096),
}


def cases(module: str) -> list[str]:
    """Names of the cases in a file."""
    tree = ast.parse((FOLDER / f"{module}.py").read_text())
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


BOTH = [(module, name) for module in ("cases_calls", "cases_store") for name in cases(module)]
DEVICE = BOTH + [("cases_heap", name) for name in cases("cases_heap")]


def build(folder: Path, native: str | None = None) -> None:
    """Write the image of every program. native: architecture to make machine code for."""
    for path in (FOLDER / "programs").glob("*.wat"):
        store = Store()
        module = read_module(to_binary(path.read_bytes(), path.name), path.name)
        store.instantiate(module, path.stem, lambda module, field: None)
        options = replace(OPTIONS.get(path.stem, LowerOptions()), native=native)
        write_files(folder, path.stem, image.write(lower(store, options)))


@pytest.fixture(scope="session")
def images(tmp_path_factory) -> Path:
    """A folder with the image of every program."""
    folder = tmp_path_factory.mktemp("images")
    build(folder)
    for name in ("aligned", "shifted"):
        data = romfs("core.wrt", (folder / "core.wrt").read_bytes(), name == "shifted")
        (folder / f"{name}.romfs").write_bytes(data)
    return folder


def romfs(name: str, data: bytes, shifted: bool) -> bytes:
    """A ROMFS image with one file, whose data starts at a multiple of 4, or not."""
    for padding in range(8):
        writer = VfsRomWriter()
        writer.mkfile("p", bytes(padding))
        writer.mkfile(name, data)
        rom = writer.finalise()
        if (rom.index(data) % 4 != 0) == shifted:
            return rom
    raise AssertionError("no padding aligns the file")


@pytest.fixture(scope="session")
def native_images(tmp_path_factory, micropython) -> Path:
    """A folder with every program as machine code."""
    folder = tmp_path_factory.mktemp("native")
    build(folder, micropython.arch)
    return folder


@pytest.fixture(scope="session")
def outcomes(request, images, micropython):
    """Results of all cases of a module on an engine under MicroPython, run once."""
    known: dict[tuple[str, str], dict[str, str]] = {}

    def run(module: str, engine: str) -> dict[str, str]:
        if (module, engine) not in known:
            folder = request.getfixturevalue("native_images") if engine == "native" else images
            done = micropython.run(
                FOLDER / "runner.py", [module, str(folder), engine], timeout=120, capture=True
            )
            assert done.returncode == 0, done.stdout + done.stderr
            known[module, engine] = dict(map(json.loads, done.stdout.splitlines()))
        return known[module, engine]

    return run


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "native", "portable"])
@pytest.mark.parametrize(("module", "name"), DEVICE)
def test_micropython(outcomes, runs, module, name, engine):
    runs(engine)
    if (name, engine) == ("test_romfs_is_read_in_place", "portable"):
        pytest.skip("portable reads bytes, so it copies nothing")
    if name == "test_romfs_is_read_in_place" and engine == "native":
        pytest.skip("the image in ROMFS is that of register code")
    text = outcomes(module, engine)[name]
    assert not text, text


@pytest.mark.parametrize(("module", "name"), BOTH)
def test_cpython(images, monkeypatch, module, name):
    monkeypatch.syspath_prepend(str(FOLDER))
    for loaded in ("cases_calls", "cases_store", "runner"):
        monkeypatch.delitem(sys.modules, loaded, raising=False)
    load = importlib.import_module("runner").Loader(str(images), "portable")
    getattr(importlib.import_module(module), name)(load)


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
def test_ctrl_c_ends_an_endless_loop(images, micropython, runs, engine):
    runs(engine)
    script = FOLDER / "spin.py"
    environment = os.environ | {"MICROPYPATH": f"{micropython.runtime(script)}:.frozen"}
    process = subprocess.Popen(
        [*micropython.command, str(script), str(images / "core.wrt"), engine],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert process.stdout.readline() == "spinning\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert out == "interrupted\n120\n", out + err
