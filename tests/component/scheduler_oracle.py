"""Executes the programs of scheduler_programs.py on top of the specification's definitions.py.

What the specification leaves free is chosen here as docs/scheduler.md says (Oracle.choose). What
the official tests want and definitions.py does not do is done here, too, unless the policy whose
name stands there is given (may_go_on, check_block, enter, cancel).
"""

from __future__ import annotations

import importlib.util
import itertools
import sys
import types
from collections.abc import Collection
from functools import partial
from pathlib import Path

from component.scheduler_fibers import Fibers
from component.scheduler_programs import (
    EXIT,
    FUTURES,
    REGISTERS,
    SKIPPED,
    SOURCES,
    WAIT,
    YIELD,
    Function,
    Op,
    Program,
)

MEMORY = 65536


class Guest:
    """A component instance: registers, memory, functions and threads."""

    def __init__(self, oracle: Oracle, number: int, parent) -> None:
        spec = oracle.spec
        self.oracle = oracle
        self.spec = spec
        self.number = number
        self.inst = spec.ComponentInstance(oracle.store, parent)
        self.memory = spec.MemInst(bytearray(MEMORY), "i32")
        self.options = partial(spec.CanonicalOptions, memory=self.memory)
        self.streams = spec.StreamType(spec.U8Type())
        self.futures = spec.FutureType(spec.U32Type())
        self.phase: dict[int, int] = {}
        self.table = spec.Table()
        self.table.array = [
            spec.CoreFuncRef(spec.CoreFuncType(["i32"], []), partial(self.thread, script))
            for script in oracle.program.threads[number]
        ]
        self.functions = []

    def get(self, register: int) -> int:
        return self.word(REGISTERS + 4 * register)

    def set(self, register: int, value: int) -> None:
        self.put(REGISTERS + 4 * register, value)

    def word(self, at: int) -> int:
        return int.from_bytes(self.memory.bytes[at : at + 4], "little")

    def put(self, at: int, value: int) -> None:
        self.memory.bytes[at : at + 4] = value.to_bytes(4, "little")

    def log(self, number: int, value: int) -> None:
        self.spec.trap_if(not self.inst.may_leave)
        self.oracle.log.append((number, value))

    def lift(self, index: int, function: Function):
        """What definitions.py calls a FuncInst."""
        spec = self.spec
        ft = self.oracle.types[function.takes, function.is_async]
        lift = function.lift
        options = spec.CanonicalOptions()
        if lift in ("stackful", "callback"):
            callback = partial(self.callback, index, function) if lift == "callback" else None
            options = spec.CanonicalOptions(async_=True, callback=callback)
        core = partial(self.enter, index, function)
        function_instance = self.oracle.store.lift(core, ft, options, self.inst)

        def call(on_start, on_resolve, caller):
            return self.oracle.enter(self.inst, ft, options, function_instance)(
                on_start, on_resolve, caller
            )

        return call

    def enter(self, index: int, function: Function, args: list[int]) -> list[int]:
        if function.takes != "x":
            self.set((SOURCES if function.takes == "s" else FUTURES)[0], args[0])
        self.log(0, args[-1])
        if function.lift == "callback":
            self.phase[index] = 0
            return [self.run_phase(index, function)]
        self.run(function.phases[0])
        return [] if function.lift == "stackful" else [function.value]

    def callback(self, index: int, function: Function, event: list[int]) -> list[int]:
        for value in event:
            self.log(0, value)
        self.phase[index] += 1
        return [self.run_phase(index, function)]

    def run_phase(self, index: int, function: Function) -> int:
        phase = self.phase[index]
        if phase >= len(function.phases):
            return EXIT
        self.run(function.phases[phase])
        code, register = function.ends[phase]
        if code != WAIT:
            return code
        wset = self.get(register)
        return WAIT | wset << 4 if wset else YIELD

    def thread(self, script: list[Op], args: list[int]) -> list[int]:
        self.log(0, args[0])
        self.run(script)
        return []

    def run(self, script: list[Op]) -> None:
        for op in script:
            self.operate(op)

    def operate(self, op: Op) -> None:
        operands = [self.get(register) for register in op.registers]
        if op.guard and not all(operands):
            self.log(op.number, SKIPPED)
            return
        operands += op.constants
        if op.result == "copy" and "write" in op.name:
            for word in range(2):
                self.put(op.constants[0] + 4 * word, 0x01010101 * (op.number & 0xFF))
        results = self.call(op, operands)
        value = results[0] if results else 0
        if op.result == "pair":
            low, high = value & 0xFFFFFFFF, value >> 32
            self.log(op.number, low)
            self.log(op.number, high)
            self.set(op.into[0], low)
            self.set(op.into[1], high)
        else:
            self.log(op.number, int(value))
        if op.result == "event":
            self.log(op.number, self.word(0))
            self.log(op.number, self.word(4))
        elif op.result == "new":
            self.set(op.into[0], value)
        elif op.into and op.call and value >> 4:
            self.set(op.into[0], value >> 4)
        if op.result == "drop" or op.call:
            for register in op.registers:
                self.set(register, 0)

    def call(self, op: Op, operands: list[int]) -> list[int]:
        spec = self.spec
        if op.call:
            function = self.oracle.program.functions[op.call[0]][op.call[1]]
            callee = self.oracle.guests[op.call[0]].functions[op.call[1]]
            ft = self.oracle.types[function.takes, function.is_async]
            is_async = op.name == "async"
            if not is_async and function.is_async:
                self.oracle.check_block(self.inst)
            return spec.canon_lower(callee, ft, self.options(async_=is_async), operands)
        return self.oracle.builtin(self, op.name, operands)


