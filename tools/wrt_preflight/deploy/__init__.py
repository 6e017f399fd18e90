"""Puts programs on devices that run MicroPython, with mpremote. docs/deploy.md describes it."""

from .bundle import Bundle, check_startable, make_bundle, program_name
from .connection import Connection, ConnectionLost, DeviceError, find_port
from .device import Device, ask, check_board, has_key
from .filesystem import Filesystem, Installed
from .main_file import MainFile
from .romfs import Romfs
from .room import check_room, heap_note

__all__ = [
    "Bundle",
    "Connection",
    "ConnectionLost",
    "Device",
    "DeviceError",
    "Filesystem",
    "Installed",
    "MainFile",
    "Romfs",
    "ask",
    "check_board",
    "check_room",
    "check_startable",
    "find_port",
    "has_key",
    "heap_note",
    "make_bundle",
    "program_name",
]
