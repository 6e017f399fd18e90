"""Values as JSON, exactly, on their way to `device.py` and back.

None, bool, int and str are themselves and a list is a list; everything else is an object with one
key that says what it is: {"float": hex of 8 bytes}, {"bytes": hex}, {"tuple": [...]},
{"set": [...]}, {"map": [[key, value], ...]}, and {"object": name of its class} for what cannot
travel.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Untransportable:
    """Stands for an object that lives on the device, such as a resource."""

    name: str


def to_json(value: object) -> object:
    """A value as device.from_json reads it. Raises TypeError for what cannot travel."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return {"float": struct.pack("<d", value).hex()}
        case bytes():
            return {"bytes": value.hex()}
        case list():
            return [to_json(item) for item in value]
        case tuple():
            return {"tuple": [to_json(item) for item in value]}
        case set():
            return {"set": sorted(value)}
        case dict():
            return {"map": [[to_json(key), to_json(item)] for key, item in value.items()]}
    raise TypeError(f"a {type(value).__name__} cannot travel to the device")


def from_json(item: object) -> object:
    """The value that device.to_json wrote."""
    if isinstance(item, list):
        return [from_json(entry) for entry in item]
    if not isinstance(item, dict):
        return item
    ((kind, content),) = item.items()
    match kind:
        case "float":
            return struct.unpack("<d", bytes.fromhex(content))[0]
        case "bytes":
            return bytes.fromhex(content)
        case "tuple":
            return tuple(from_json(content))
        case "set":
            return set(content)
        case "map":
            return {from_json(key): from_json(value) for key, value in content}
    return Untransportable(content)
