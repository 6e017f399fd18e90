"""Comparisons of i64, and branches on them."""

from collections.abc import Iterator
from itertools import chain

from ..row import COMPARISONS, Row, mirrored, operator, row


def _tests(name: str) -> tuple[str, tuple[str, ...]]:
    """q compared with r: an expression for 64-bit words, and lines that set t for 32-bit ones."""
    sign, order = operator(name), name[2:]
    view = {"_s": "ORD64(%s)", "_u": "U64(%s)"}.get(order, "%s")
    test = f"{view % 'G64(q)'} {sign} {view % 'G64(r)'}"
    if not order:
        return test, (f"t = INT(((q[0] ^ r[0]) | (q[1] ^ r[1])) {sign} 0)",)
    high = "uint(%s)" if order == "_u" else "%s"
    return test, (
        f"t = INT(uint(q[0]) {sign} uint(r[0]))",
        f"if q[1] != r[1]: t = INT({high % 'q[1]'} {sign} {high % 'r[1]'})",
    )


def _comparison(name: str) -> Iterator[Row]:
    test, halves = _tests(name)
    bc, ab = ("PTR q b", "PTR r c"), ("PTR q a", "PTR r b")
    yield row(f"i64.{name}", "wRR", 2, *bc, f"A = INT({test})", body32=(*bc, *halves, "A = t"))
    yield row(
        f"br_i64.{name}", "RRj", 3, *ab, f"if {test}: JUMP", body32=(*ab, *halves, "if t: JUMP")
    )


BRANCHES64 = [
    row("i64.eqz", "wR", 2, "PTR q b", "A = INT((q[0] | q[1]) == 0)"),
    row("br_i64.z", "R-j", 2, "PTR q a", "if (q[0] | q[1]) == 0: JUMP"),
    row("br_i64.nz", "R-j", 2, "PTR q a", "if (q[0] | q[1]) != 0: JUMP"),
    *chain.from_iterable(_comparison(name) for name in COMPARISONS if not mirrored(name)),
]
