"""Arithmetic on i64.

A value is a pair of slots. 64-bit words hold it at once; for 32-bit words every row has a body
that works on the halves: low in t, high in u, or both into the pair at p.
"""

from collections.abc import Iterator

from ..row import Row, row

_PQ = ("PTR p a", "PTR q b")
_PQR = (*_PQ, "PTR r c")

# Halves of p = q with r.
_ADD = (
    "t = q[0]",
    "u = t + r[0]",
    "v = q[1] + r[1]",
    "if uint(u) < uint(t): v = v + 1",
    "p[0] = u",
    "p[1] = v",
)
_SUB = (
    "t = q[0]",
    "u = r[0]",
    "v = q[1] - r[1]",
    "if uint(t) < uint(u): v = v - 1",
    "p[0] = t - u",
    "p[1] = v",
)
_MUL = (
    "t = q[0]",
    "u = r[0]",
    "v = t * r[1] + q[1] * u",
    "w = t & 65535",
    "t = INT(uint(t) >> 16)",
    "s = u & 65535",
    "u = INT(uint(u) >> 16)",
    "v = v + t * u",
    "x = w * s",
    "w = w * u",
    "t = t * s",
    "s = INT(uint(x) >> 16) + (w & 65535) + (t & 65535)",
    "p[1] = v + INT(uint(w) >> 16) + INT(uint(t) >> 16) + INT(uint(s) >> 16)",
    "p[0] = (x & 65535) | (s << 16)",
)
_AND = ("t = q[1] & r[1]", "p[0] = q[0] & r[0]", "p[1] = t")
_OR = ("t = q[1] | r[1]", "p[0] = q[0] | r[0]", "p[1] = t")
_XOR = ("t = q[1] ^ r[1]", "p[0] = q[0] ^ r[0]", "p[1] = t")


def _binary(name: str, sign: str, weight: float, halves: tuple[str, ...]) -> Row:
    body = f"PUT64(G64(q) {sign} G64(r))"
    return row(f"i64.{name}", "WRR", weight, *_PQR, body, body32=(*_PQR, *halves))


def _wide(name: str, sign: str, halves: tuple[str, ...]) -> Row:
    """With a constant of 64 bits, whose halves are words of the code."""
    body = f"PUT64(G64(q) {sign} imm64)"
    return row(f"i64.{name}.w", "WR-IiI", 3, *_PQ, body, body32=(*_PQ, "IMM64 r", *halves))


# Halves of t, u shifted by s.
_SHL = (
    "if s & 32:",
    "  u = t << (s & 31)",
    "  t = 0",
    "elif s:",
    "  u = (u << s) | INT(uint(t) >> (32 - s))",
    "  t = t << s",
)
_SHR_U = (
    "if s & 32:",
    "  t = INT(uint(u) >> (s & 31))",
    "  u = 0",
    "elif s:",
    "  t = INT(uint(t) >> s) | (u << (32 - s))",
    "  u = INT(uint(u) >> s)",
)
_SHR_S = (
    "if s & 32:",
    "  t = u >> (s & 31)",
    "  u = u >> 31",
    "elif s:",
    "  t = INT(uint(t) >> s) | (u << (32 - s))",
    "  u = u >> s",
)


def _shift(name: str, expression: str, halves: tuple[str, ...]) -> Iterator[Row]:
    for suffix, kinds, count, weight in (
        ("", "WRr", "s = C & 63", 2),
        (".i", "WRi", "s = c", 5),
    ):
        yield row(
            f"i64.{name}{suffix}",
            kinds,
            weight,
            *_PQ,
            count,
            f"PUT64({expression})",
            body32=(*_PQ, count, "t = q[0]", "u = q[1]", *halves, "p[0] = t", "p[1] = u"),
        )


_ROTATE = ("t = G64(q)", "if s: t = (t << s) | INT(U64(t) >> (64 - s))", "PUT64(t)")
_ROTATE_HALVES = (
    "t = q[0]",
    "u = q[1]",
    "if s & 32:",
    "  v = t",
    "  t = u",
    "  u = v",
    "s = s & 31",
    "if s:",
    "  v = (t << s) | INT(uint(u) >> (32 - s))",
    "  u = (u << s) | INT(uint(t) >> (32 - s))",
    "  t = v",
    "p[0] = t",
    "p[1] = u",
)


def _rotate(name: str, kinds: str, weight: float, count: str) -> Row:
    halves = (*_PQ, count, *_ROTATE_HALVES)
    return row(f"i64.{name}", kinds, weight, *_PQ, count, *_ROTATE, body32=halves)


_SIGN_EXTENDED = ("p[0] = t", "p[1] = t >> 31")

ARITHMETIC64 = [
    _binary("add", "+", 8, _ADD),
    _binary("sub", "-", 5, _SUB),
    _binary("mul", "*", 5, _MUL),
    _binary("and", "&", 5, _AND),
    _binary("or", "|", 5, _OR),
    _binary("xor", "^", 6, _XOR),
    row(
        "i64.add.i",
        "WRi",
        5,
        *_PQ,
        "PUT64(G64(q) + c)",
        body32=(
            *_PQ,
            "t = q[0]",
            "u = t + c",
            "v = q[1]",
            "if uint(u) < uint(t): v = v + 1",
            "p[0] = u",
            "p[1] = v",
        ),
    ),
    row("i64.and.i", "WRi", 3, *_PQ, "p[0] = q[0] & c", "p[1] = 0"),
    _wide("add", "+", _ADD),
    _wide("mul", "*", _MUL),
    _wide("and", "&", _AND),
    _wide("xor", "^", _XOR),
    row(
        "i64.xor_shr",
        "WRRi",
        4,
        *_PQR,
        "PUT64(G64(q) ^ INT(U64(G64(r)) >> d))",
        body32=(
            *_PQR,
            "s = d",
            "t = r[0]",
            "u = r[1]",
            *_SHR_U,
            "u = u ^ q[1]",
            "p[0] = t ^ q[0]",
            "p[1] = u",
        ),
    ),
    *_shift("shl", "G64(q) << s", _SHL),
    *_shift("shr_u", "U64(G64(q)) >> s", _SHR_U),
    *_shift("shr_s", "S64(G64(q)) >> s", _SHR_S),
    _rotate("rotl", "WRr", 1, "s = C & 63"),
    _rotate("rotr", "WRr", 1, "s = (0 - C) & 63"),
    _rotate("rotl.i", "WRi", 2, "s = c"),
    row("i64.wrap", "wR", 5, "A = B"),
    row("i64.extend_i32_u", "Wr", 5, "PTR p a", "p[0] = B", "p[1] = 0"),
    row("i64.extend_i32_s", "Wr", 4, "PTR p a", "t = S(B)", *_SIGN_EXTENDED),
    row("i64.extend8_s", "WR", 1, "PTR p a", "t = ((B & 255) ^ 128) - 128", *_SIGN_EXTENDED),
    row(
        "i64.extend16_s", "WR", 1, "PTR p a", "t = ((B & 65535) ^ 32768) - 32768", *_SIGN_EXTENDED
    ),
    row("i64.saturate", "wR", 2, "PTR q b", "t = q[0]", "if q[1]: t = 0 - 1", "A = t"),
]
