"""What functions do, found before any is translated: who calls whom, and who may do what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...link import Store
from ...wasm.instructions import decode
from ...wasm.module import Instr
from ..target import Target

BRIEF = 500  # WebAssembly instructions that a function may run without using fuel

_TAIL_CALLS = ("return_call", "return_call_indirect", "return_call_ref")
_INDIRECT = ("call_indirect", "call_ref", "return_call_indirect", "return_call_ref")
_CALLS = ("call", "call_indirect", "call_ref", *_TAIL_CALLS)


def promises_tail_calls(target: Target) -> bool:
    """Whether LLVM makes every tail call a jump; elsewhere whoever called makes the next call."""
    return target.pointer_bits == 64


@dataclass(slots=True)
class Conduct:
    """What one function does, as its code says.

    code: its instructions; None for a host import. callees: store-wide indices that it calls
    directly. indirect: it calls by reference. loops: it has loops. throws: it has `throw` or
    `throw_ref`. tails: it has tail calls other than to itself; repeats: to itself.
    references: functions that it takes a reference to. tail_callees: those it tail-calls directly.
    calls: how many of its instructions call guest code or the host.
    """

    code: list[Instr] | None = None
    callees: set[int] = field(default_factory=set)
    references: set[int] = field(default_factory=set)
    tail_callees: set[int] = field(default_factory=set)
    calls: int = 0
    indirect: bool = False
    loops: bool = False
    throws: bool = False
    tails: bool = False
    repeats: bool = False


class Scan:
    """Facts about all functions of a store, and conclusions from them."""

    def __init__(self, store: Store, target: Target) -> None:
        self.store = store
        self.functions = [self._conduct(index) for index in range(len(store.functions))]
        self.grown_tables: set[int] = set()
        self._find_grown()
        everything = self.functions
        self.any_throws = any(f.throws for f in everything)
        self.any_tails = any(f.tails for f in everything)
        self.native_tails = self.any_tails and promises_tail_calls(target) and self._few_results()
        self._callers = self._find_callers()
        self.brief = self._find_brief()
        self.throwing = self._closure({i for i, f in enumerate(everything) if f.throws})

    def _conduct(self, index: int) -> Conduct:
        item = self.store.functions[index]
        if item.instance is None:
            return Conduct()
        module, functions = item.instance.module, item.instance.functions
        code = module.code[item.code]
        found = Conduct(decode(module.data, code.start, code.end, module.file, module.base))
        for _, instruction, immediates in found.code:
            name = instruction.name
            if name == "call" or name == "return_call":
                callee = functions[immediates[0]]
                if name == "return_call":
                    if callee == index:
                        found.repeats = True
                        continue
                    found.tail_callees.add(callee)
                found.callees.add(callee)
            elif name == "ref.func":
                found.references.add(functions[immediates[0]])
            found.loops |= name == "loop"
            found.throws |= name in ("throw", "throw_ref")
            found.tails |= name in _TAIL_CALLS
            found.indirect |= name in _INDIRECT
            found.calls += name in _CALLS
        return found

    def _find_grown(self) -> None:
        for item, conduct in zip(self.store.functions, self.functions, strict=True):
            for _, instruction, immediates in conduct.code or ():
                if instruction.name == "table.grow":
                    self.grown_tables.add(item.instance.tables[immediates[0]])

    def _few_results(self) -> bool:
        """Whether all results of functions with tail calls come back in registers."""
        tailing = [i for i, conduct in enumerate(self.functions) if conduct.tails]
        return all(len(self.store.function_type(i).results) <= 2 for i in tailing)

    def _find_callers(self) -> list[list[int]]:
        """Who calls each function directly."""
        callers: list[list[int]] = [[] for _ in self.functions]
        for index, conduct in enumerate(self.functions):
            for callee in conduct.callees:
                callers[callee].append(index)
        return callers

    def _find_brief(self) -> set[int]:
        """Functions that run few instructions, all that they call included: no loop among them,
        no recursion, no call of the host or by reference."""
        work: dict[int, int] = {}
        waiting = [len(conduct.callees) for conduct in self.functions]
        ready = [index for index, count in enumerate(waiting) if not count]
        while ready:
            index = ready.pop()
            conduct = self.functions[index]
            if conduct.code is None or conduct.loops or conduct.indirect or conduct.repeats:
                continue
            longest = max((work[callee] for callee in conduct.callees), default=0)
            work[index] = len(conduct.code) + conduct.calls * longest
            if work[index] > BRIEF:
                continue
            for caller in self._callers[index]:
                waiting[caller] -= 1
                if not waiting[caller]:
                    ready.append(caller)
        return {index for index, instructions in work.items() if instructions <= BRIEF}

    def _closure(self, found: set[int]) -> set[int]:
        """These functions, and all that may call one of them."""
        if found:  # any function may be what a call by reference calls
            found |= {i for i, conduct in enumerate(self.functions) if conduct.indirect}
        work = list(found)
        while work:
            for caller in self._callers[work.pop()]:
                if caller not in found:
                    found.add(caller)
                    work.append(caller)
        return found

    # ------------------------------------------------------------ what a call of one may do
    def may_throw(self, index: int | None) -> bool:
        """index: store-wide, or None for a call by reference."""
        return self.any_throws if index is None else index in self.throwing

    def may_tail(self, index: int | None) -> bool:
        """Whether its caller has to make a tail call that it asks for."""
        if self.native_tails:
            return False
        return self.any_tails if index is None else self.functions[index].tails

    def counts_fuel(self, index: int) -> bool:
        """Whether it uses fuel, or the host sees how much there is."""
        return index not in self.brief

    def reachable(self, roots: Iterable[int]) -> set[int]:
        """Functions that run if the roots are called, or that somebody gets a reference to."""
        found = set(roots)
        work = list(found)
        while work:
            conduct = self.functions[work.pop()]
            fresh = (conduct.callees | conduct.references) - found
            found |= fresh
            work += fresh
        return found
