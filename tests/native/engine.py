"""The engine "native" of wrt_micro, its machine code run on an emulated processor."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import wrt_micro.engine.native as native
from emulated.engine import Processor as Interpreters
from native.processor import Processor
from wrt_preflight.micropython import MicroPython
from wrt_preflight.mpy_file import read_mpy
from wrt_preflight.native.target import TARGETS

# Bytes for frames of Python below the first call, and for those of the guest: scripts of the
# specification have functions with thousands of locals.
MARGIN, MACHINE_STACK = 1024, 49152


class NativeProcessor(Interpreters):
    """An emulated processor that runs native modules."""

    def __init__(self, architecture: str):
        super().__init__(architecture, strict=False)
        self.machine = Processor(architecture, strict=False)

    def uctypes(self) -> AbstractContextManager:
        """As for interpreters, and with `bytearray_at`."""
        module = SimpleNamespace(addressof=self.addressof, bytearray_at=self.bytearray_at)
        return patch.dict(sys.modules, uctypes=module)

    def bytearray_at(self, address: int, size: int) -> memoryview:
        """uctypes.bytearray_at, for the bytes of an object that the processor sees."""
        for buffer, memory in self._buffers.values():
            if buffer.address == address:
                return memoryview(memory).cast("B")[:size]
        raise ValueError(f"no object lies at {address:#x}")

    def module(self, data: bytes) -> SimpleNamespace:
        """What importing a native module gives; `entry.address` is that of its code."""
        file = read_mpy(data)
        if file.architecture != self.machine.target.name:
            raise ValueError(f"incompatible .mpy arch: {file.architecture}")
        address = self.machine.place(file.functions["entry"].data)

        def entry(st: object) -> int:
            return self.machine.enter(address, self.addressof(st))

        entry.address = address
        return SimpleNamespace(entry=entry, build=file.constants[0])


@contextmanager
def emulation(processor: NativeProcessor) -> Iterator[None]:
    """While it is open, wrt_micro's engine "native" is the processor."""
    architecture = processor.machine.target.name
    board = SimpleNamespace(
        maxsize=0x7FFF_FFFF,
        implementation=SimpleNamespace(
            name="micropython", _mpy=TARGETS[architecture].mpy_arch << 10 | 3 << 8 | 6
        ),
    )

    def beside(image: object, built: str, length: int, crc: int) -> SimpleNamespace:
        path = Path(f"{image.path.removesuffix('.wrt')}_native.mpy")
        return processor.module(path.read_bytes())

    with ExitStack() as stack:
        stack.enter_context(processor.uctypes())
        for name, value in {
            "sys": board,
            "_MARGIN_BYTES": MARGIN,
            "_MACHINE_STACK": MACHINE_STACK,
            "_beside": beside,
            "_address_of": lambda entry: entry.address,
        }.items():
            stack.enter_context(patch.object(native, name, value))
        yield


def interpreter(architecture: str) -> MicroPython:
    """A MicroPython whose engine "native" is machine code for an architecture."""
    script = Path(__file__).with_name("interpreter.py")
    command = (sys.executable, str(script), architecture)
    return MicroPython(command, "cpython", sys.version_info[:3], 0, architecture, False)
