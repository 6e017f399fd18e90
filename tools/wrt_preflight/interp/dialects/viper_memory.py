"""Loads and stores in the viper dialect."""

from __future__ import annotations

import re

from .base import Dialect
from .viper_words import base

_TYPED = {1: "ptr8", 2: "ptr16", 4: "ptr32"}


class ViperMemory(Dialect):
    """Registers of the loop: lim is the current memory's length, and m1, m2, m4 and m8 are its
    address less 1, 2, 4 and 8, so that only the end of an access has to be added."""

    strict: bool

    def bind_memory(self, index: str) -> list[str]:
        return [
            f"r = ptr32(({index} << 5) + mems)",
            f"m1 = {base('r', self.bits)} - 1",
            "m2 = m1 - 1",
            "m4 = m1 - 3",
            "m8 = m1 - 7",
            "lim = r[2]",
        ]

    def select_memory(self) -> list[str]:
        return ["t = ptr16(pc)[3]", "st[3] = t", *self.bind_memory("t")]

    def _check(self, form: str, width: int) -> tuple[list[str], str]:
        """(lines that test the bounds, address of the access).

        form: "" slot + offset, c = offset + width; modulo 2^32: "a" slot + c, "x" (slot << 2) + c,
        "r" slot + slot. 64-bit words keep the access's end in t, 32-bit ones its start, since
        there the end may wrap."""
        slot, c = "fp[pc[5]]", "ptr16(pc)[3]"
        start = {
            "a": f"{slot} + {c}",
            "x": f"({slot} << 2) + {c}",
            "r": f"{slot} + {self.fields['C']}",
        }.get(form)
        if self.bits == 64:
            end = f"(({start}) & 0xffffffff) + {width}" if start else f"{slot} + {c}"
            return [f"t = {end}", *self.bounds("t > lim")], f"t + m{width}"
        if start:
            guard = self.bounds(f"uint(t) > uint(lim - {width})")
            return [f"t = {start}", *guard], "m1 + t + 1"
        guard = self.bounds(f"uint(t) > uint(lim - {c})")
        return [f"t = {slot}", *guard], f"m{width} + t + {c}"

    def address(self) -> list[str]:
        if self.bits == 64:
            return [
                "t = fp[pc[5]] + ptr32(pc)[3]",
                *self.bounds("t > lim"),
                "fp[pc[4]] = t - ptr16(pc)[3]",
            ]
        return [
            "t = fp[pc[5]]",
            "u = ptr32(pc)[3]",
            *self.bounds("uint(u) > uint(lim)"),
            *self.bounds("uint(t) > uint(lim - u)"),
            "fp[pc[4]] = t + u - ptr16(pc)[3]",
        ]

    def load_word(self, width: int, form: str, target: str, expression: str) -> list[str]:
        check, place = self._check(form, width)
        typed = _TYPED[width]
        raw = f"{typed}({place})[0]"
        if self.strict and width > 1:
            check += self._bytewise_load(width, place)
            raw = "u"
        value = re.sub(r"LD\d+", lambda _: raw, expression)
        if target == "A":
            return [*check, f"fp[pc[4]] = {value}"]
        pair = [*check, "p = ptr32((pc[4] << 2) + int(fp))"]
        if target == "Y":
            return [
                *pair,
                f"t = {self.view('S', value)}",
                "p[0] = t",
                "p[1] = t >> 31",
            ]
        if "-" in expression:
            return [*pair, f"t = {value}", "p[0] = t", "p[1] = t >> 31"]
        return [*pair, f"p[0] = {value}", "p[1] = 0"]

    def _bytewise_load(self, width: int, place: str) -> list[str]:
        typed = _TYPED[width]
        bytes_ = " | ".join(f"(k[{i}] << {8 * i})" if i else "k[0]" for i in range(width))
        return [
            f"k = ptr8({place})",
            f"if int(k) & {width - 1}:",
            f"  u = {bytes_}",
            "else:",
            f"  u = {typed}(k)[0]",
        ]

    def load64(self, form: str) -> list[str]:
        check, place = self._check(form, 8)
        lines = [
            *check,
            f"q = ptr32({place})",
            "p = ptr32((pc[4] << 2) + int(fp))",
        ]
        words = ["p[0] = q[0]", "p[1] = q[1]"]
        if not self.strict:
            return lines + words
        slow = [
            f"  p[{w}] = "
            + " | ".join(f"(k[{4 * w + i}] << {8 * i})" if i + w else "k[0]" for i in range(4))
            for w in (0, 1)
        ]
        return [
            *lines,
            "if int(q) & 3:",
            "  k = ptr8(q)",
            *slow,
            "else:",
            *("  " + w for w in words),
        ]

    def store(self, rest: str) -> list[str]:
        width = int(rest[0])
        check, place = self._check(rest[1:], width)
        typed = _TYPED[width]
        if not self.strict or width == 1:
            return [*check, f"{typed}({place})[0] = fp[pc[4]]"]
        return [
            *check,
            f"k = ptr8({place})",
            "u = fp[pc[4]]",
            f"if int(k) & {width - 1}:",
            *(f"  k[{i}] = u >> {8 * i}" if i else "  k[0] = u" for i in range(width)),
            "else:",
            f"  {typed}(k)[0] = u",
        ]

    def store64(self, form: str) -> list[str]:
        check, place = self._check(form, 8)
        lines = [
            *check,
            f"q = ptr32({place})",
            "p = ptr32((pc[4] << 2) + int(fp))",
        ]
        words = ["q[0] = p[0]", "q[1] = p[1]"]
        if not self.strict:
            return lines + words
        slow = []
        for w in (0, 1):
            slow += [f"  u = p[{w}]"]
            slow += [
                f"  k[{4 * w + i}] = u >> {8 * i}" if i else f"  k[{4 * w}] = u" for i in range(4)
            ]
        return [
            *lines,
            "if int(q) & 3:",
            "  k = ptr8(q)",
            *slow,
            "else:",
            *("  " + w for w in words),
        ]
