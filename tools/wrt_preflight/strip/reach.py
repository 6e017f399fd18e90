"""What can be reached in a program: functions, host imports, lifts, tables, data, types."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from ..component.plan import CANON, Builtin, Exports, HostFunction, Lift, Lower, Plan, Start
from ..component.stack import named_functions
from ..lower.program import Program
from .uses import Uses, uses_of


@dataclass(slots=True)
class Reached:
    """Store-wide indices of what is reached. lifts, hosts, canons: of the plan of a component.

    called: tables and element segments whose functions may be called. tables, memories: all that
    reached code or an export names, segments included.
    """

    functions: set[int] = field(default_factory=set)
    called: set[int] = field(default_factory=set)
    tables: set[int] = field(default_factory=set)
    memories: set[int] = field(default_factory=set)
    types: set[int] = field(default_factory=set)
    lifts: set[Lift] = field(default_factory=set)
    hosts: set[HostFunction] = field(default_factory=set)
    canons: set[int] = field(default_factory=set)


def reach(program: Program, plan: Plan | None, exports: Collection[int]) -> Reached:
    """What is reached from the program's init functions and exports.

    plan: of a component, with the exports that are kept; its functions are reached from it.
    exports: functions that the instances of a module export.
    """
    return _Reach(program, plan, set(exports)).run()


class _Reach:
    def __init__(self, program: Program, plan: Plan | None, exports: set[int]) -> None:
        self.program, self.plan = program, plan
        self.reached = Reached()
        self.uses: dict[int, Uses] = {}
        self.waiting = exports | {i.init for i in program.instances if i.init is not None}
        for instance in program.instances:
            for export in instance.exports:
                if export.kind == "table":
                    self.reached.called.add(export.index)
                    self.reached.tables.add(export.index)
        self.waiting |= {w.function for w in program.globals if w.function is not None}

    def run(self) -> Reached:
        if self.plan:
            self._plan(self.plan)
        while self.waiting:
            while self.waiting:
                self._function(self.waiting.pop())
            self._tables()
            if self.plan:
                self._canons(self.plan)
        return self.reached

    def _function(self, index: int) -> None:
        if index in self.uses:
            return
        self.uses[index] = uses = uses_of(self.program.functions[index])
        reached = self.reached
        reached.functions.add(index)
        reached.tables |= uses.tables
        reached.memories |= uses.memories
        reached.types |= uses.types
        reached.called |= uses.called_tables
        self.waiting |= uses.functions - reached.functions
        if uses.host is not None:
            item = self.program.imports[uses.host]
            if item.module == CANON:
                reached.canons.add(int(item.name))

    def _tables(self) -> None:
        """The functions of tables that may be called, and of what is copied into these."""
        called = self.reached.called
        copies = set().union(*(uses.copies for uses in self.uses.values()))
        while True:
            more = {source for to, source in copies if to in called} - called
            if not more:
                break
            called |= more
        for table in called:
            items = self.program.tables[table].items
            self.waiting |= {item for item in items if item is not None}
        self.waiting -= self.reached.functions

    def _plan(self, plan: Plan) -> None:
        for step in plan.steps:
            if isinstance(step, Start):
                self._callee(step.callee)
        self._exports(plan.exports)
        self._named()

    def _exports(self, exports: Exports) -> None:
        for function in exports.functions.values():
            self._callee(function)
        for nested in exports.instances.values():
            self._exports(nested)

    def _callee(self, callee: Lift | HostFunction) -> None:
        (self.reached.lifts if isinstance(callee, Lift) else self.reached.hosts).add(callee)

    def _canons(self, plan: Plan) -> None:
        """What the canonical definitions call that reached code calls."""
        for number in self.reached.canons:
            canon = plan.canons[number]
            if isinstance(canon, Lower):
                self._callee(canon.callee)
            elif isinstance(canon, Builtin) and canon.table is not None:
                self.reached.called.add(canon.table)
                self.reached.tables.add(canon.table)
        self._tables()
        self._named()

    def _named(self) -> None:
        plan, reached = self.plan, self.reached
        live = replace(
            plan,
            lifts=[lift for lift in plan.lifts if lift in reached.lifts],
            canons=[plan.canons[number] for number in sorted(reached.canons)],
        )
        self.waiting |= named_functions(live) - reached.functions
