"""Random programs of built-in calls do the same here and in the specification's definitions.py.

WRT_DEFINITIONS is the path of that file; docs/testing.md says how to get it. WRT_SCHEDULER=N
compares N programs instead of the few that `make test` does; WRT_SEED=N is the first of them.
"""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path

import pytest

from component.scheduler_oracle import Oracle, read_definitions
from component.scheduler_programs import Generator, Program
from component.scheduler_run import run
from component.scheduler_text import Text
from component_text import component_written
from wrt_micro.component.app import POLICIES

DEFINITIONS = os.environ.get("WRT_DEFINITIONS", "")
PROGRAMS = int(os.environ.get("WRT_SCHEDULER", "60"))
FIRST = int(os.environ.get("WRT_SEED", "0"))
DEVICE = range(FIRST, FIRST + max(8, PROGRAMS // 8))
LIMITS = {
    "handles": 64,
    "tasks": 64,
    "threads": 64,
    "subtasks": 64,
    "streams": 64,
    "waitable_sets": 64,
}
pytestmark = pytest.mark.skipif(
    not DEFINITIONS,
    reason="set WRT_DEFINITIONS to definitions.py of the Component Model's specification: it is "
    "design/mvp/canonical-abi/definitions.py of github.com/WebAssembly/component-model",
)


def image(program: Program) -> bytes:
    return component_written.__wrapped__(Text(program).component()).data


@functools.cache
def expected(seed: int, policies: tuple[str, ...] = ()) -> tuple[bool, list, list, list]:
    return Oracle(read_definitions(Path(DEFINITIONS)), Generator(seed).make(), policies).run()


def compare(
    seed: int, trap: str | None, log: list, results: list, policies: tuple[str, ...] = ()
) -> None:
    """Checks that the outcome is the oracle's."""
    trapped, other_log, other_results, _ = expected(seed, policies)
    for i, (mine, other) in enumerate(zip(log, other_log, strict=False)):
        assert mine == other, (i, log[:i], trap)
    assert len(log) == len(other_log), (log, other_log[len(log) :], trap)
    assert bool(trap) == trapped, trap
    if not trapped:
        assert results == other_results


@pytest.mark.parametrize("seed", range(FIRST, FIRST + PROGRAMS))
def test_same_as_definitions(seed):
    program = Generator(seed).make()
    app, trap, log, results = run(image(program), program.driver, "portable", LIMITS)
    compare(seed, trap, log, results)
    if not trap:
        # The last instance exists first.
        memories = reversed(expected(seed)[3])
        for mine, other in zip(app.store.memories, memories, strict=False):
            assert bytes(mine) == other


@pytest.mark.parametrize("seed", range(FIRST, FIRST + PROGRAMS))
def test_same_as_definitions_with_its_own_policies(seed):
    """All policies that these programs can tell, each as definitions.py has it."""
    program = Generator(seed).make()
    options = LIMITS | dict.fromkeys(POLICIES, True)
    app, trap, log, results = run(image(program), program.driver, "portable", options)
    compare(seed, trap, log, results, POLICIES)


@pytest.fixture(scope="module")
def on_device(micropython, tmp_path_factory) -> dict[str, list]:
    """Outcomes under MicroPython with native code."""
    if not micropython.interpreter:
        pytest.skip("this MicroPython has no native code emitter")
    folder = tmp_path_factory.mktemp("scheduler")
    drivers = {}
    for seed in DEVICE:
        program = Generator(seed).make()
        (folder / f"{seed}.wrt").write_bytes(image(program))
        drivers[f"{seed}.wrt"] = program.driver
    (folder / "drivers.json").write_text(json.dumps(drivers))
    done = micropython.run(
        Path(__file__).parent / "scheduler_run.py",
        [str(folder), "interp", json.dumps(LIMITS)],
        heap=16 << 20,
        timeout=600,
        capture=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = map(json.loads, done.stdout.splitlines())
    return {name: outcome for name, *outcome in lines}


@pytest.mark.micropython
@pytest.mark.parametrize("seed", DEVICE)
def test_micropython_same_as_definitions(on_device, seed):
    trap, log, results = on_device[f"{seed}.wrt"]
    compare(seed, trap, [tuple(entry) for entry in log], results)
