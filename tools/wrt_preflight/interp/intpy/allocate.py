"""Fewer variables: values nobody reads are not computed, and what is never alive together shares.

Copies vanish where both sides can be one variable, which is how inlined calls cost nothing. The
parameters, the results and `trap` keep their names; a parameter that the function does not assign
keeps its value.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from .tree import (
    Assign,
    Bin,
    Call,
    Cmp,
    Expr,
    Flag,
    If,
    Jump,
    Logic,
    Routine,
    Stmt,
    Var,
    While,
    variables,
)

TRAP = "trap"
Block = tuple[Stmt, ...]


def allocate(routine: Routine) -> Routine:
    """The same routine with as few variables and copies as a simple search finds."""
    while (body := _Liveness(routine).without_dead(routine.body)) != routine.body:
        routine = replace(routine, body=body)
    names = _Sharing(routine).names()
    return replace(routine, body=_renamed(routine.body, names))


def _copied(value: Expr) -> str | None:
    """The variable of which a value is a copy."""
    while isinstance(value, Call) and value.name in ("widen", "retype"):
        value = value.args[0]
    return value.name if isinstance(value, Var) else None


def _assigned(stmts: Block) -> set[str]:
    out: set[str] = set()
    for stmt in stmts:
        if isinstance(stmt, Assign):
            out.add(stmt.target.name)
        elif isinstance(stmt, If):
            out |= _assigned(stmt.then) | _assigned(stmt.other)
        elif isinstance(stmt, While):
            out |= _assigned(stmt.body)
    return out


class _Liveness:
    """Which variables are read later, at every statement, found from the end to the start."""

    def __init__(self, routine: Routine) -> None:
        kept = {var.name for var in routine.params} - _assigned(routine.body)
        self.at_end = kept | {var.name for var in routine.results}
        self.jumps: dict[str, set[str]] = {}

    def assigned(self, stmt: Assign, live: set[str]) -> None:
        """Called for every assignment whose value is read, with what is alive after it."""

    def block(self, stmts: Block, live: set[str]) -> set[str]:
        """What is alive before the statements, given what is alive after them."""
        for stmt in reversed(stmts):
            live = self.before(stmt, live)
        return live

    def before(self, stmt: Stmt, live: set[str]) -> set[str]:
        if isinstance(stmt, Jump):
            return self.jumps[stmt.kind]
        if isinstance(stmt, Assign):
            name = stmt.target.name
            if name == TRAP:
                return set()
            if name not in live:
                return live
            self.assigned(stmt, live)
            return live - {name} | variables(stmt.value)
        if isinstance(stmt, If):
            both = self.block(stmt.then, live) | self.block(stmt.other, live)
            return both | variables(stmt.cond)
        return self.loop(stmt, live)

    def loop(self, stmt: While, after: set[str]) -> set[str]:
        read = after | variables(stmt.cond) if stmt.cond else set()
        head: set[str] = set(read)
        while True:
            more = head | self.body(stmt, after, head)
            if more == head:
                return head
            head = more

    def body(self, stmt: While, after: set[str], head: set[str]) -> set[str]:
        outer, self.jumps = self.jumps, {"break": after, "continue": head}
        live = self.block(stmt.body, head)
        self.jumps = outer
        return live

    # ------------------------------------------------------------ dead assignments
    def without_dead(self, stmts: Block) -> Block:
        return self.kept(stmts, self.at_end)[0]

    def kept(self, stmts: Block, live: set[str]) -> tuple[Block, set[str]]:
        """The statements that have an effect, and what is alive before them."""
        out: list[Stmt] = []
        for stmt in reversed(stmts):
            before = self.before(stmt, live)
            if isinstance(stmt, Assign):
                if stmt.target.name != TRAP and stmt.target.name not in live:
                    continue
            elif isinstance(stmt, If):
                then, other = self.kept(stmt.then, live)[0], self.kept(stmt.other, live)[0]
                stmt = If(stmt.cond, then, other)
            elif isinstance(stmt, While):
                outer, self.jumps = self.jumps, {"break": live, "continue": before}
                stmt = While(stmt.cond, self.kept(stmt.body, before)[0])
                self.jumps = outer
            out.append(stmt)
            live = before
        return tuple(reversed(out)), live


class _Sharing(_Liveness):
    """Finds which variables may be one, merges copies first, then whatever fits."""

    def __init__(self, routine: Routine) -> None:
        super().__init__(routine)
        self.apart: dict[str, set[str]] = defaultdict(set)
        self.copies: list[tuple[str, str]] = []
        self.order: list[str] = []
        self.fixed = {var.name for var in routine.params + routine.results}
        self._separate(self.fixed)
        entry = self.block(routine.body, self.at_end)
        self._separate(entry | {var.name for var in routine.params})
        self.classes: dict[str, set[str]] = {
            name: {name} for name in [*sorted(self.fixed), *reversed(self.order)]
        }

    def _separate(self, names: set[str]) -> None:
        for name in names:
            self.apart[name] |= names - {name}

    def assigned(self, stmt: Assign, live: set[str]) -> None:
        name, source = stmt.target.name, _copied(stmt.value)
        if name == TRAP:
            return
        if name not in self.order:
            self.order.append(name)
        if source and source != name:
            self.copies.append((name, source))
        for other in live - {name, source}:
            self.apart[name].add(other)
            self.apart[other].add(name)

    def names(self) -> dict[str, str]:
        """Old name -> name of the variable that it shares."""
        place = {name: name for name in self.classes}
        for a, b in reversed(self.copies):
            self._merge(place, a, b)
        for name in list(self.classes):
            if place[name] == name and name not in self.fixed:
                for other in list(self.classes):
                    if other == name:
                        break
                    if self._merge(place, name, other):
                        break
        return place

    def _merge(self, place: dict[str, str], a: str, b: str) -> bool:
        """Makes two variables one if they are never alive together."""
        a, b = place.get(a, a), place.get(b, b)
        if a == b or a not in self.classes or b not in self.classes:
            return False
        if a in self.fixed:
            a, b = b, a
        if a in self.fixed or any(self.apart[one] & self.classes[b] for one in self.classes[a]):
            return False
        for one in self.classes.pop(a):
            place[one] = b
            self.classes[b].add(one)
        return True


def _renamed(stmts: Block, names: dict[str, str]) -> Block:
    out: list[Stmt] = []
    for stmt in stmts:
        if isinstance(stmt, Assign):
            target, value = _rename(stmt.target, names), _rename(stmt.value, names)
            if _copied(value) != target.name:
                out.append(Assign(target, value))
        elif isinstance(stmt, If):
            then, other = _renamed(stmt.then, names), _renamed(stmt.other, names)
            out.append(If(_rename(stmt.cond, names), then, other))
        elif isinstance(stmt, While):
            cond = _rename(stmt.cond, names) if stmt.cond else None
            out.append(While(cond, _renamed(stmt.body, names)))
        else:
            out.append(stmt)
    return tuple(out)


def _rename(expr: Expr, names: dict[str, str]) -> Expr:
    if isinstance(expr, Var):
        return Var(expr.type, names.get(expr.name, expr.name))
    if isinstance(expr, (Bin, Cmp)):
        return replace(expr, a=_rename(expr.a, names), b=_rename(expr.b, names))
    if isinstance(expr, Logic):
        return replace(expr, items=tuple(_rename(item, names) for item in expr.items))
    if isinstance(expr, Flag):
        return replace(expr, cond=_rename(expr.cond, names))
    if isinstance(expr, Call):
        return replace(expr, args=tuple(_rename(arg, names) for arg in expr.args))
    return expr