class Oracle:
    """One program on definitions.py."""

    def __init__(
        self, spec: types.ModuleType, program: Program, policies: Collection[str] = ()
    ) -> None:
        """policies: options of load() that make it do as definitions.py does, unchanged."""
        self.spec = spec
        self.program = program
        self.policies = policies
        self.log: list[tuple[int, int]] = []
        self.results: list[int | None] = []
        self.clock = itertools.count(1)
        self.sync_calls: dict = {}
        self.fibers = Fibers()
        spec.cont_new = self.fibers.new
        spec.resume = self.fibers.resume
        spec.block = self.fibers.block
        spec.current_thread = self.fibers.current
        spec.random = types.SimpleNamespace(choice=self.choose, shuffle=self.in_order)
        spec.Waitable.set_pending_event = self.stamp_event(spec)
        spec.Waitable.join = self.stamp_join(spec)
        spec.SharedFutureImpl.drop = drop_future(spec)
        u32 = spec.U32Type()
        takes = {
            "x": [u32],
            "s": [spec.StreamType(spec.U8Type()), u32],
            "f": [spec.FutureType(u32), u32],
        }
        self.types = {
            (key, is_async): spec.FuncType(params, [u32], is_async)
            for key, params in takes.items()
            for is_async in (False, True)
        }
        self.store = spec.Store()
        root = spec.ComponentInstance(self.store)
        self.guests = [Guest(self, i, root) for i in range(len(program.functions))]
        for guest, functions in zip(self.guests, program.functions, strict=True):
            guest.functions = [guest.lift(i, f) for i, f in enumerate(functions)]

    # What definitions.py leaves free

    def choose(self, threads: list):
        """The first to become waiting; of a task's threads, the implicit one, then by index."""
        where = sys._getframe(1).f_code.co_name
        if where == "request_cancellation":
            return min(threads, key=lambda t: (t is not t.task.implicit_thread, t.index))
        if where == "canon_lift":
            threads = self.may_go_on(threads)
            self.spec.trap_if(not threads)
        return min(threads, key=self.store.waiting.index)

    @staticmethod
    def in_order(elements: list) -> None:
        """First those that had their event first."""
        elements.sort(key=lambda w: w.stamp)

    def stamp_event(self, spec: types.ModuleType):
        def set_pending_event(waitable, event) -> None:
            if not waitable.pending_event:
                waitable.stamp = next(self.clock)
            waitable.pending_event = event

        return set_pending_event

    def stamp_join(self, spec: types.ModuleType):
        def join(waitable, wset) -> None:
            assert not waitable.has_sync_waiter
            if waitable.wset:
                waitable.wset.elems.remove(waitable)
            waitable.wset = wset
            waitable.stamp = next(self.clock)
            if wset:
                wset.elems.append(waitable)

        return join

    # What the official tests want

    def may_go_on(self, threads: list) -> list:
        """Without implicit threads that need the instance for themselves."""
        if "exclusive_barging" in self.policies:
            return threads
        return [
            t
            for t in threads
            if not (t.task.ft.async_ and t is t.task.implicit_thread and t.task.needs_exclusive())
        ]

    def check_block(self, inst) -> None:
        """Traps at once if nothing could go on in a call of a function that is not async."""
        if self.sync_calls.get(inst) and "late_block_check" not in self.policies:
            self.spec.trap_if(not self.may_go_on([t for t in inst.threads if t.ready()]))

    def enter(self, inst, ft, options, function):
        """The thread that has the instance for itself goes on first, if it is ready."""

        def call(on_start, on_resolve, caller):
            if not ft.async_:
                self.sync_calls[inst] = self.sync_calls.get(inst, 0) + 1
                on_cancel = function(on_start, on_resolve, caller)
                self.sync_calls[inst] -= 1
                return on_cancel
            holder = inst.exclusive_thread
            needs = not options.async_ or options.callback
            late = "late_entry" in self.policies
            if needs and holder and holder.ready() and not late:
                self.spec.trap_if(not inst.may_enter_from(caller))
                inst.enter_from(caller)
                holder.resume()
                inst.leave_to(caller)
            return function(on_start, on_resolve, caller)

        return call

    def cancel(self, guest: Guest, operands: list[int]) -> None:
        """A copy that has moved elements, and is cancelled before that was told, is cancelled."""
        if "completed_cancel" in self.policies:
            return
        e = guest.inst.handles.get(operands[0])
        event = getattr(e, "pending_event", None)
        if isinstance(event, partial) and len(event.args) == 2:
            e.pending_event = partial(event.func, self.spec.CopyResult.CANCELLED, event.args[1])

    def builtin(self, guest: Guest, name: str, operands: list[int]) -> list[int]:
        spec = self.spec
        is_async = name.endswith("-a")
        base = name.removesuffix("-a")
        function = getattr(spec, "canon_" + base.replace("-", "_").replace(".", "_"))
        family, _, what = base.partition(".")
        if family in ("stream", "future"):
            t = guest.streams if family == "stream" else guest.futures
            if what in ("read", "write") or what.startswith("cancel"):
                if not is_async:
                    self.check_block(guest.inst)
                if what.startswith("cancel"):
                    self.cancel(guest, operands)
                    return function(t, is_async, *operands)
                return function(t, guest.options(async_=is_async), *operands)
            return function(t, *operands)
        if base in ("waitable-set.wait", "waitable-set.poll"):
            return function(False, guest.memory, *operands, 0)
        if base == "subtask.cancel":
            if not is_async:
                self.check_block(guest.inst)
            return function(is_async, *operands)
        if base == "task.return":
            return function([spec.U32Type()], spec.LiftOptions(), operands)
        if base.startswith("context"):
            return function("i32", 0, *operands)
        if base == "thread.new-indirect":
            return function(spec.CoreFuncType(["i32"], []), guest.table, *operands)
        if base in ("thread.suspend", "thread.yield") or "-then-" in base:
            return function(False, *operands)
        return function(*operands)

    def run(self) -> tuple[bool, list, list, list]:
        """Whether it trapped, the log, results of the driver's calls, memories."""
        trapped = False
        try:
            for step in self.program.driver:
                if step is None:
                    self.store.tick()
                else:
                    self.start(step)
            while any(thread.ready() for thread in self.store.waiting):
                self.store.tick()
        except self.spec.Trap:
            trapped = True
        finally:
            self.fibers.end()
        memories = [bytes(guest.memory.bytes) for guest in self.guests]
        return trapped, self.log, self.results, memories

    def start(self, step: tuple[int, int]) -> None:
        inst, index = step
        number = len(self.results)
        self.results.append(None)

        def on_resolve(result) -> None:
            self.results[number] = -1 if result is None else result[0]

        function = self.guests[inst].functions[index]
        self.store.invoke(function, lambda: [number], on_resolve)


def drop_future(spec: types.ModuleType):
    """SharedFutureImpl.drop for a writer that waits, too, where definitions.py only asserts that
    there is none; canon future.drop-readable allows it, and the writer gets DROPPED."""

    def drop(shared) -> None:
        if not shared.dropped:
            shared.dropped = True
            if shared.pending_buffer:
                shared.reset_and_notify_pending(spec.CopyResult.DROPPED)

    return drop


def read_definitions(path: Path) -> types.ModuleType:
    """The specification's definitions.py as a module, in its deterministic profile."""
    spec = importlib.util.spec_from_file_location("definitions", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["definitions"] = module
    spec.loader.exec_module(module)
    module.DETERMINISTIC_PROFILE = True
    return module
