"""The op table of the register machine: how wrt-micro runs WebAssembly.

One row an instruction: name, operand fields, weight (how often real programs execute it) and
body. From this table come the encoder and disassembler (`encoding.py`), the dispatch tree, the
viper interpreters for 64- and 32-bit words and the portable interpreter (`interp/`).

A code word is 8 bytes, `f0 f1 f2 op | a8 b8 c16`; a row with fields d, n or imm takes 16, the
second half being `d16 n16 | imm32`. Field kinds:

    w W  slot written: one word, a pair        r R  slot read: one word, a pair
    x    slot read and written (one word)      i    unsigned immediate
    j    branch displacement                   s    start of a callee frame, as a slot
    f    function (relocated)                  I    32-bit constant
    v    link words, as a slot                 -    unused

Bodies are lines in the small macro language that `interp/dialects.py` expands: A B C D are the
slots' words, a b c d n imm the raw fields, PTR makes a pointer to a pair, S and U are signed and
unsigned views of a word. A row may give a second body for 32-bit words.
"""

from __future__ import annotations

from dataclasses import dataclass

from .measured import MEASURED

COMPARISONS = ("eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u")
NEGATED = dict(
    eq="ne", ne="eq", lt_s="ge_s", ge_s="lt_s", lt_u="ge_u", ge_u="lt_u",
    gt_s="le_s", le_s="gt_s", gt_u="le_u", le_u="gt_u",
)  # fmt: skip
SWAPPED = dict(
    eq="eq", ne="ne", lt_s="gt_s", gt_s="lt_s", lt_u="gt_u", gt_u="lt_u",
    le_s="ge_s", ge_s="le_s", le_u="ge_u", ge_u="le_u",
)  # fmt: skip
FIELDS = ("a", "b", "c", "d", "n", "imm")


@dataclass(frozen=True)
class Row:
    """name, the kind of each field in FIELDS order, weight, and the bodies."""

    name: str
    kinds: str
    weight: float
    body: tuple[str, ...]
    body32: tuple[str, ...] | None = None

    @property
    def size(self) -> int:
        return 16 if len(self.kinds) > 3 else 8

    def kind(self, field: str) -> str:
        i = FIELDS.index(field)
        return self.kinds[i] if i < len(self.kinds) else "-"


TABLE: list[Row] = []


def row(name: str, kinds: str, weight: float, *body: str, body32: tuple[str, ...] | None = None):
    """Adds a row; its estimated weight counts half, what was measured counts the rest."""
    weight = weight / 2 + 10 * MEASURED.get(name, 0)
    TABLE.append(Row(name, kinds, weight, body, body32))


# ---------------------------------------------------------------- moves and constants
row("mov", "wr", 50, "A = B")
row("mov64", "WR", 12, "PTR p a", "PTR q b", "p[0] = q[0]", "p[1] = q[1]")
row("const", "w-i", 25, "A = c")
row("const32", "w----I", 12, "A = imm")
row("const64", "W-i", 3, "PTR p a", "p[0] = c", "p[1] = 0")
row("const64.w", "W--IiI", 3, "PTR p a", "p[0] = imm0", "p[1] = imm")
row("far.get", "w-r", 1, "A = C")
row("far.set", "r-w", 1, "C = A")
row("far.mov", "--rw", 1, "D = C")
row("select", "wrrr", 6, "if D: A = B", "else: A = C")
row(
    "select64", "WRRr", 2,
    "PTR p a", "PTR q b", "if D: pass", "else: PTR q c", "p[0] = q[0]", "p[1] = q[1]",
)  # fmt: skip

# ---------------------------------------------------------------- i32 arithmetic
for _name, _sign, _weight in (
    ("add", "+", 60), ("sub", "-", 20), ("mul", "*", 8), ("and", "&", 25), ("or", "|", 12), ("xor", "^", 15),
):  # fmt: skip
    row(f"i32.{_name}", "wrr", _weight, f"A = B {_sign} C")
    row(f"i32.{_name}.i", "wri", _weight, f"A = B {_sign} c")
    if _name != "sub":
        row(f"i32.{_name}.w", "wr---I", 3, f"A = B {_sign} imm")
