"""Comparisons of i32, branches, and forms that do several instructions at once."""

from collections.abc import Iterator
from itertools import chain

from ..row import COMPARISONS, Row, mirrored, operator, row

_WEIGHTS = {"eq": 12, "ne": 14, "lt": 14, "le": 6, "gt": 8, "ge": 10}


def _test(comparison: str, left: str, right: str) -> str:
    """The comparison as an expression. What is ordered as signed goes through ORD, not S."""
    view = {"_s": "ORD(%s)", "_u": "U(%s)"}.get(comparison[2:], "%s")
    return f"{view % left} {operator(comparison)} {view % right}"


def _comparison(name: str) -> Iterator[Row]:
    weight = _WEIGHTS[name[:2]]
    value = max(2, weight // 3)  # most end in a branch
    if not mirrored(name):
        yield row(f"i32.{name}", "wrr", value, f"A = INT({_test(name, 'B', 'C')})")
        yield row(f"br_i32.{name}", "rrj", weight, f"if {_test(name, 'A', 'B')}: JUMP")
    yield row(f"i32.{name}.i", "wri", value, f"A = INT({_test(name, 'B', 'c')})")
    yield row(f"br_i32.{name}.i", "rij", weight, f"if {_test(name, 'A', 'b')}: JUMP")
    yield row(f"br_i32.{name}.w", "r-j--I", 2, f"if {_test(name, 'A', 'imm')}: JUMP")


def _loop_end(name: str) -> Iterator[Row]:
    """Add to a local, compare, branch."""
    yield row(f"br_add_{name}", "xrji", 8, "A = A + d", f"if {_test(name, 'A', 'B')}: JUMP")
    yield row(f"br_add_{name}.w", "xij--I", 8, "A = A + b", f"if {_test(name, 'A', 'imm')}: JUMP")


BRANCHES = [
    row("i32.eqz", "wr", 6, "A = INT(B == 0)"),
    row("br", "--j", 30, "JUMP"),
    row("br_mov", "wrj", 8, "A = B", "JUMP"),
    row("br.far", "-----I", 1, "FARJUMP"),
    row("br_nz", "r-j", 25, "if A: JUMP"),
    row("br_z", "r-j", 25, "if A == 0: JUMP"),
    row("br_and_nz", "rij", 8, "if A & b: JUMP"),
    row("br_and_z", "rij", 8, "if (A & b) == 0: JUMP"),
    *chain.from_iterable(map(_comparison, COMPARISONS)),
    *_loop_end("ne"),
    *_loop_end("lt_s"),
    *_loop_end("lt_u"),
    row("br_sub_nz", "xij", 12, "A = A - b", "if A: JUMP"),
    row("i32.xor_shr", "wrri", 5, "A = B ^ (U(C) >> d)", body32=("A = B ^ INT(U(C) >> d)",)),
]
