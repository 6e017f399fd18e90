"""The container: a blob as a .mpy file, which MicroPython imports like any module.

The file's bytecode puts constants and one function under their names. The function has the kind
that MicroPython gives to viper code: it is called with its arguments as they come, and nothing of
them is checked. `entry` is therefore only for the runtime.
"""

from __future__ import annotations

from ..mpy_compile import MPY_SUB_VERSION, MPY_VERSION
from .target import Target

# Small integers that the bytecode may have. It has none, so any MicroPython will do.
_SMALL_INT_BITS = 30

_BYTECODE, _VIPER = 0, 2
_WITH_CHILDREN = 4
_OBJ_STR, _OBJ_BYTES, _OBJ_INT = 5, 6, 7
_LOAD_CONST_OBJ, _STORE_NAME, _MAKE_FUNCTION = 0x23, 0x16, 0x32
_LOAD_CONST_NONE, _RETURN_VALUE = 0x51, 0x63
_STATE_SLOTS = 2

Constant = int | str | bytes


def write_mpy(
    blob: bytes, target: Target, constants: dict[str, Constant], name: str = "native"
) -> bytes:
    """A module with the attributes `constants` and the function `entry`.

    constants: can be read before `entry` is ever called. name: what a traceback would call the
    module's source.
    """
    names = [name, "entry", *constants]
    body = b""
    for index in range(len(constants)):
        body += bytes([_LOAD_CONST_OBJ]) + _uint(index) + bytes([_STORE_NAME]) + _uint(index + 2)
    body += bytes([_MAKE_FUNCTION]) + _uint(0) + bytes([_STORE_NAME]) + _uint(1)
    body += bytes([_LOAD_CONST_NONE, _RETURN_VALUE])
    signature = bytes([_STATE_SLOTS - 1 << 3])
    information = _uint(0)  # the function's own name, as a number of `names`
    bytecode = signature + bytes([len(information) << 1]) + information + body
    return b"".join(
        [
            b"M",
            bytes([MPY_VERSION, MPY_SUB_VERSION | target.mpy_arch << 2, _SMALL_INT_BITS]),
            _uint(len(names)),
            _uint(len(constants)),
            *map(_name, names),
            *map(_object, constants.values()),
            _uint(len(bytecode) << 3 | _WITH_CHILDREN | _BYTECODE),
            bytecode,
            _uint(1),
            _uint(len(blob) << 3 | _VIPER),
            blob,
            _uint(0),  # flags: no relocations, no data
        ]
    )


def _uint(value: int) -> bytes:
    """Seven bits a byte, the highest first."""
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(0x80 | value & 0x7F)
    return bytes(reversed(out))


def _name(text: str) -> bytes:
    data = text.encode()
    return _uint(len(data) << 1) + data + b"\0"


def _object(value: Constant) -> bytes:
    if isinstance(value, int):
        data = str(value).encode()
        return bytes([_OBJ_INT]) + _uint(len(data)) + data
    kind = _OBJ_STR if isinstance(value, str) else _OBJ_BYTES
    data = value.encode() if isinstance(value, str) else value
    return bytes([kind]) + _uint(len(data)) + data + b"\0"
