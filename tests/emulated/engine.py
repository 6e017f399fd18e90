"""The viper engine of wrt_micro, its machine code run on an emulated processor."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import wrt_micro.engine
from wrt_micro.engine.interp import Interp
from wrt_preflight.micropython import MicroPython
from wrt_preflight.mpy_compile import INTERPRETERS

from .machine import RAM, Buffer, Machine, compile_viper

ENGINES = Path(wrt_micro.engine.__file__).parent


class Processor:
    """An emulated processor that runs the interpreter's functions for its architecture."""

    def __init__(self, architecture: str, ram: int = RAM, strict: bool | None = None):
        self.machine = Machine(architecture, ram, strict)
        self.form = INTERPRETERS[architecture]
        self._functions: dict[str, Callable[[int, int, object], int]] = {}
        self._buffers: dict[int, tuple[Buffer, object]] = {}

    def run(self, name: str) -> Callable[[int, int, object], int]:
        """`run` of an engine module ("loop", "integer", ...), to be called as on a board."""
        if name not in self._functions:
            self._functions[name] = self._load(name)
        return self._functions[name]

    def _load(self, name: str) -> Callable[[int, int, object], int]:
        source = (ENGINES / self.form / f"{name}.py").read_text(encoding="utf-8")
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

    def uctypes(self) -> AbstractContextManager:
        """While it is open, `from uctypes import addressof` gives the processor's addresses."""
        return patch.dict(sys.modules, uctypes=SimpleNamespace(addressof=self.addressof))

    def release(self) -> None:
        """Forget every mapped object."""
        for buffer, _ in self._buffers.values():
            self.machine.unmap(buffer)
        self._buffers.clear()


class EmulatedInterp(Interp):
    """wrt_micro's own engine object, with a Processor in place of MicroPython's machine code."""

    def __init__(self, processor: Processor, features: int):
        self.processor = processor
        with patch(
            "wrt_micro.engine.register_code._run", lambda form, module: processor.run(module)
        ):
            super().__init__(processor.form, features)

    def bind_store(self, store: object) -> None:
        with self.processor.uctypes():
            super().bind_store(store)

    def bind_thread(self, thread: object) -> None:
        with self.processor.uctypes():
            super().bind_thread(thread)


@contextmanager
def emulation(processor: Processor) -> Iterator[None]:
    """While it is open, wrt_micro's engine "interp" is the processor."""

    def interp(form: str, features: int, crc: int) -> EmulatedInterp:
        return EmulatedInterp(processor, features)

    with (
        processor.uctypes(),
        patch("wrt_micro.engine.viper_form", lambda: processor.form),
        patch("wrt_micro.engine.interp.Interp", interp),
    ):
        yield


def interpreter(architecture: str) -> MicroPython:
    """A MicroPython whose engine "interp" is machine code for an architecture of TARGETS."""
    script = Path(__file__).with_name("interpreter.py")
    command = (sys.executable, str(script), architecture)
    return MicroPython(command, "cpython", sys.version_info[:3], 0, None, False)
