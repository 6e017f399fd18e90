"""Numbers in WAVE: ranges of the integer types, and floats that survive the way there and back."""

from __future__ import annotations

import math
import struct
from decimal import Decimal

# Inclusive range of each integer type. WAVE has no core types; a core integer has no sign of its
# own, so both ways of writing it are taken, and the signed one is printed.
RANGES = {
    "i32": (-(1 << 31), (1 << 32) - 1),
    "i64": (-(1 << 63), (1 << 64) - 1),
} | {
    f"{sign}{bits}": (-(1 << bits - 1), (1 << bits - 1) - 1)
    if sign == "s"
    else (0, (1 << bits) - 1)
    for bits in (8, 16, 32, 64)
    for sign in "su"
}
FLOATS = ("f32", "f64")


def parse_float(text: str, type: str) -> float:
    """The float nearest to a decimal number, as a Python float; infinity beyond the range."""
    value = float(text)
    if type == "f64" or not math.isfinite(value) or value == 0:
        return value
    narrow = to_f32(value)
    if narrow != value:
        # `value` was rounded once already: if that put it on the middle between two f32, go back
        # to the side on which the text lies.
        side = Decimal(text).compare(Decimal(value))
        if side:
            narrow = to_f32(math.nextafter(value, math.copysign(math.inf, side)))
    return narrow


def to_f32(value: float) -> float:
    """The f32 nearest to a float (ties to even); infinity beyond the range."""
    try:
        return struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def format_float(value: float, type: str) -> str:
    """The shortest decimal number that is read back as the same float of its type."""
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    text = repr(value)
    if type == "f32":
        texts = (f"{value:.{digits}g}" for digits in range(1, 10))
        text = next((text for text in texts if parse_float(text, "f32") == value), text)
    mantissa, _, exponent = text.partition("e")
    if exponent and -7 <= int(exponent) < 21:
        mantissa, exponent = f"{Decimal(text):f}", ""
    mantissa = mantissa.removesuffix(".0")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def signed(value: int, type: str) -> int:
    """A core integer as a signed number; any other integer as it is."""
    if type not in ("i32", "i64"):
        return value
    half = 1 << int(type[1:]) - 1
    return (value + half) % (2 * half) - half
