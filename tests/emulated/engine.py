"""The viper engine of wrt_micro, its machine code run on an emulated processor."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import wrt_micro.engine
from wrt_micro.engine import CLASSES, Interp
from wrt_preflight.micropython import INTERPRETERS, MicroPython

from .machine import RAM, Buffer, Machine, compile_viper

ENGINES = Path(wrt_micro.engine.__file__).parent


class Processor:
    """An emulated processor with the interpreter's functions for its architecture loaded.

    run: module name ("loop", "integer", ...) -> callable(pc, fp, st) as on a board.
    """

    def __init__(self, architecture: str, ram: int = RAM):
        self.machine = Machine(architecture, ram)
        self.form = INTERPRETERS[architecture]
        self.run = {name: self._function(name) for name in ("loop", *CLASSES)}
        self._buffers: dict[int, tuple[Buffer, object]] = {}

    def _function(self, name: str) -> Callable[[int, int, object], int]:
        source = (ENGINES / self.form / f"{name}.py").read_text()
        functions = self.machine.load(compile_viper(source, self.machine.target.name))
        function = functions["run"]

        def run(pc: int, fp: int, st: object) -> int:
            before = self.machine.allocations
            status = self.machine.call(function, pc, fp, self.buffer(st))
            assert self.machine.allocations == before, f"{name}: the result allocates"
            return status

        return run

    def buffer(self, memory: object) -> Buffer:
        """The mapping of an object's bytes, made when it is asked for the first time."""
        if id(memory) not in self._buffers:
            self._buffers[id(memory)] = self.machine.map(memory), memory
        return self._buffers[id(memory)][0]

    def addressof(self, memory: object) -> int:
        """uctypes.addressof: where the processor sees an object's bytes."""
        return self.buffer(memory).address

    def release(self) -> None:
        """Forget every mapped object."""
        for buffer, _ in self._buffers.values():
            self.machine.unmap(buffer)
        self._buffers.clear()


class EmulatedInterp(Interp):
    """wrt_micro's own engine object, with a Processor in place of MicroPython's machine code."""

    def __init__(self, processor: Processor, features: int):
        self.processor = processor
        self.form = processor.form
        self.loop = processor.run["loop"]
        self.cold = [
            processor.run[x] if features >> i & 1 else None for i, x in enumerate(CLASSES)
        ]

    def bind_store(self, store: object) -> None:
        with self._uctypes():
            super().bind_store(store)

    def bind(self, thread: object) -> None:
        with self._uctypes():
            super().bind(thread)

    def _uctypes(self):
        module = SimpleNamespace(addressof=self.processor.addressof)
        return patch.dict(sys.modules, uctypes=module)


def interpreter(architecture: str) -> MicroPython:
    """A MicroPython whose engine "interp" is machine code for an architecture of TARGETS."""
    script = Path(__file__).with_name("interpreter.py")
    command = (sys.executable, str(script), architecture)
    return MicroPython(command, "cpython", sys.version_info[:3], 0, None, False)
