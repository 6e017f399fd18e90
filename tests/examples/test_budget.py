"""Budgets are true: what `check --board` predicts is what MicroPython says when an example runs.

The unix port is a board like any other, with words of 64 bits and machine code outside the heap.
"""

from __future__ import annotations

import re

import pytest

from example_programs import EXAMPLES, NAMES, expected, source
from wrt_preflight import pipeline
from wrt_preflight.boards import find_board
from wrt_preflight.budget.heap import Heap
from wrt_preflight.budget.program import make_budget
from wrt_preflight.interp.tailor import tailored_engine
from wrt_preflight.lower import LowerOptions
from wrt_preflight.micropython import compile_mpy

UNIX = find_board("unix")
HEAP = Heap(UNIX.word)
SLACK = 0.05  # of the prediction


@pytest.fixture(scope="module")
def program(tmp_path_factory, micropython):
    """(budget, run(heap size)) of an example on an engine."""
    if not micropython.interpreter or not micropython.wide:
        pytest.skip("the unix port of 64-bit x86 is what boards/unix.toml describes")
    made = {}

    def make(name, engine):
        if (name, engine) not in made:
            folder = tmp_path_factory.mktemp(name)
            image = pipeline.build(pipeline.read_input(str(source(name))), LowerOptions()).image
            budget = make_budget(image, UNIX, engine)
            folder.joinpath("image.wrt").write_bytes(image.data)
            file, data = tailored_engine(image, UNIX.arch, budget.form)
            folder.joinpath(file).write_bytes(data)
            _compile_host(name, engine, folder)
            made[name, engine] = budget, folder
        return made[name, engine]

    return make


def _compile_host(name, engine, folder):
    """The example's own Python, compiled, as compiling takes heap too."""
    text = (EXAMPLES / name / "host.py").read_text()
    call = f"lambda *a, **k: _l(*a, engine={engine!r}, **k)"
    on_engine = f"_l = wrt_micro.load; wrt_micro.load = {call}"
    text, count = re.subn(r"^import wrt_micro$", rf"\g<0>; {on_engine}", text, count=1, flags=re.M)
    assert count == 1
    script = folder / "host_main.py"
    script.write_text(text)
    compile_mpy(script, script.with_suffix(".mpy"), (), "host_main.py")
    script.unlink()


def run(micropython, monkeypatch, folder, heap):
    monkeypatch.setenv("MICROPYPATH", str(folder))
    probe = EXAMPLES.parent / "tests" / "examples" / "budget_probe.py"
    return micropython.run(probe, [str(folder / "image.wrt")], heap=heap, timeout=60, capture=True)


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("heap", ["smallest", 2 << 20, 16 << 20])
def test_the_heap_is_what_was_predicted(micropython, monkeypatch, program, name, engine, heap):
    """And the smallest heap that is said to be enough, is: the example prints what it should."""
    budget, folder = program(name, engine)
    size = HEAP.size_for(budget.heap + UNIX.in_use) if heap == "smallest" else heap
    done = run(micropython, monkeypatch, folder, size)
    assert done.returncode == 0 and not done.stderr, done.stdout[-500:] + done.stderr
    printed, _, allocated = done.stdout.rpartition("allocated: ")
    assert printed == expected(name)
    assert abs(int(allocated) - budget.allocated) < SLACK * budget.allocated


@pytest.mark.micropython
@pytest.mark.parametrize("name", NAMES)
def test_far_less_heap_is_not_enough(micropython, monkeypatch, program, name):
    """The prediction is no wide guess: a heap of what stays allocated is too small."""
    budget, folder = program(name, "interp")
    done = run(micropython, monkeypatch, folder, int(0.9 * budget.allocated))
    assert done.returncode != 0 and re.search("Error|Trap", done.stdout + done.stderr)
