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
from wrt_preflight.budget.measure import PROBE
from wrt_preflight.budget.objects import OBJECTS
from wrt_preflight.budget.program import linked_runtime, make_budget
from wrt_preflight.budget.state import buffers, objects
from wrt_preflight.interp.tailor import tailored_engine
from wrt_preflight.lower import LowerOptions
from wrt_preflight.mpy_compile import compile_mpy

UNIX = find_board("unix")
HEAP = Heap(UNIX.word)
SLACK = 0.05  # of the prediction
SCRIPT = 1024  # bytes: names of the example's own Python, up to 3 KB, that the runtime has not
ASIDE = r"import (?!wrt_micro$|sys$)|from (?!wrt_micro)"  # other modules, which take heap too


def runs_alone(name):
    """Whether an example's Python loads one program, and nothing else that takes much heap."""
    text = (EXAMPLES / name / "host.py").read_text()
    return len(re.findall(r"load\(", text)) == 1 and not re.search(ASIDE, text, re.MULTILINE)


MACHINE_CODE = ("c-thermometer", "pipeline", "records")
LONE = [name for name in NAMES if runs_alone(name)]


@pytest.fixture(scope="module")
def program(tmp_path_factory, micropython):
    """(budget, run(heap size)) of an example on an engine."""
    if not micropython.interpreter or not micropython.wide:
        pytest.skip("the unix port of 64-bit x86 is what boards/unix.toml describes")
    made = {}

    def make(name, engine):
        if (name, engine) not in made:
            folder = tmp_path_factory.mktemp(name)
            options = LowerOptions(native=UNIX.native if engine == "native" else None)
            built = pipeline.build(pipeline.read_input(str(source(name))), options)
            image = built.image
            budget = make_budget(image, UNIX, engine, module=built.module)
            folder.joinpath("image.wrt").write_bytes(image.data)
            if built.module:
                file, data = "image_native.mpy", built.module
            else:
                file, data = tailored_engine(image, UNIX.arch, budget.form)
            folder.joinpath(file).write_bytes(data)
            for path, data in linked_runtime(image, UNIX.arch, budget.form):
                folder.joinpath(path).write_bytes(data)
            _compile_host(name, engine, folder)
            made[name, engine] = budget, folder
        return made[name, engine]

    return make


# In front of an example's own Python: it loads on an engine, and what it loads stays.
KEEP = """
import wrt_micro as _runtime; _load = _runtime.load; apps = []
def _kept(*args, **options): apps.append(_load(*args, engine=%r, **options)); return apps[-1]
_runtime.load = _kept
"""


def _compile_host(name, engine, folder):
    """The example's own Python, compiled, as compiling takes heap too."""
    script = folder / "host_main.py"
    script.write_text(KEEP % engine + (EXAMPLES / name / "host.py").read_text())
    compile_mpy(script, script.with_suffix(".mpy"), (), "host_main.py")
    script.unlink()


def run(micropython, monkeypatch, folder, heap):
    monkeypatch.setattr(type(micropython), "runtime", lambda self, script=None: folder)
    probe = EXAMPLES.parent / "tests" / "examples" / "budget_probe.py"
    return micropython.run(probe, [str(folder / "image.wrt")], heap=heap, timeout=60, capture=True)


@pytest.mark.micropython
@pytest.mark.parametrize(
    ("name", "engine"),
    [(name, engine) for name in LONE for engine in ("interp", "portable")]
    + [(name, "native") for name in MACHINE_CODE],
)
@pytest.mark.parametrize("heap", ["smallest", 2 << 20, 16 << 20])
def test_the_heap_is_what_was_predicted(micropython, monkeypatch, program, name, engine, heap):
    """And the smallest heap that is said to be enough, is: the example prints what it should."""
    budget, folder = program(name, engine)
    size = HEAP.size_for(budget.heap + UNIX.in_use) if heap == "smallest" else heap
    done = run(micropython, monkeypatch, folder, size)
    assert done.returncode == 0 and not done.stderr, done.stdout[-500:] + done.stderr
    printed, _, allocated = done.stdout.rpartition("allocated: ")
    assert printed == expected(name)
    assert abs(int(allocated) - budget.allocated) < SLACK * budget.allocated + SCRIPT


@pytest.mark.micropython
@pytest.mark.parametrize("name", NAMES)
def test_every_example_loads_in_the_smallest_heap(micropython, monkeypatch, program, name):
    """What calls import later is predicted too, so loading alone may take less."""
    budget, folder = program(name, "interp")
    if budget.engine == "native":
        pytest.skip("its module is made for one machine")
    monkeypatch.setattr(type(micropython), "runtime", lambda self, script=None: folder)
    size = HEAP.size_for(budget.heap + UNIX.in_use)
    probe = EXAMPLES.parent / "tests" / "examples" / "budget_load.py"
    arguments = [str(folder / "image.wrt"), "interp"]
    done = micropython.run(probe, arguments, heap=size, timeout=60, capture=True)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr
    allocated = int(done.stdout.rpartition("allocated: ")[2])
    assert 0.6 * budget.allocated < allocated < (1 + SLACK) * budget.allocated


ONE = dict.fromkeys(("tasks", "threads", "subtasks", "streams", "waitable_sets"), 1)


@pytest.mark.micropython
@pytest.mark.parametrize(
    ("name", "options"),
    [("fac", {"stack": 256}), ("greeter", {}), ("records", {}), ("counter", {"handles": 8})]
    + [("pipeline", {}), ("pipeline", ONE | {"handles": 8})],
)
def test_the_state_is_what_was_predicted(micropython, tmp_path, name, options):
    """What another program takes, when the code is there and those before it are: no name, no
    module. The page about budgets has the same rows for a 32-bit board."""
    if not micropython.interpreter or not micropython.wide:
        pytest.skip("the unix port of 64-bit x86 is what boards/unix.toml describes")
    image = pipeline.build(pipeline.read_input(str(source(name))), LowerOptions()).image
    tmp_path.joinpath("image.wrt").write_bytes(image.data)
    arguments = [str(tmp_path / "image.wrt"), *(f"{key}={options[key]}" for key in options)]
    done = micropython.run(PROBE, arguments, heap=16 << 20, capture=True)
    sizes = buffers(image, HEAP, options=options)
    memories = sizes.pop("memories")
    predicted = sum(sizes.values()) + objects(image, HEAP, OBJECTS, options)
    assert abs(int(done.stdout) - memories - predicted) < SLACK * predicted


@pytest.mark.micropython
@pytest.mark.parametrize("name", LONE)
def test_far_less_heap_is_not_enough(micropython, monkeypatch, program, name):
    """The prediction is no wide guess: a heap of what stays allocated is too small."""
    budget, folder = program(name, "interp")
    done = run(micropython, monkeypatch, folder, int(0.9 * budget.allocated))
    assert done.returncode != 0 and re.search("Error|Trap", done.stdout + done.stderr)
