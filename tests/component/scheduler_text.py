"""The WAT of the programs of scheduler_programs.py."""

from __future__ import annotations

from component.scheduler_programs import (
    BUILTINS,
    EXIT,
    FUTURES,
    INSTANCES,
    REGISTERS,
    SKIPPED,
    SOURCES,
    WAIT,
    YIELD,
    Function,
    Op,
    Program,
)

PARAMETERS = {
    "x": '(param "x" u32)',
    "s": '(param "s" (stream u8)) (param "x" u32)',
    "f": '(param "f" (future u32)) (param "x" u32)',
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
    is_async = " async" if name.endswith("-a") else ""
    base = name.removesuffix("-a")
    memory = ' (memory (core memory $memory "mem"))'
    kind = base.partition(".")[2]
    if base.startswith(("stream", "future")):
        t = "$ST" if base.startswith("stream") else "$FT"
        body = f"{base} {t}{is_async}" + (memory if kind in ("read", "write") else "")
    elif base in ("waitable-set.wait", "waitable-set.poll"):
        body = base + memory
    elif base == "task.return":
        body = f"{base} (result u32)"
    elif base.startswith("context"):
        body = f"{base} i32 0"
    elif base == "thread.new-indirect":
        body = f"{base} $entry (core table $table)"
    else:
        body = base + is_async
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
        lines += ["(type $ST (stream u8)) (type $FT (future u32))", *instances]
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
                    options = (
                        ' async (memory (core memory $memory "mem"))' if way[0] == "a" else ""
                    )
                    lines.append(f"(canon lower (func $f{to}-{k}){options} (core func ${name}))")
                    takes = signature(count + (way == "async"), "i32")
                    imports.append(f'(import "" "{name}" (func ${name}{takes}))')
                    given.append(f'(export "{name}" (func ${name}))')
        lines.append("(canon lower (func $log) (core func $log'))")
        given.append('(export "log" (func $log\'))')
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
                lines.append(f"(global.set $at{k} (i32.const 0)) (call $phase{k} (i32.const 0)))")
                lines += self.callback(function, k)
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