row("i32.shl", "wrr", 4, "A = B << (C & 31)")
row("i32.shl.i", "wri", 25, "A = B << c")
row("i32.shr_u", "wrr", 4, "A = U(B) >> (C & 31)")
row("i32.shr_u.i", "wri", 22, "A = U(B) >> c")
row("i32.shr_s", "wrr", 3, "A = S(B) >> (C & 31)")
row("i32.shr_s.i", "wri", 8, "A = S(B) >> c")
_ROTATE = ("u = B", "if t: u = (u << t) | INT(U(u) >> (32 - t))", "A = u")
row("i32.rotl", "wrr", 2, "t = C & 31", *_ROTATE)
row("i32.rotr", "wrr", 2, "t = (0 - C) & 31", *_ROTATE)
row("i32.rotl.i", "wri", 4, "u = B", "A = (u << c) | INT(U(u) >> (32 - c))")

# 32-bit words: the C helper behind // is wrong for operands of 2^31 and more, so halve and fix up.
_UNSIGNED_32 = (
    "if u < 0:",
    "  v = INT(uint(t) >= uint(u))",
    "  if v: t = t - u",
    "else:",
    "  v = (INT(uint(t) >> 1) // u) << 1",
    "  t = t - v * u",
    "  if uint(t) >= uint(u):",
    "    t = t - u",
    "    v = v + 1",
)
_MAGNITUDES = ("if t < 0: t = 0 - t", "if u < 0: u = 0 - u")
_DIVISOR = ("u = C", "if u == 0: TRAP(2)")
_SIGNED = ("t = S(B)", "u = S(C)", "if u == 0: TRAP(2)")
row(
    "i32.div_s", "wrr", 2,
    *_SIGNED, "if u == 0 - 1:", "  if t == 0 - (1 << 31): TRAP(3)",
    "s = t ^ u", *_MAGNITUDES, "t = t // u", "if s < 0: t = 0 - t", "A = t",
    body32=(
        *_SIGNED, "if u == 0 - 1:", "  if t == 0 - t:", "    if t: TRAP(3)",
        "s = t ^ u", *_MAGNITUDES, *_UNSIGNED_32, "if s < 0: v = 0 - v", "A = v",
    ),
)  # fmt: skip
row(
    "i32.div_u",
    "wrr",
    2,
    *_DIVISOR,
    "A = B // u",
    body32=("t = B", *_DIVISOR, *_UNSIGNED_32, "A = v"),
)
row(
    "i32.rem_s", "wrr", 2,
    *_SIGNED, "s = t", *_MAGNITUDES, "t = t % u", "if s < 0: t = 0 - t", "A = t",
    body32=(*_SIGNED, "s = t", *_MAGNITUDES, *_UNSIGNED_32, "if s < 0: t = 0 - t", "A = t"),
)  # fmt: skip
row(
    "i32.rem_u",
    "wrr",
    2,
    *_DIVISOR,
    "A = B % u",
    body32=("t = B", *_DIVISOR, *_UNSIGNED_32, "A = t"),
)
row(
    "i32.clz", "wr", 1,
    "t = B", "u = 32",
    "while U(t) > U(255):", "  t = INT(U(t) >> 8)", "  u = u - 8",
    "while t:", "  t = t >> 1", "  u = u - 1", "A = u",
)  # fmt: skip
row(
    "i32.ctz", "wr", 1,
    "t = B", "u = 0", "if t == 0: u = 32",
    "else:", "  while (t & 255) == 0:", "    t = INT(U(t) >> 8)", "    u = u + 8",
    "  while (t & 1) == 0:", "    t = INT(U(t) >> 1)", "    u = u + 1", "A = u",
)  # fmt: skip
row(
    "i32.popcnt",
    "wr",
    1,
    "t = B",
    "u = 0",
    "while t:",
    "  t = t & (t - 1)",
    "  u = u + 1",
    "A = u",
)
row("i32.extend8_s", "wr", 2, "A = ((B & 255) ^ 128) - 128")
row("i32.extend16_s", "wr", 2, "A = ((B & 65535) ^ 32768) - 32768")

