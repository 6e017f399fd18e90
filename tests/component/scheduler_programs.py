"""Random programs of built-in calls over three component instances.

A program is data: scripts of operations, which the guests of a generated component execute and
which scheduler_oracle.py executes on top of the specification's definitions.py. Every operation
logs what it got, with its number, through a host function.

Each instance keeps handles in registers, words of its memory. An operation whose register is empty
is skipped, so that most programs get far; now and then one is not, and traps.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

INSTANCES = 3  # each calls those after it
REGISTERS = 64  # address of register 0
RESULTS = 160  # where results of async calls go: a word for each operation
WRITES, READS = 32768, 49152  # buffers
SKIPPED = 0xDEAD
SETS, SOURCES, SINKS, FUTURES, PROMISES, SUBTASKS, THREADS = ((2 * i, 2 * i + 1) for i in range(7))
HANDLES = 14  # registers
EXIT, YIELD, WAIT = range(3)

# built-in: registers of its operands, other operands, what becomes of its result
# "new": into a register of the class; "pair": into two; "event": code, and two words at 0;
# "call": a subtask; "drop": its register is empty afterwards
BUILTINS = {
    "waitable-set.new": ((), 0, "new", SETS),
    "waitable-set.wait": ((SETS,), 0, "event", None),
    "waitable-set.poll": ((SETS,), 0, "event", None),
    "waitable-set.drop": ((SETS,), 0, "drop", None),
    "waitable.join": (("waitable", SETS), 0, "", None),
    "stream.new": ((), 0, "pair", (SOURCES, SINKS)),
    "stream.read": ((SOURCES,), 2, "copy", None),
    "stream.read-a": ((SOURCES,), 2, "copy", None),
    "stream.write": ((SINKS,), 2, "copy", None),
    "stream.write-a": ((SINKS,), 2, "copy", None),
    "stream.cancel-read": ((SOURCES,), 0, "result", None),
    "stream.cancel-read-a": ((SOURCES,), 0, "result", None),
    "stream.cancel-write": ((SINKS,), 0, "result", None),
    "stream.cancel-write-a": ((SINKS,), 0, "result", None),
    "stream.drop-readable": ((SOURCES,), 0, "drop", None),
    "stream.drop-writable": ((SINKS,), 0, "drop", None),
    "future.new": ((), 0, "pair", (FUTURES, PROMISES)),
    "future.read": ((FUTURES,), 1, "copy", None),
    "future.read-a": ((FUTURES,), 1, "copy", None),
    "future.write": ((PROMISES,), 1, "copy", None),
    "future.write-a": ((PROMISES,), 1, "copy", None),
    "future.cancel-read-a": ((FUTURES,), 0, "result", None),
    "future.cancel-write-a": ((PROMISES,), 0, "result", None),
    "future.drop-readable": ((FUTURES,), 0, "drop", None),
    "future.drop-writable": ((PROMISES,), 0, "drop", None),
    "subtask.cancel": ((SUBTASKS,), 0, "result", None),
    "subtask.cancel-a": ((SUBTASKS,), 0, "result", None),
    "subtask.drop": ((SUBTASKS,), 0, "drop", None),
    "task.return": ((), 1, "", None),
    "task.cancel": ((), 0, "", None),
    "context.get": ((), 0, "result", None),
    "context.set": ((), 1, "", None),
    "backpressure.inc": ((), 0, "", None),
    "backpressure.dec": ((), 0, "", None),
    "thread.index": ((), 0, "result", None),
    "thread.new-indirect": ((), 2, "new", THREADS),
    "thread.resume-later": ((THREADS,), 0, "", None),
    "thread.suspend": ((), 0, "result", None),
    "thread.yield": ((), 0, "result", None),
    "thread.suspend-then-resume": ((THREADS,), 0, "result", None),
    "thread.yield-then-resume": ((THREADS,), 0, "result", None),
    "thread.suspend-then-promote": ((THREADS,), 0, "result", None),
    "thread.yield-then-promote": ((THREADS,), 0, "result", None),
}
WEIGHTS = {
    "stream.read-a": 6,
    "stream.write-a": 6,
    "future.read-a": 3,
    "future.write-a": 4,
    "waitable.join": 8,
    "waitable-set.wait": 4,
    "waitable-set.poll": 3,
    "stream.new": 3,
    "future.new": 2,
    "waitable-set.new": 2,
    "thread.yield": 4,
    "thread.new-indirect": 2,
    "thread.resume-later": 3,
    "subtask.cancel": 2,
    "subtask.cancel-a": 2,
    "backpressure.dec": 0,
    "task.return": 0,
    "task.cancel": 0,
    "thread.suspend": 0.2,
    "stream.cancel-read": 0.2,
    "stream.cancel-read-a": 0.5,
    "stream.cancel-write": 0.2,
    "stream.cancel-write-a": 0.5,
    "future.cancel-read-a": 0.2,
    "future.cancel-write-a": 0.3,
}


@dataclass
class Op:
    """number: of its log entries. registers: of the operands; guard: it is skipped if one is
    empty. constants: further operands. into: registers for the result. call: what it calls, the
    number of a function, if it is no built-in."""

    number: int
    name: str
    registers: list[int]
    constants: list[int]
    result: str
    into: list[int]
    guard: bool
    call: tuple[int, int] | None = None


@dataclass
class Function:
    """takes: "x", or "s" or "f" for a stream or future besides. lift: "typed-sync", "sync",
    "stackful" or "callback". phases: scripts; only callbacks have more than one. ends: what each
    phase returns, a code and a register."""

    takes: str
    lift: str
    phases: list[list[Op]]
    ends: list[tuple[int, int]]
    value: int

    @property
    def is_async(self) -> bool:
        return self.lift != "typed-sync"


@dataclass
class Program:
    """functions: by instance. threads: scripts, by instance. driver: exports to call, or None for
    a tick."""

    functions: list[list[Function]] = field(default_factory=list)
    threads: list[list[list[Op]]] = field(default_factory=list)
    driver: list[tuple[int, int] | None] = field(default_factory=list)


class Generator:
    """Makes the program of a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.ops = 0
        self.program = Program()

    def make(self) -> Program:
        chance = self.random
        program = self.program
        lifts = ["typed-sync", "sync", "stackful", "callback", "callback", "stackful"]
        for _ in range(INSTANCES):
            takes = [chance.choice("xxsf") for _ in range(3)]
            takes[0] = "x"
            made = [Function(t, chance.choice(lifts), [], [], chance.randrange(99)) for t in takes]
            program.functions.append(made)
            program.threads.append([])
        for inst, functions in enumerate(program.functions):
            for function in functions:
                self.fill(function, inst)
            program.threads[inst] = [self.script(inst, 3) for _ in range(2)]
        for _ in range(chance.randint(1, 4)):
            program.driver.append((chance.choice([0, 0, 0, 1, 2]), 0))
            program.driver += [None] * chance.choice([0, 0, 1, 3])
        return program

    def fill(self, function: Function, inst: int) -> None:
        chance = self.random
        count = chance.randint(1, 4) if function.lift == "callback" else 1
        for i in range(count):
            function.phases.append(self.script(inst, 6 if count > 1 else 10))
            code = EXIT if i == count - 1 else chance.choice([YIELD, WAIT, WAIT])
            function.ends.append((code, chance.choice(SETS)))
        if function.lift in ("stackful", "callback") and chance.random() < 0.97:
            name = "task.cancel" if chance.random() < 0.04 else "task.return"
            script = chance.choice(function.phases)
            at = chance.randint(len(script) // 2, len(script))
            constants = [function.value] if name == "task.return" else []
            script.insert(at, self.builtin(name, constants))
        for name in ("future.new", "stream.new", "waitable-set.new"):
            if chance.random() < (0.7 if inst == 0 else 0.35):
                function.phases[0].insert(0, self.builtin(name, []))

    def script(self, inst: int, most: int) -> list[Op]:
        chance = self.random
        script = []
        names = list(BUILTINS)
        weights = [WEIGHTS.get(name, 1) for name in names]
        for _ in range(chance.randint(1, most)):
            if inst < INSTANCES - 1 and chance.random() < 0.3:
                script.append(self.call(inst))
                continue
            name = chance.choices(names, weights)[0]
            constants = {
                "context.set": [chance.randrange(1000)],
                "thread.new-indirect": [chance.randrange(2), chance.randrange(1000)],
            }.get(name, [])
            script.append(self.builtin(name, constants))
            if name == "backpressure.inc" and chance.random() < 0.9:
                script.append(self.builtin("thread.yield", []))
                script.append(self.builtin("backpressure.dec", []))
        return script

    def builtin(self, name: str, constants: list[int]) -> Op:
        chance = self.random
        self.ops += 1
        classes, _, result, into = BUILTINS[name]
        registers = []
        for registered in classes:
            if registered == "waitable":
                registered = chance.choice([SOURCES, SINKS, FUTURES, PROMISES, SUBTASKS])
            registers.append(chance.choice(registered))
        if chance.random() < 0.005 and registers:
            registers[0] = chance.randrange(HANDLES)
        if result == "copy":
            base = WRITES if "write" in name else READS
            constants = [base + 16 * self.ops]
            if name.startswith("stream"):
                constants.append(chance.choice([0, 1, 2, 4, 4, 8]))
        targets = [into] if result == "new" else into if result == "pair" else []
        guard = chance.random() < 0.995
        chosen = [chance.choice(target) for target in targets]
        return Op(self.ops, name, registers, constants, result, chosen, guard)

    def call(self, inst: int) -> Op:
        chance = self.random
        self.ops += 1
        to = chance.randrange(inst + 1, INSTANCES)
        index = chance.randrange(3)
        function = self.program.functions[to][index]
        registers = {"x": [], "s": [chance.choice(SOURCES)], "f": [chance.choice(FUTURES)]}
        lowered = "async" if chance.random() < 0.75 else "sync"
        constants = [chance.randrange(1000)]
        into = []
        if lowered == "async":
            constants.append(RESULTS + 4 * self.ops)
            into = [chance.choice(SUBTASKS)]
        registers = registers[function.takes]
        return Op(
            self.ops, lowered, registers, constants, "call", into, bool(registers), (to, index)
        )
