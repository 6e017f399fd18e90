"""Strips a lowered program, and the plan of a component."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from ..component.plan import Exports, Plan
from ..component.stack import named_functions
from ..errors import UsageError
from ..image.instructions import walk
from ..lower.program import Function, Program, Table
from ..ops.cold import CLASSES
from ..ops.encoding import encode
from ..wasm.types import FuncType, RefType
from .merge import merge
from .reach import Reached, reach
from .uses import uses_of

_HOST_BYTES = 16  # of the instruction that a host import starts with


@dataclass(frozen=True, slots=True)
class Stripped:
    """What was left out. plan: of a component, without what it does not need any more.

    functions: that nothing reaches; merged: into an equal one; code: bytes of both. data, tables:
    bytes of segments, and of table elements. imports, exports: how many.
    """

    plan: Plan | None
    functions: int
    merged: int
    code: int
    data: int
    tables: int
    imports: int
    exports: int

    def __str__(self) -> str:
        """What was left out, for people."""
        counts = (
            (self.functions, "functions without a caller"),
            (self.merged, "copies of functions"),
            (self.imports, "unused imports"),
            (self.exports, "inner exports" if self.plan else "exports"),
            (self.data, "bytes of data"),
            (self.tables, "bytes of tables"),
        )
        named = ", ".join(f"{what}: {n:,}" for n, what in counts if n)
        return f"left out: {named or 'definitions that nothing uses'}"


def strip(program: Program, plan: Plan | None, keep: Collection[str] | None = None) -> Stripped:
    """Leave out of a program what nothing reaches. The program is changed; its indices stay.

    keep: names of the exports that are called, None for all: of a function, or of an interface,
    which stands for all of its functions. Machine code is left as it is: it was made of what is
    reached. Raises UsageError if there is no such export.
    """
    exports = sum(len(instance.exports) for instance in program.instances)
    if plan:
        plan = replace(plan, exports=_kept(plan.exports, keep))
        for instance in program.instances:
            instance.exports = []  # the plan knows functions by their index
    elif keep is not None:
        _keep_of_module(program, keep)
    exports -= sum(len(instance.exports) for instance in program.instances)
    if program.native:
        return Stripped(plan, 0, 0, 0, 0, 0, 0, exports)
    exported = {e.index for i in program.instances for e in i.exports if e.kind == "func"}
    reached = reach(program, plan, exported)
    imports = len(program.imports)
    if plan:
        plan = _plan(plan, reached)
    code = _code_bytes(program)
    data = sum(map(len, program.data))
    unreached = set(range(len(program.functions))) - reached.functions
    fixed = {i.init for i in program.instances} | (_named(plan, reached) if plan else set())
    merged = merge(program, reached.functions, fixed)
    for index in unreached | set(merged):
        program.functions[index].stripped = True
    _redirect(program, merged)
    tables = _tables(program, reached)
    _data(program, reached)
    _imports(program, reached)
    _types(program, reached)
    _features(program)
    return Stripped(
        plan,
        functions=len(unreached),
        merged=len(merged),
        code=code - _code_bytes(program),
        data=data - sum(map(len, program.data)),
        tables=tables,
        imports=imports - len(program.imports),
        exports=exports,
    )


def _keep_of_module(program: Program, keep: Collection[str]) -> None:
    last = program.instances[-1]
    known = [export.name for export in last.exports]
    for name in keep:
        if name not in known:
            raise _unknown(name, known)
    for instance in program.instances[:-1]:
        instance.exports = []
    last.exports = [export for export in last.exports if export.name in keep]


def _kept(exports: Exports, keep: Collection[str] | None) -> Exports:
    """The exports that are kept; a name may be that of an interface or of one of its functions."""
    if keep is None:
        return exports
    known = {*exports.functions, *exports.instances, *exports.values}
    known |= {
        f"{name}#{function}"
        for name, instance in exports.instances.items()
        for function in instance.functions
    }
    for name in keep:
        if name not in known:
            raise _unknown(name, sorted(known))
    instances = {}
    for name, instance in exports.instances.items():
        functions = {
            label: function
            for label, function in instance.functions.items()
            if name in keep or f"{name}#{label}" in keep
        }
        if functions:
            instances[name] = replace(instance, functions=functions)
    return replace(
        exports,
        functions={name: f for name, f in exports.functions.items() if name in keep},
        values={name: value for name, value in exports.values.items() if name in keep},
        instances=instances,
    )


def _unknown(name: str, known: list[str]) -> UsageError:
    return UsageError(
        f"--keep {name}: there is no such export", hint=f"there are: {', '.join(known) or 'none'}"
    )


def _plan(plan: Plan, reached: Reached) -> Plan:
    """The plan with the lifts and host functions that are left; others refer to them as such.

    Canonical definitions go with the program's imports, which tell the writer which are left.
    """
    return replace(
        plan,
        lifts=[lift for lift in plan.lifts if lift in reached.lifts],
        hosts=[host for host in plan.hosts if host in reached.hosts],
    )


def _named(plan: Plan, reached: Reached) -> set[int]:
    canons = [plan.canons[number] for number in sorted(reached.canons)]
    return named_functions(replace(plan, canons=canons))


def _code_bytes(program: Program) -> int:
    return sum(len(function.code) + 16 for function in program.functions if not function.stripped)


def _left(program: Program) -> list[Function]:
    return [function for function in program.functions if not function.stripped]


def _redirect(program: Program, merged: dict[int, int]) -> None:
    """Everything that names a merged function names the one that stays."""
    for function in _left(program):
        for relocation in function.relocations:
            relocation.function = merged.get(relocation.function, relocation.function)
        function.calls = [(merged.get(index, index), room) for index, room in function.calls]
    for table in program.tables:
        table.items = [None if item is None else merged.get(item, item) for item in table.items]
    for word in program.globals:
        if word.function is not None:
            word.function = merged.get(word.function, word.function)
    for instance in program.instances:
        for export in instance.exports:
            if export.kind == "func":
                export.index = merged.get(export.index, export.index)


def _tables(program: Program, reached: Reached) -> int:
    """Empties tables that nothing names, and elements that nobody can call. Bytes saved."""
    before = sum(_table_bytes(table) for table in program.tables)
    for index, table in enumerate(program.tables):
        if index not in reached.tables:
            table.items, table.size, table.capacity = [], 0, 0
        elif index not in reached.called:
            table.items = []
    return before - sum(_table_bytes(table) for table in program.tables)


def _table_bytes(table: Table) -> int:
    return 4 * (len(table.items) + (0 if table.constant else table.capacity))


def _data(program: Program, reached: Reached) -> None:
    """Segments that nothing copies from have no bytes."""
    first = len(program.memories)
    program.data = [
        data if first + index in reached.memories else b""
        for index, data in enumerate(program.data)
    ]


def _imports(program: Program, reached: Reached) -> None:
    """Host functions that nothing calls are not asked for; the others get new numbers."""
    left = []
    for function in _left(program):
        number = uses_of(function).host
        if number is None:
            continue
        item = program.imports[number]
        reached.types.add(item.type_id)
        rest = function.code[_HOST_BYTES:]
        function.code = encode("host", c=0, d=len(left)) + rest
        left.append(item)
    program.imports = left


def _types(program: Program, reached: Reached) -> None:
    """Types that nothing names have no params and results; numbers of others stay."""
    needed = set(reached.types)
    for instance in program.instances:
        for export in instance.exports:
            if export.kind == "func":
                needed.add(program.functions[export.index].type_id)
    if any(_names_types(functype) for functype in program.types):
        return  # a type names others by their number: they are left alone
    for number in range(len(program.types)):
        if number not in needed:
            program.types[number] = FuncType((), ())


def _names_types(functype: FuncType) -> bool:
    return any(
        isinstance(item, RefType) and isinstance(item.heap, int)
        for item in (*functype.params, *functype.results)
    )


def _features(program: Program) -> None:
    """Cold classes that no code is left for are not needed."""
    left = {
        CLASSES[fields["n"] >> 8]
        for function in _left(program)
        for _, name, fields, _ in walk(function.code, 0, len(function.code))
        if name == "slow"
    }
    program.features &= left
    if "exception" not in left:
        program.exceptions = 0
