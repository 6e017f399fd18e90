"""What a device is, asked from the device, and whether a program can run on it."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from ..boards import Board
from ..micropython import MINIMUM, MicroPython
from ..mpy_compile import ARCHITECTURES, MPY_SUB_VERSION, MPY_VERSION
from ..native import THUMB
from .connection import Connection, DeviceError, DeviceOSError


@dataclass(frozen=True, slots=True)
class Device:
    """A board, or MicroPython's unix port, at the other end of a connection.

    micropython: its version and the native code it loads. machine: its name for itself.
    platform: MicroPython's port, as sys.platform. id: its unique id in hex, "" if it has none.
    float_bits: 64, 32 or 0. object_representation: MicroPython's letter for it, "A" also where
    it is B, which cannot be told apart. heap, heap_free: bytes. folder: its file system.
    romfs: bytes of its ROMFS partition and of a block of it, or None.
    """

    micropython: MicroPython
    machine: str
    platform: str
    id: str
    float_bits: int
    object_representation: str
    heap: int
    heap_free: int
    folder: str
    romfs: tuple[int, int] | None

    def __str__(self) -> str:
        return f"{self.machine}: {self.micropython}, {self.heap_free:,} bytes of heap free"


def check_board(device: Device, board: Board) -> None:
    """Raise DeviceError if a device is not the board that it is said to be."""
    arch = device.micropython.arch
    # A Cortex-M's firmware names the instructions that its compiler used, a board what it has.
    same = arch == board.arch or {arch, board.arch} <= set(THUMB[1:])
    for what, found, wanted in (
        ("machine code", arch or "none", arch if same else board.arch),
        ("words", f"{64 if device.micropython.wide else 32} bits", f"{board.word_bits} bits"),
        ("floats", f"{device.float_bits} bits", f"{board.float_bits} bits"),
        (
            "object representation",
            device.object_representation,
            board.object_representation.replace("B", "A"),
        ),
    ):
        if found != wanted:
            raise DeviceError(
                f"the device is no {board.name}: its {what}: {found}, expected {wanted}",
                hint=f"it says it is: {device.machine}; leave out --board, or name the right one",
            )


def space(connection: Connection, device: Device) -> tuple[int, int]:
    """Bytes free in a device's file system, and bytes of a block of it; (0, 0) without one."""
    try:
        free, block = connection.call("space", device.folder.rstrip("/") or "/")
    except DeviceOSError:
        return 0, 0
    return free, block


def has_key(connection: Connection, device: Device) -> bool:
    """Whether a device has a key, wrt.key, and so takes programs only that are signed with it."""
    return connection.call("sums", [f"{device.folder.rstrip('/')}/wrt.key"]) != [None]


def ask(connection: Connection) -> Device:
    """What is at the other end. Raises DeviceError if `wrt_micro` does not run there."""
    facts = connection.call("facts")
    name, version = facts["implementation"], tuple(facts["version"])
    if name != "micropython" or version < MINIMUM:
        wanted = ".".join(map(str, MINIMUM))
        raise DeviceError(
            f"expected MicroPython {wanted} or newer, found {name} {'.'.join(map(str, version))}",
            file=connection.port,
            hint="install a newer firmware, from micropython.org/download",
        )
    mpy = facts["mpy"]
    if mpy & 0xFF != MPY_VERSION:
        found = f".mpy files of version {mpy & 0xFF}" if mpy else "no .mpy files at all"
        raise DeviceError(
            f"wrt-micro compiles .mpy files of version {MPY_VERSION}, this firmware loads {found}",
            file=connection.port,
            hint="install a newer firmware, or the wrt-micro that is as old as this one",
        )
    number = mpy >> 10 & 15
    native = mpy >> 8 & 3 == MPY_SUB_VERSION and number < len(ARCHITECTURES)
    arch = ARCHITECTURES[number] if native else None
    wide = facts["maxsize"] > 0x7FFFFFFF
    bits, immediate = facts["floats"]
    representation = ("D" if wide else "C") if immediate else "A"
    return Device(
        MicroPython((), name, version, mpy & 0xFF, arch, wide),
        facts["machine"],
        facts["platform"],
        base64.b64decode(facts["id"]).hex(),
        bits,
        representation,
        *facts["heap"],
        facts["folder"],
        facts["romfs"],
    )