# ---------------------------------------------------------------- i32 comparisons and branches
row("i32.eqz", "wr", 6, "A = INT(B == 0)")
row("br", "--j", 30, "JUMP")
row("br_mov", "wrj", 8, "A = B", "JUMP")
row("br.far", "-----I", 1, "FARJUMP")
row("br_nz", "r-j", 25, "if A: JUMP")
row("br_z", "r-j", 25, "if A == 0: JUMP")
row("br_and_nz", "rij", 8, "if A & b: JUMP")
row("br_and_z", "rij", 8, "if (A & b) == 0: JUMP")
_WEIGHTS = {"eq": 12, "ne": 14, "lt": 14, "le": 6, "gt": 8, "ge": 10}
_OPERATOR = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
for _name in COMPARISONS:
    _view = "ORD(%s)" if _name.endswith("_s") else "U(%s)" if _name.endswith("_u") else "%s"
    _sign, _weight = _OPERATOR[_name[:2]], _WEIGHTS[_name[:2]]
    _test = lambda x, y: f"{_view % x} {_sign} {_view % y}"  # noqa: E731
    if _name[:2] not in ("gt", "ge"):
        row(f"i32.{_name}", "wrr", max(2, _weight // 3), f"A = INT({_test('B', 'C')})")
        row(f"br_i32.{_name}", "rrj", _weight, f"if {_test('A', 'B')}: JUMP")
    row(f"i32.{_name}.i", "wri", max(2, _weight // 3), f"A = INT({_test('B', 'c')})")
    row(f"br_i32.{_name}.i", "rij", _weight, f"if {_test('A', 'b')}: JUMP")
    row(f"br_i32.{_name}.w", "r-j--I", 2, f"if {_test('A', 'imm')}: JUMP")

# Loop ends: add to a local, compare, branch.
for _name in ("ne", "lt_s", "lt_u"):
    _view = {"ne": "%s", "lt_s": "ORD(%s)", "lt_u": "U(%s)"}[_name]
    _sign = _OPERATOR[_name[:2]]
    row(f"br_add_{_name}", "xrji", 8, "A = A + d", f"if {_view % 'A'} {_sign} {_view % 'B'}: JUMP")
    row(
        f"br_add_{_name}.w",
        "xij--I",
        8,
        "A = A + b",
        f"if {_view % 'A'} {_sign} {_view % 'imm'}: JUMP",
    )
row("br_sub_nz", "xij", 12, "A = A - b", "if A: JUMP")
row("i32.xor_shr", "wrri", 5, "A = B ^ (U(C) >> d)", body32=("A = B ^ INT(U(C) >> d)",))

# ---------------------------------------------------------------- i64
_PQR = ("PTR p a", "PTR q b", "PTR r c")
_PQ = _PQR[:2]
_BINARY64 = {
    "add": (8, "+", ("t = q[0]", "u = t + r[0]", "v = q[1] + r[1]", "if uint(u) < uint(t): v = v + 1", "p[0] = u", "p[1] = v")),
    "sub": (5, "-", ("t = q[0]", "u = r[0]", "v = q[1] - r[1]", "if uint(t) < uint(u): v = v - 1", "p[0] = t - u", "p[1] = v")),
    "mul": (5, "*", (
        "t = q[0]", "u = r[0]", "v = t * r[1] + q[1] * u",
        "w = t & 65535", "t = INT(uint(t) >> 16)", "s = u & 65535", "u = INT(uint(u) >> 16)",
        "v = v + t * u", "x = w * s", "w = w * u", "t = t * s",
        "s = INT(uint(x) >> 16) + (w & 65535) + (t & 65535)",
        "p[1] = v + INT(uint(w) >> 16) + INT(uint(t) >> 16) + INT(uint(s) >> 16)",
        "p[0] = (x & 65535) | (s << 16)",
    )),
    "and": (5, "&", ("t = q[1] & r[1]", "p[0] = q[0] & r[0]", "p[1] = t")),
    "or": (5, "|", ("t = q[1] | r[1]", "p[0] = q[0] | r[0]", "p[1] = t")),
    "xor": (6, "^", ("t = q[1] ^ r[1]", "p[0] = q[0] ^ r[0]", "p[1] = t")),
}  # fmt: skip
for _name, (_weight, _sign, _halves) in _BINARY64.items():
    row(
        f"i64.{_name}",
        "WRR",
        _weight,
        *_PQR,
        f"PUT64(G64(q) {_sign} G64(r))",
        body32=(*_PQR, *_halves),
    )
row(
    "i64.add.i", "WRi", 5, *_PQ, "PUT64(G64(q) + c)",
    body32=(*_PQ, "t = q[0]", "u = t + c", "v = q[1]", "if uint(u) < uint(t): v = v + 1", "p[0] = u", "p[1] = v"),
)  # fmt: skip
row("i64.and.i", "WRi", 3, *_PQ, "p[0] = q[0] & c", "p[1] = 0")
_WIDE = ("PTR p a", "PTR q b", "IMM64 r")
for _name in ("add", "mul", "and", "xor"):
    _weight, _sign, _halves = _BINARY64[_name]
    row(
        f"i64.{_name}.w",
        "WR-IiI",
        3,
        *_PQ,
        f"PUT64(G64(q) {_sign} imm64)",
        body32=(*_WIDE, *_halves),
    )
row(
    "i64.xor_shr", "WRRi", 4, *_PQR, "PUT64(G64(q) ^ INT(U64(G64(r)) >> d))",
    body32=(
        *_PQR, "s = d", "t = r[0]", "u = r[1]",
        "if s & 32:", "  t = INT(uint(u) >> (s & 31))", "  u = 0",
        "elif s:", "  t = INT(uint(t) >> s) | (u << (32 - s))", "  u = INT(uint(u) >> s)",
        "u = u ^ q[1]", "p[0] = t ^ q[0]", "p[1] = u",
    ),
)  # fmt: skip

_SHIFTS64 = {
    "shl": ("G64(q) << s", (
        "if s & 32:", "  u = t << (s & 31)", "  t = 0",
        "elif s:", "  u = (u << s) | INT(uint(t) >> (32 - s))", "  t = t << s",
    )),
    "shr_u": ("U64(G64(q)) >> s", (
        "if s & 32:", "  t = INT(uint(u) >> (s & 31))", "  u = 0",
        "elif s:", "  t = INT(uint(t) >> s) | (u << (32 - s))", "  u = INT(uint(u) >> s)",
    )),
    "shr_s": ("S64(G64(q)) >> s", (
        "if s & 32:", "  t = u >> (s & 31)", "  u = u >> 31",
        "elif s:", "  t = INT(uint(t) >> s) | (u << (32 - s))", "  u = u >> s",
    )),
}  # fmt: skip
_ROTATE32 = (
    "t = q[0]", "u = q[1]", "if s & 32:", "  v = t", "  t = u", "  u = v", "s = s & 31",
    "if s:", "  v = (t << s) | INT(uint(u) >> (32 - s))", "  u = (u << s) | INT(uint(t) >> (32 - s))", "  t = v",
    "p[0] = t", "p[1] = u",
)  # fmt: skip
for _name, (_expression, _halves) in _SHIFTS64.items():
    for _suffix, _kinds, _count, _weight in (
        ("", "WRr", "s = C & 63", 2),
        (".i", "WRi", "s = c", 5),
    ):
        row(
            f"i64.{_name}{_suffix}", _kinds, _weight, *_PQ, _count, f"PUT64({_expression})",
            body32=(*_PQ, _count, "t = q[0]", "u = q[1]", *_halves, "p[0] = t", "p[1] = u"),
        )  # fmt: skip
_ROTATE64 = ("t = G64(q)", "if s: t = (t << s) | INT(U64(t) >> (64 - s))", "PUT64(t)")
row("i64.rotl", "WRr", 1, *_PQ, "s = C & 63", *_ROTATE64, body32=(*_PQ, "s = C & 63", *_ROTATE32))
row(
    "i64.rotr",
    "WRr",
    1,
    *_PQ,
    "s = (0 - C) & 63",
    *_ROTATE64,
    body32=(*_PQ, "s = (0 - C) & 63", *_ROTATE32),
)
row("i64.rotl.i", "WRi", 2, *_PQ, "s = c", *_ROTATE64, body32=(*_PQ, "s = c", *_ROTATE32))
row("i64.wrap", "wR", 5, "A = B")
row("i64.extend_i32_u", "Wr", 5, "PTR p a", "p[0] = B", "p[1] = 0")
row("i64.extend_i32_s", "Wr", 4, "PTR p a", "t = S(B)", "p[0] = t", "p[1] = t >> 31")
row(
    "i64.extend8_s",
    "WR",
    1,
    "PTR p a",
    "t = ((B & 255) ^ 128) - 128",
    "p[0] = t",
    "p[1] = t >> 31",
)
row(
    "i64.extend16_s",
    "WR",
    1,
    "PTR p a",
    "t = ((B & 65535) ^ 32768) - 32768",
    "p[0] = t",
    "p[1] = t >> 31",
)
row("i64.saturate", "wR", 2, "PTR q b", "t = q[0]", "if q[1]: t = 0 - 1", "A = t")
row("i64.eqz", "wR", 2, "PTR q b", "A = INT((q[0] | q[1]) == 0)")
row("br_i64.z", "R-j", 2, "PTR q a", "if (q[0] | q[1]) == 0: JUMP")
row("br_i64.nz", "R-j", 2, "PTR q a", "if (q[0] | q[1]) != 0: JUMP")
for _name in COMPARISONS:
    if _name[:2] in ("gt", "ge"):
        continue
    _view = "ORD64(%s)" if _name.endswith("_s") else "U64(%s)" if _name.endswith("_u") else "%s"
    _sign = _OPERATOR[_name[:2]]
    _test64 = f"{_view % 'G64(q)'} {_sign} {_view % 'G64(r)'}"
    if _name in ("eq", "ne"):
        _test32 = (f"t = INT(((q[0] ^ r[0]) | (q[1] ^ r[1])) {_sign} 0)",)
    else:
        _high = "uint(%s)" if _name.endswith("_u") else "%s"
        _test32 = (
            f"t = INT(uint(q[0]) {_sign} uint(r[0]))",
            f"if q[1] != r[1]: t = INT({_high % 'q[1]'} {_sign} {_high % 'r[1]'})",
        )
    row(
        f"i64.{_name}",
        "wRR",
        2,
        *_PQR[1:],
        f"A = INT({_test64})",
        body32=(*_PQR[1:], *_test32, "A = t"),
    )
    _ab = ("PTR q a", "PTR r b")
    row(
        f"br_i64.{_name}",
        "RRj",
        3,
        *_ab,
        f"if {_test64}: JUMP",
        body32=(*_ab, *_test32, "if t: JUMP"),
    )

# ---------------------------------------------------------------- memory: c = offset + width
# The limit test `address > length - c` needs offset + width <= length, which the host has proved
# from the memory's minimum; other accesses go through `memory.address` first.
for _name, _kinds, _weight, _body in (
    ("i32.load", "wri", 40, "LOAD 4 A = LD32"),
    ("i32.load8_u", "wri", 30, "LOAD 1 A = LD8"),
    ("i32.load8_s", "wri", 4, "LOAD 1 A = (LD8 ^ 128) - 128"),
    ("i32.load16_u", "wri", 6, "LOAD 2 A = LD16"),
    ("i32.load16_s", "wri", 4, "LOAD 2 A = (LD16 ^ 32768) - 32768"),
    ("i64.load", "Wri", 9, "LOAD64"),
    ("i64.load8_u", "Wri", 1, "LOAD 1 X = LD8"),
    ("i64.load8_s", "Wri", 1, "LOAD 1 X = (LD8 ^ 128) - 128"),
    ("i64.load16_u", "Wri", 1, "LOAD 2 X = LD16"),
    ("i64.load16_s", "Wri", 1, "LOAD 2 X = (LD16 ^ 32768) - 32768"),
    ("i64.load32_u", "Wri", 2, "LOAD 4 X = LD32"),
    ("i64.load32_s", "Wri", 1, "LOAD 4 Y = LD32"),
    ("i32.store", "rri", 35, "STORE 4"),
    ("i32.store8", "rri", 22, "STORE 1"),
    ("i32.store16", "rri", 5, "STORE 2"),
    ("i64.store", "Rri", 7, "STORE64"),
):
    row(_name, _kinds, _weight, _body)
# The address, modulo 2^32: .a slot + c, .x4 (slot << 2) + c, .rr slot + slot; no offset.
for _name, _kinds, _weight, _body in (
    ("i32.load.a", "wri", 12, "LOAD 4a A = LD32"),
    ("i32.load8_u.a", "wri", 14, "LOAD 1a A = LD8"),
    ("i32.load16_u.a", "wri", 2, "LOAD 2a A = LD16"),
    ("i32.load16_s.a", "wri", 2, "LOAD 2a A = (LD16 ^ 32768) - 32768"),
    ("i64.load.a", "Wri", 3, "LOAD64 a"),
    ("i32.store.a", "rri", 8, "STORE 4a"),
    ("i32.store8.a", "rri", 12, "STORE 1a"),
    ("i32.store16.a", "rri", 2, "STORE 2a"),
    ("i64.store.a", "Rri", 3, "STORE64 a"),
    ("i32.load.x4", "wri", 12, "LOAD 4x A = LD32"),
    ("i32.store.x4", "rri", 6, "STORE 4x"),
    ("i32.load.rr", "wrr", 8, "LOAD 4r A = LD32"),
    ("i32.load8_u.rr", "wrr", 8, "LOAD 1r A = LD8"),
):
    row(_name, _kinds, _weight, _body)
row("memory.address", "wr---I", 2, "ADDRESS")
row("memory.select", "--i", 3, "SELECT_MEMORY")
row("memory.aligned", "-ri", 1, "if (B & c) != 0: TRAP(12)")

# ---------------------------------------------------------------- globals, references
row("global.get", "w-i", 10, "A = glob[c]")
row("global.set", "r-i", 8, "glob[c] = A")
row("global.get64", "W-i", 2, "PTR p a", "p[0] = glob[c]", "p[1] = glob[c + 1]")
row("global.set64", "R-i", 2, "PTR p a", "glob[c] = p[0]", "glob[c + 1] = p[1]")
row("ref.func", "w----f", 1, "A = imm")
row("ref.as_non_null", "-r", 1, "if B == 0: TRAP(11)")

# ---------------------------------------------------------------- calls
row("call", "--s--f", 20, "CALL")
row("call_indirect", "-rsi-I", 5, "CALL_INDIRECT")
row("table.func", "wr-i-I", 1, "TABLE_FUNC")
row("call_ref", "-rs", 2, "CALL_REF")
row("return_call", "--svif", 2, "RETURN_CALL")
row("return_call_ref", "-rsvi", 1, "RETURN_CALL_REF")
row("ret", "--v", 8, "RETURN")
row("ret32", "-rv", 16, "RETURN32")
row("ret64", "-Rv", 3, "RETURN64")
row("br_table", "r-i", 4, "BR_TABLE")
row("host", "--si", 4, "HOST")
row("trap", "--i", 1, "TRAP(c)")
row("slow", "iiiiiI", 6, "SLOW")

BY_NAME = {r.name: r for r in TABLE}
