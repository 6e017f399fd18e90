"""Values as text that can be compared: tells 1 from True and 0.0 from -0.0."""

from __future__ import annotations


def canonical(value: object) -> str:
    """repr, with the entries of sets and dicts in one order."""
    match value:
        case dict():
            pairs = sorted(f"{canonical(key)}: {canonical(item)}" for key, item in value.items())
            return f"{{{', '.join(pairs)}}}"
        case set():
            return f"set({sorted(map(canonical, value))})"
        case list() | tuple():
            return f"{type(value).__name__}({', '.join(map(canonical, value))})"
    return repr(value)
