"""Random programs of built-in calls over three component instances, and their WAT.

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
    "waitable-set.wait-c": ((SETS,), 0, "event", None),
    "waitable-set.poll": ((SETS,), 0, "event", None),
    "waitable-set.poll-c": ((SETS,), 0, "event", None),
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
    "thread.suspend-c": ((), 0, "result", None),
    "thread.yield": ((), 0, "result", None),
    "thread.yield-c": ((), 0, "result", None),
    "thread.suspend-then-resume": ((THREADS,), 0, "result", None),
    "thread.yield-then-resume": ((THREADS,), 0, "result", None),
    "thread.yield-then-resume-c": ((THREADS,), 0, "result", None),
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
    "thread.suspend-c": 0.7,
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
            function.phases.append(self.script(inst, 4 if count > 1 else 7))
            code = EXIT if i == count - 1 else chance.choice([YIELD, WAIT, WAIT])
            function.ends.append((code, chance.choice(SETS)))
        if function.lift in ("stackful", "callback") and chance.random() < 0.97:
            name = "task.cancel" if chance.random() < 0.04 else "task.return"
            script = chance.choice(function.phases)
            at = chance.randint(len(script) // 2, len(script))
            script.insert(at, self.builtin(name, [function.value]))

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
        if chance.random() < 0.01 and registers:
            registers[0] = chance.randrange(HANDLES)
        if result == "copy":
            base = WRITES if "write" in name else READS
            constants = [base + 16 * self.ops]
            if name.startswith("stream"):
                constants.append(chance.choice([0, 1, 2, 4, 4, 8]))
        targets = [into] if result == "new" else into if result == "pair" else []
        guard = chance.random() < 0.98
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


# As WAT

PARAMETERS = {
    "x": '(param "x" u32)',
    "s": '(param "s" (stream u8)) (param "x" u32)',
    "f": '(param "f" (future u32)) (param "x" u32)',
}
CORE_TYPES = {  # parameters and results of the built-ins' core functions, where not obvious
    "stream.new": (0, "i64"),
    "future.new": (0, "i64"),
}


def core_signature(name: str) -> tuple[int, str]:
    """The number of i32 parameters of a built-in, and its result or ""."""
    registers, constants, result, _ = BUILTINS[name]
    if result == "pair":
        return 0, "i64"
    count = len(registers) + constants + (result == "event")
    return count, "" if result in ("", "drop") else "i32"


def function_type(function: Function) -> str:
    word = " async" if function.is_async else ""
    return f"{word} {PARAMETERS[function.takes]} (result u32)"


def builtin_canon(name: str) -> str:
    """The canonical definition of a built-in."""
    base, _, variant = name.partition("-a") if name.endswith("-a") else (name, "", "")
    is_async = " async" if name.endswith("-a") else ""
    base = name[:-2] if name.endswith(("-a", "-c")) else name
    cancellable = " cancellable" if name.endswith("-c") else ""
    memory = ' (memory (core memory $memory "mem"))'
    kind = base.partition(".")[2]
    if base.startswith(("stream", "future")):
        t = "$ST" if base.startswith("stream") else "$FT"
        body = f"{base} {t}{is_async}" + (memory if kind in ("read", "write") else "")
    elif base in ("waitable-set.wait", "waitable-set.poll"):
        body = base + cancellable + memory
    elif base == "task.return":
        body = f"{base} (result u32)"
    elif base.startswith("context"):
        body = f"{base} i32 0"
    elif base == "thread.new-indirect":
        body = f"{base} $entry (core table $table)"
    else:
        body = base + is_async + cancellable
    return f"(canon {body} (core func ${name}))"


def signature(count: int, result: str) -> str:
    params = f" (param{' i32' * count})" if count else ""
    return params + (f" (result {result})" if result else "")


class Text:
    """The WAT of a program."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def component(self) -> str:
        instances = [self.instance(i) for i in reversed(range(INSTANCES))]
        lines = ['(component (import "log" (func $log (param "op" u32) (param "value" u32)))']
        lines += [f"(type $ST (stream u8)) (type $FT (future u32))", *instances]
        for i in reversed(range(INSTANCES)):
            given = ['(with "log" (func $log))']
            for to in range(i + 1, INSTANCES):
                for k in range(3):
                    given.append(f'(with "f{to}-{k}" (func $i{to} "f{k}"))')
            lines.append(f"(instance $i{i} (instantiate $I{i} {' '.join(given)}))")
        for i in range(INSTANCES):
            lines.append(f'(func (export "f{i}") (alias export $i{i} "f0"))')
        lines.append(")")
        return "\n".join(lines)

    def instance(self, inst: int) -> str:
        lines = [
            f'(component $I{inst} (import "log" (func $log (param "op" u32) (param "v" u32)))',
            "(type $ST (stream u8)) (type $FT (future u32))",
            "(core type $entry (func (param i32)))",
        ]
        imports, given = [], []
        for to in range(inst + 1, INSTANCES):
            for k, function in enumerate(self.program.functions[to]):
                lines.append(f'(import "f{to}-{k}" (func $f{to}-{k}{function_type(function)}))')
        lines += [
            '(core module $M (memory (export "mem") 1) (table (export "table") 2 funcref))',
            "(core instance $memory (instantiate $M))",
            '(alias core export $memory "table" (core table $table))',
        ]
        for name in BUILTINS:
            lines.append(builtin_canon(name))
            imports.append(
                f'(import "" "{name}" (func ${name}{signature(*core_signature(name))}))'
            )
            given.append(f'(export "{name}" (func ${name}))')
        for to in range(inst + 1, INSTANCES):
            for k, function in enumerate(self.program.functions[to]):
                count = 1 if function.takes == "x" else 2
                for way in ("sync", "async"):
                    name = f"{way}-{to}-{k}"
                    options = ' async (memory (core memory $memory "mem"))' if way[0] == "a" else ""
                    lines.append(
                        f"(canon lower (func $f{to}-{k}){options} (core func ${name}))"
                    )
                    takes = signature(count + (way == "async"), "i32")
                    imports.append(f'(import "" "{name}" (func ${name}{takes}))')
                    given.append(f'(export "{name}" (func ${name}))')
        lines.append("(canon lower (func $log) (core func $log'))")
        given.append("(export \"log\" (func $log'))")
        imports += [
            '(import "" "log" (func $log (param i32 i32)))',
            '(import "m" "mem" (memory 1)) (import "m" "table" (table 2 funcref))',
        ]
        lines += ["(core module $C", *imports, *self.core(inst), ")"]
        lines.append(
            f'(core instance $c (instantiate $C (with "" (instance {" ".join(given)}))'
            ' (with "m" (instance $memory))))'
        )
        for k, function in enumerate(self.program.functions[inst]):
            options = {
                "stackful": " async",
                "callback": f' async (callback (core func $c "b{k}"))',
            }.get(function.lift, "")
            if function.lift in ("stackful", "callback"):
                options += ' (memory (core memory $memory "mem"))' if False else ""
            lines.append(
                f'(func (export "f{k}"){function_type(function)}'
                f' (canon lift (core func $c "f{k}"){options}))'
            )
        lines.append(")")
        return "\n".join(lines)

    def core(self, inst: int) -> list[str]:
        lines = []
        for k, function in enumerate(self.program.functions[inst]):
            count = 1 if function.takes == "x" else 2
            params = " ".join(f"(param $p{i} i32)" for i in range(count))
            result = "" if function.lift == "stackful" else "(result i32)"
            lines.append(f'(func (export "f{k}") {params} {result} (local $r i32) (local $w i64)')
            if function.takes != "x":
                register = SOURCES[0] if function.takes == "s" else FUTURES[0]
                lines.append(set_register(register, "(local.get $p0)"))
            lines.append(log(0, f"(local.get $p{count - 1})"))
            if function.lift == "callback":
                lines += [f"(call $phase{k} (i32.const 0)))", *self.callback(function, k)]
                continue
            lines += map(operation, function.phases[0])
            lines.append(")" if function.lift == "stackful" else f"(i32.const {function.value}))")
        for k, script in enumerate(self.program.threads[inst]):
            lines.append(f"(func $t{k} (param $p0 i32) (local $r i32) (local $w i64)")
            lines += [log(0, "(local.get $p0)"), *map(operation, script), ")"]
        lines.append("(elem (i32.const 0) func $t0 $t1)")
        return lines

    def callback(self, function: Function, k: int) -> list[str]:
        """The callback, and its phases. The task's phase stands in a global per function: tasks of
        one function share it."""
        lines = [
            f"(global $at{k} (mut i32) (i32.const 0))",
            f'(func (export "b{k}") (param $e i32) (param $i i32) (param $v i32) (result i32)',
            *(log(0, f"(local.get ${name})") for name in "eiv"),
            f"(global.set $at{k} (i32.add (global.get $at{k}) (i32.const 1)))",
            f"(call $phase{k} (global.get $at{k})))",
            f"(func $phase{k} (param $n i32) (result i32) (local $r i32) (local $w i64)",
        ]
        for n, (script, (code, register)) in enumerate(
            zip(function.phases, function.ends, strict=True)
        ):
            lines.append(f"(if (i32.eq (local.get $n) (i32.const {n})) (then")
            lines += map(operation, script)
            end = f"(i32.const {code})"
            if code == WAIT:
                end = f"(i32.or {end} (i32.shl {get_register(register)} (i32.const 4)))"
                lines.append(
                    f"(if (i32.eqz {get_register(register)}) (then (return (i32.const {YIELD}))))"
                )
            lines.append(f"(return {end})))")
        return [*lines, f"(i32.const {EXIT}))"]


