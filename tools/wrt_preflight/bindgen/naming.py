"""Python names for WIT names, no two of them the same."""

from __future__ import annotations

import builtins
import keyword

from wrt_micro.exports import snake_case

# Types that hints are made of, and which a class may have members of the same name as.
BUILTINS = {
    *("bool", "bytearray", "bytes", "dict", "float", "int", "list", "memoryview", "object"),
    *("set", "str", "tuple", "type"),
}


def camel_case(label: str) -> str:
    """A class name: `wall-clock` is WallClock, `is-XML` IsXML."""
    return "".join(word[0].upper() + word[1:] for word in label.split("-"))


def attribute(label: str) -> str | None:
    """The attribute that a function or field is found under, or None if Python can say no such."""
    name = snake_case(label)
    return None if keyword.iskeyword(name) else name


def argument(label: str) -> str:
    """The name of a parameter."""
    name = snake_case(label)
    return f"{name}_" if keyword.iskeyword(name) else name


def module_name(stem: str) -> str:
    """The name of the module for an image: none of Python's own, which it would hide."""
    name = snake_case(stem)
    taken = keyword.iskeyword(name) or hasattr(builtins, name) or name in ("host", "wrt_micro")
    if name[:1].isdigit():
        return f"_{name}"
    return f"{name}_app" if taken else name


class Names:
    """Names of a module that are taken."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken | set(dir(builtins))

    def take(self, *candidates: str) -> str:
        """The first candidate that is free, or the last with a number."""
        name = next((c for c in candidates if c not in self.taken), None)
        number = 2
        while name is None or name in self.taken:
            name = f"{candidates[-1]}{number}"
            number += 1
        self.taken.add(name)
        return name
