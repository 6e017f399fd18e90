"""Core scripts of the specification on translated code, in this process."""

from __future__ import annotations

import sys
from pathlib import Path

from wrt_micro.atomic import NOT_EQUAL, TIMED_OUT
from wrt_micro.trap import SHARED, TEXTS, kind
from wrt_preflight import wast
from wrt_preflight.errors import ReadError
from wrt_preflight.lower import LowerOptions
from wrt_preflight.native.target import TARGETS, Target
from wrt_preflight.native.translate import record
from wrt_preflight.wast.core_script import (
    ALL_RESERVED,
    MOST_RESERVED,
    TABLE_RESERVE,
    CoreScript,
    _room,
)
from wrt_preflight.wast.script import convert

from .in_process import Machine, Trap

sys.path.append(str(Path(wast.__file__).parent))
from device_core import judge_words  # noqa: E402
from device_steps import judge_end  # noqa: E402


def run_script(path: Path, cache: Path, level: int = 2, target: Target = TARGETS["x64"]):
    """(passed, list of (line, kind, fault)) for the steps of a script."""
    try:
        script = convert(path, cache)
    except ReadError as error:
        return 0, [(0, "script", str(error))]
    if script.is_component:
        return 0, []
    half = CoreScript(script)
    greedy = sum(_room(memory.type) >= MOST_RESERVED for memory in half.store.memories)
    reserve = min(MOST_RESERVED, ALL_RESERVED // max(1, greedy))
    options = LowerOptions(memory_reserve=reserve, table_reserve=TABLE_RESERVE)
    machine = Machine(half.store, options, host=built_in, level=level, target=target)
    passed, faults = 0, []
    for step in half.steps:
        try:
            fault = perform(machine, step)
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
        if step.directive < 0:
            continue
        directive = script.directives[step.directive]
        if fault:
            faults.append((directive.line, directive.kind, fault))
        else:
            passed += 1
    return passed, faults


def built_in(machine: Machine, number: int, words) -> int:
    """memory.atomic.wait and notify where nobody else runs; see wrt_micro/atomic.py."""
    if number == record.NOTIFY:
        words[0] = 0
        return 0
    if not machine.context.memories[words[0]].shared:
        return SHARED
    size = 4 if number == record.WAIT32 else 8
    found = bytes(machine.memories[words[0]])[words[1] :][:size]
    expected = bytes(words[2].to_bytes(4, "little") + words[3].to_bytes(4, "little"))[:size]
    words[0] = TIMED_OUT if found == expected else NOT_EQUAL
    return 0


def perform(machine: Machine, step) -> str:
    expected = step.expected
    if step.action == "get":
        export = machine.store.instances[step.instance].exports[step.name]
        word = machine.store.globals[export.index].word
        return judge_words(machine.globals, word, expected["results"])
    try:
        if step.action == "init":
            machine.instantiate(step.instance)
        else:
            index = machine.store.instances[step.instance].exports[step.name].index
            machine.call(index, step.arguments)
    except Trap as trap:
        return judge_end(kind(TEXTS, trap.number)[0], expected)
    fault = judge_end("", expected)
    if fault or "results" not in expected:
        return fault
    return judge_words(machine.stack, 0, expected["results"])
