"""Cold instructions: the ones the main loop leaves to a function of their class.

A class is a module of the engine; an image names the classes it needs, others are never loaded.
Kinds are those of `machine.py`, for the fields a, b, c, d of the `slow` instruction.
"""

from __future__ import annotations

CLASSES = ("integer", "memory", "table", "f32", "f64", "exception")

# imm: the memory or table; for copies, destination | source << 16.
KINDS = {
    "memory": {
        "memory.size": "w",
        "memory.grow": "wr",
        "memory.copy": "-rrr",
        "memory.fill": "-rrr",
        "data.drop": "",
    },
    "table": {
        "table.get": "wr",
        "table.set": "-rr",
        "table.size": "w",
        "table.grow": "wrr",
        "table.fill": "-rrr",
        "table.copy": "-rrr",
        "elem.drop": "",
    },
    "exception": {"throw": "--r", "throw_ref": "--r"},
}


def number(class_name: str, index: int) -> int:
    """The n16 field of the `slow` instruction."""
    return CLASSES.index(class_name) << 8 | index


def find(name: str) -> tuple[str, int, str]:
    """(class, index in the class, kinds) of a memory, table or exception instruction."""
    for class_name, rows in KINDS.items():
        if name in rows:
            return class_name, list(rows).index(name), rows[name]
    raise KeyError(name)
