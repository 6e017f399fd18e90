"""A component that a C toolchain made, with 64 KiB pages, in the heap of a Raspberry Pi Pico."""

from __future__ import annotations

import importlib.util

import pytest

from examples.test_examples import EXAMPLES, LAUNCHER, expected
from wrt_preflight import pipeline
from wrt_preflight.lower import LowerOptions
from wrt_preflight.lower.short import short_memory

FOLDER = EXAMPLES / "c-thermometer"
COMMITTED = FOLDER / "thermometer.wasm"
PICO_HEAP = 176 * 1024  # less than a Pico has; its machine code lies in the heap as well


def recipe():
    spec = importlib.util.spec_from_file_location("thermometer_build", FOLDER / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=["committed", "rebuilt"])
def component(request, tmp_path):
    """thermometer.wasm as it is in the repository, and as the compiler here makes it."""
    if request.param == "committed":
        return COMMITTED
    build = recipe()
    if not build.compiler():
        pytest.skip("no C compiler for WebAssembly here: only the committed binary is tested")
    path = tmp_path / "thermometer.wasm"
    build.build(path)
    return path


def built(component, memory: int | None):
    options = LowerOptions(memory_bytes=memory)
    return pipeline.build(pipeline.read_input(str(component)), options)


@pytest.mark.micropython
def test_it_runs_in_the_heap_of_a_pico(micropython, component, tmp_path):
    if not micropython.interpreter:
        pytest.skip("this MicroPython has no native code emitter, and portable needs more")
    (memory,) = built(component, None).program.memories
    assert memory.length == 65536
    path = tmp_path / "thermometer.wrt"
    path.write_bytes(built(component, short_memory(memory)).image.data)
    arguments = ["interp", str(FOLDER / "host.py"), str(path)]
    done = micropython.run(LAUNCHER, arguments, heap=PICO_HEAP, timeout=60, capture=True)
    assert (done.stdout, done.stderr) == (expected("c-thermometer"), "")


@pytest.mark.micropython
def test_with_its_whole_memory_it_would_not_fit(micropython, tmp_path):
    path = tmp_path / "thermometer.wrt"
    path.write_bytes(built(COMMITTED, None).image.data)
    arguments = ["interp", str(FOLDER / "host.py"), str(path)]
    done = micropython.run(LAUNCHER, arguments, heap=PICO_HEAP, timeout=60, capture=True)
    assert done.returncode and "memory" in done.stderr.lower() + done.stdout.lower()


def test_the_number_in_the_page_is_what_check_says():
    (memory,) = built(COMMITTED, None).program.memories
    assert f"--memory {short_memory(memory)}\n" in (FOLDER / "README.md").read_text()


def test_more_memory_than_it_has_is_a_trap(micropython, tmp_path):
    path = tmp_path / "thermometer.wrt"
    path.write_bytes(built(COMMITTED, 2048).image.data)
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, wrt_micro\n"
        "app = wrt_micro.load(sys.argv[1], {'read-raw': lambda: 900})\n"
        "print(app.measure(9)['count'])\n"
        "try:\n"
        "    app.measure(900)\n"
        "except wrt_micro.Trap as trap:\n"
        "    print(trap.kind)\n"
    )
    done = micropython.run(script, [str(path)], timeout=60, capture=True)
    assert done.stdout == "9\nshort_memory\n"
