"""Names for people: what image.sym holds, and how an address becomes a place in the module.

The file stays on the host. It is JSON:
    {"version": 1, "crc": CRC of its image,
     "functions": [{"name", "header", "end",
                    "offsets": [[code offset, module byte offset], ...]}, ...]}
Code offsets are image offsets, ascending; "end" is that of the first byte after the function.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import ImageError
from . import format as fmt

if TYPE_CHECKING:
    from ..lower.program import Program

VERSION = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address lies. offset: byte offset in the module's file, or None if made here."""

    function: int
    name: str
    offset: int | None

    def __str__(self) -> str:
        return self.name if self.offset is None else f"{self.name} at offset 0x{self.offset:x}"


def symbols(program: Program, headers: list[int], crc: int) -> dict:
    """The symbols of a program whose functions have these header offsets."""
    functions = []
    for header, function in zip(headers, program.functions, strict=True):
        code = header + fmt.CODE
        functions.append(
            {
                "name": function.name,
                "header": header,
                "end": header if function.stripped else code + len(function.code),
                "offsets": []
                if function.stripped
                else [[code + at, offset] for at, offset in function.offsets],
            }
        )
    return {"version": VERSION, "crc": crc, "functions": functions}


def check(symbols: dict, data: bytes) -> None:
    """Raise ImageError unless these symbols are those of this image."""
    crc = fmt.HEADER.unpack(data, 0)["crc"]
    if symbols.get("version") != VERSION or symbols.get("crc") != crc:
        raise ImageError(
            "the symbols belong to another image", hint="build image and symbols together"
        )


def place(symbols: dict, pc: int) -> Place | None:
    """The function and module offset of a code address, or None outside of all functions."""
    functions = symbols["functions"]
    index = bisect_right(functions, pc, key=lambda function: function["header"]) - 1
    if index < 0 or pc >= functions[index]["end"]:
        return None
    function = functions[index]
    at = bisect_right(function["offsets"], pc, key=lambda pair: pair[0]) - 1
    return Place(index, function["name"], function["offsets"][at][1] if at >= 0 else None)
