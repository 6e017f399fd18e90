"""Examples of ordinary toolchains: rebuilt, in the heap that their page names, and as wasmtime."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys

import pytest

from examples.test_examples import EXAMPLES, LAUNCHER, expected, source
from wrt_preflight import pipeline
from wrt_preflight.lower import LowerOptions


def load_recipes():
    spec = importlib.util.spec_from_file_location("examples_build", EXAMPLES / "build.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # for its dataclass
    spec.loader.exec_module(module)
    return module


RECIPES = load_recipes()
NAMES = sorted(RECIPES.RECIPES)


def page(name: str) -> str:
    return (EXAMPLES / name / "README.md").read_text()


def image(path, name: str, folder):
    """The image of a .wasm file, with the options that the example's page builds it with."""
    found = re.search(r"wrt-micro build \S+(.*)", page(name))[1]
    memory = re.search(r"--memory (\d+)", found)
    stack = re.search(r"--limit stack=(\d+)", found)
    options = LowerOptions(
        memory_bytes=int(memory[1]) if memory else None,
        stack_bytes=int(stack[1]) if stack else None,
    )
    built = folder / f"{name}.wrt"
    built.write_bytes(pipeline.build(pipeline.read_input(str(path)), options).image.data)
    return built


@pytest.mark.micropython
@pytest.mark.parametrize("name", NAMES)
def test_it_runs_in_the_heap_that_its_page_names(micropython, name, tmp_path):
    if not micropython.interpreter:
        pytest.skip("this MicroPython has no native code emitter, and portable needs more")
    heap = int(re.search(r"heap of (\d+) KiB", page(name))[1]) << 10
    arguments = ["interp", str(EXAMPLES / name / "host.py")]
    arguments.append(str(image(source(name), name, tmp_path)))
    done = micropython.run(LAUNCHER, arguments, heap=heap, timeout=60, capture=True)
    assert (done.stdout, done.stderr) == (expected(name), "")


@pytest.mark.micropython
@pytest.mark.parametrize("name", NAMES)
def test_it_is_made_of_its_source(micropython, name, tmp_path):
    made = tmp_path / f"{name}.wasm"
    if not RECIPES.build(name, made):
        pytest.skip("its compiler is not here: only the committed binary is tested")
    arguments = ["portable", str(EXAMPLES / name / "host.py"), str(image(made, name, tmp_path))]
    done = micropython.run(LAUNCHER, arguments, timeout=60, capture=True)
    assert (done.stdout, done.stderr) == (expected(name), "")


def test_every_binary_has_a_recipe():
    binaries = {path.parent.name for path in EXAMPLES.glob("*/*.wasm")}
    assert binaries == {*NAMES, "c-thermometer"}


RUNS = {
    "wasi-hello": (["one", "two"], b""),
    "word-count": (["/texts/poem.txt", "/texts/none.txt", "/texts/../x", "/etc/passwd"], b""),
    "sha256": ([], b"a text of more than one block, " * 9),
    "json-lines": ([], b""),
}


@pytest.mark.micropython
@pytest.mark.parametrize("name", RUNS)
def test_the_same_as_wasmtime(name, tmp_path):
    wasmtime = pytest.importorskip("wasmtime")
    arguments, text = RUNS[name]
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "poem.txt").write_text("one two\nthree")
    path = source(name)
    store = wasmtime.Store()
    config = wasmtime.WasiConfig()
    config.argv = [path.name, *arguments]
    config.env = [("NAME", "Ada")]
    config.preopen_dir(str(folder), "/texts")
    (tmp_path / "in").write_bytes(text)
    config.stdin_file = str(tmp_path / "in")
    config.stdout_file = str(tmp_path / "out")
    store.set_wasi(config)
    linker = wasmtime.Linker(store.engine)
    linker.define_wasi()
    instance = linker.instantiate(store, wasmtime.Module.from_file(store.engine, str(path)))
    status = 0
    try:
        instance.exports(store)["_start"](store)
    except wasmtime.ExitTrap as end:
        status = end.code
    command = [sys.executable, "-m", "wrt_preflight.cli", "run", str(path), "--env", "NAME=Ada"]
    command += ["--dir", f"{folder}::/texts", "--", *arguments]
    done = subprocess.run(command, input=text, capture_output=True, timeout=60)
    wanted = (tmp_path / "out").read_bytes()
    assert wanted and (done.stdout, done.returncode) == (wanted, status), done.stderr
