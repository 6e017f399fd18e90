"""Moves, constants and choices."""

from ..row import row

MOVES = [
    row("mov", "wr", 50, "A = B"),
    row("mov64", "WR", 12, "PTR p a", "PTR q b", "p[0] = q[0]", "p[1] = q[1]"),
    row("const", "w-i", 25, "A = c"),
    row("const32", "w----I", 12, "A = imm"),
    row("const64", "W-i", 3, "PTR p a", "p[0] = c", "p[1] = 0"),
    row("const64.w", "W--IiI", 3, "PTR p a", "p[0] = imm0", "p[1] = imm"),
    row("far.get", "w-r", 1, "A = C"),
    row("far.set", "r-w", 1, "C = A"),
    row("far.mov", "--rw", 1, "D = C"),
    row("select", "wrrr", 6, "if D: A = B", "else: A = C"),
    row(
        "select64",
        "WRRr",
        2,
        "PTR p a",
        "PTR q b",
        "if D: pass",
        "else: PTR q c",
        "p[0] = q[0]",
        "p[1] = q[1]",
    ),
]