def get_register(register: int) -> str:
    return f"(i32.load (i32.const {REGISTERS + 4 * register}))"


def set_register(register: int, value: str) -> str:
    return f"(i32.store (i32.const {REGISTERS + 4 * register}) {value})"


def log(number: int, value: str) -> str:
    return f"(call $log (i32.const {number}) {value})"


def operation(op: Op) -> str:
    """An operation as instructions; locals $r and $w are free."""
    name = f"{op.name}-{op.call[0]}-{op.call[1]}" if op.call else op.name
    operands = [get_register(register) for register in op.registers]
    operands += [f"(i32.const {constant})" for constant in op.constants]
    if op.result == "event":
        operands.append("(i32.const 0)")
    call = f"(call ${name} {' '.join(operands)})"
    lines = []
    if op.result == "copy" and "write" in op.name:
        value = 0x01010101 * (op.number & 0xFF)
        for word in range(2):
            lines.append(
                f"(i32.store (i32.const {op.constants[0] + 4 * word}) (i32.const {value}))"
            )
    result = "(local.get $r)"
    if op.result in ("", "drop"):
        lines += [call, log(op.number, "(i32.const 0)")]
    elif op.result == "pair":
        low = "(i32.wrap_i64 (local.get $w))"
        high = "(i32.wrap_i64 (i64.shr_u (local.get $w) (i64.const 32)))"
        lines += [f"(local.set $w {call})", log(op.number, low), log(op.number, high)]
        lines += [set_register(op.into[0], low), set_register(op.into[1], high)]
    else:
        lines += [f"(local.set $r {call})", log(op.number, result)]
    if op.result == "event":
        lines += [log(op.number, f"(i32.load (i32.const {at}))") for at in (0, 4)]
    elif op.result == "new":
        lines.append(set_register(op.into[0], result))
    elif op.result == "call" and op.into:
        index = f"(i32.shr_u {result} (i32.const 4))"
        lines.append(f"(if {index} (then {set_register(op.into[0], index)}))")
    if op.result == "drop" or op.call:
        lines += [set_register(register, "(i32.const 0)") for register in op.registers]
    text = "\n".join(lines)
    if not op.guard or not op.registers:
        return text
    empty = [f"(i32.eqz {get_register(register)})" for register in op.registers]
    test = empty[0] if len(empty) == 1 else f"(i32.or {empty[0]} {empty[1]})"
    skip = log(op.number, f"(i32.const {SKIPPED})")
    return f"(if {test} (then {skip}) (else\n{text}))"
