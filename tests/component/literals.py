"""A component with a value definition of every type, which no text format tool can write yet."""

from __future__ import annotations

PREAMBLE = b"\0asm\x0d\x00\x01\x00"


def leb(number: int) -> bytes:
    """A u32 as LEB128."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def vec(*items: bytes) -> bytes:
    return leb(len(items)) + b"".join(items)


def name(text: str) -> bytes:
    return leb(len(text.encode())) + text.encode()


def section(number: int, content: bytes) -> bytes:
    return bytes([number]) + leb(len(content)) + content


def value(t: bytes, data: bytes) -> bytes:
    """A value section with one definition."""
    return section(12, vec(t + leb(len(data)) + data))


def export(label: str, index: int, ascribed: bytes = b"\0") -> bytes:
    """An export section with one value. ascribed: an optional extern type."""
    return section(11, vec(b"\0" + name(label) + b"\2" + leb(index) + ascribed))


def type_(definition: bytes) -> bytes:
    return section(7, vec(definition))


# Type, as a primitive or a definition, and the bytes of a value, by the name of its export.
_VALUES: dict[str, tuple[bytes, bytes]] = {
    "yes": (b"\x7f", b"\1"),
    "s8": (b"\x7e", b"\x80"),
    "u8": (b"\x7d", b"\xff"),
    "s16": (b"\x7c", b"\0\x80"),
    "u16": (b"\x7b", b"\xff\xff"),
    "s32": (b"\x7a", b"\0\0\0\x80"),
    "u32": (b"\x79", b"\xff\xff\xff\xff"),
    "s64": (b"\x78", b"\0\0\0\0\0\0\0\x80"),
    "u64": (b"\x77", b"\xff" * 8),
    "f32": (b"\x76", b"\0\0\xc0\x3f"),
    "f64": (b"\x75", b"\0\0\0\0\0\0\xf8\xbf"),
    "not-a-number": (b"\x75", b"\0\0\0\0\0\0\xf8\x7f"),
    "char": (b"\x74", "€".encode()),
    "string": (b"\x73", name("grüße")),
    "record": (b"\x72" + vec(name("a") + b"\x7f", name("b") + b"\x7d"), b"\1\1"),
    "variant": (b"\x71" + vec(name("a") + b"\0\0", name("b") + b"\1\x7d\0"), b"\1\7"),
    "variant-alone": (b"\x71" + vec(name("a") + b"\0\0", name("b") + b"\1\x7d\0"), b"\0"),
    "list": (b"\x70\x73", vec(name("x"), name(""))),
    "bytes": (b"\x70\x7d", vec(b"\1", b"\2", b"\xff")),
    "long": (b"\x70\x7b", vec(*[b"\1\2"] * 200)),
    "tuple": (b"\x6f" + vec(b"\x7d", b"\x73"), b"\5" + name("five")),
    "flags": (b"\x6e" + vec(*[name(f"f{i}") for i in range(9)]), b"\x02\x01"),
    "enum": (b"\x6d" + vec(name("a"), name("b")), b"\1"),
    "none": (b"\x6b\x7d", b"\0"),
    "some": (b"\x6b\x7d", b"\1\x2a"),
    "ok": (b"\x6a\1\x7d\1\x73", b"\0\7"),
    "error": (b"\x6a\1\x7d\1\x73", b"\1" + name("bad")),
    "plain-error": (b"\x6a\0\0", b"\1"),
}


def _literals() -> bytes:
    out, types, index = PREAMBLE, 0, 0
    for label, (t, data) in _VALUES.items():
        if len(t) > 1:
            out += type_(t)
            t = leb(types)
            types += 1
        out += value(t, data) + export(label, index)
        index += 2  # an export adds one to the index space
    # A component inside has a definition too, and its value flows out through an alias.
    inner = PREAMBLE + value(b"\x73", name("from inside")) + export("in", 0)
    out += section(4, inner) + section(5, vec(b"\0\0\0"))
    out += section(6, vec(b"\2\0\0" + name("in"))) + export("inner", index)
    return out


LITERALS = _literals()
