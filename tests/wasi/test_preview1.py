"""wasi_snapshot_preview1: every call answers as wasmtime's, errno by errno."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from component_text import component
from wasi import preview1_program, preview1_script
from wrt_preflight import pipeline
from wrt_preflight.lower import LowerOptions

FOLDER = Path(__file__).parent
ARGS = ["prog", "one", "Zoë"]
INVALID = 28
ENV = {"HOME": "/here", "EMPTY": ""}


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Path:
    """The image of the module that exports all functions again."""
    folder = tmp_path_factory.mktemp("preview1")
    (folder / "all.wasm").write_bytes(component(preview1_program.text()))
    built = pipeline.build(pipeline.read_input(str(folder / "all.wasm")), LowerOptions())
    (folder / "all.wrt").write_bytes(built.image.data)
    return folder / "all.wrt"


@pytest.fixture
def folders(tmp_path) -> tuple[Path, Path]:
    """An empty directory, and one with a file."""
    made = tmp_path / "work", tmp_path / "fixed"
    for folder in made:
        folder.mkdir()
    (made[1] / "fixed").write_text("fixed text")
    return made


@pytest.fixture
def grants(folders, tmp_path) -> Path:
    """A file with what the program may use."""
    work, fixed = map(str, folders)
    path = tmp_path / "grants.json"
    path.write_text(
        json.dumps({"args": ARGS, "env": ENV, "dirs": {"/a-work": work, "/b-fixed": [fixed, "r"]}})
    )
    return path


def lines_of_wasmtime(folders, module: Path) -> list[str]:
    wasmtime = pytest.importorskip("wasmtime")
    engine = wasmtime.Engine()
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    store = wasmtime.Store(engine)
    config = wasmtime.WasiConfig()
    config.argv = ARGS
    config.env = list(ENV.items())
    work, fixed = map(str, folders)
    config.preopen_dir(work, "/a-work")
    config.preopen_dir(fixed, "/b-fixed", False)
    store.set_wasi(config)
    instance = linker.instantiate(store, wasmtime.Module(engine, module.read_bytes()))
    exports = instance.exports(store)
    memory = exports["memory"]

    def call(name, *args):
        try:
            return exports[name](store, *args)
        except wasmtime.WasmtimeError as error:  # a number that stands for nothing ends a program
            assert "Invalid enum value" in str(error), error
            return INVALID

    script = preview1_script.Script(
        call,
        lambda address, size: bytes(memory.read(store, address, address + size)),
        lambda address, data: memory.write(store, data, address),
    )
    preview1_script.run(script)
    return script.lines


def compare(found: list[str], wanted: list[str]) -> None:
    assert len(wanted) > 300
    for i, (line, other) in enumerate(zip(found, wanted, strict=True)):
        before = "\n".join(wanted[max(0, i - 4) : i])
        assert line == other, f"after\n{before}"


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
def test_micropython(micropython, runs, image, folders, grants, engine):
    runs(engine)
    arguments = [str(FOLDER), str(image), engine, str(grants)]
    script = FOLDER / "run_preview1.py"
    done = micropython.run(script, arguments, heap=8 << 20, timeout=60, capture=True)
    assert not done.returncode, done.stderr
    empty(folders[0])
    compare(json.loads(done.stdout), lines_of_wasmtime(folders, image.with_suffix(".wasm")))


def test_cpython(image, folders, grants):
    command = [sys.executable, str(FOLDER / "run_preview1.py"), str(FOLDER), str(image)]
    done = subprocess.run([*command, "portable", str(grants)], capture_output=True, text=True)
    assert not done.returncode, done.stderr
    empty(folders[0])
    compare(json.loads(done.stdout), lines_of_wasmtime(folders, image.with_suffix(".wasm")))


def empty(folder: Path) -> None:
    """What the script leaves, it leaves with every runtime."""
    assert sorted(path.name for path in folder.iterdir()) == ["a", "b"]
    for path in folder.iterdir():
        path.unlink()
