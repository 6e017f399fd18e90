"""Globals, references, and everything that enters or leaves a function."""

from ..row import row

GLOBALS = [
    row("global.get", "w-i", 10, "A = glob[c]"),
    row("global.set", "r-i", 8, "glob[c] = A"),
    row("global.get64", "W-i", 2, "PTR p a", "p[0] = glob[c]", "p[1] = glob[c + 1]"),
    row("global.set64", "R-i", 2, "PTR p a", "glob[c] = p[0]", "glob[c + 1] = p[1]"),
]

REFERENCES = [
    row("ref.func", "w----f", 1, "A = imm"),
    row("ref.as_non_null", "-r", 1, "if B == 0: TRAP(null_reference)"),
]

CALLS = [
    row("call", "--s--f", 20, "CALL"),
    row("call_indirect", "-rsi-I", 5, "CALL_INDIRECT"),
    row("table.func", "wr-i-I", 1, "TABLE_FUNC"),
    row("call_ref", "-rs", 2, "CALL_REF"),
    row("return_call", "--svif", 2, "RETURN_CALL"),
    row("return_call_ref", "-rsvi", 1, "RETURN_CALL_REF"),
    row("ret", "--v", 8, "RET"),
    row("ret32", "-rv", 16, "RET32"),
    row("ret64", "-Rv", 3, "RET64"),
    row("br_table", "r-i", 4, "BR_TABLE"),
    row("host", "--si", 4, "HOST"),
    row("trap", "--i", 1, "TRAP(c)"),
    row("slow", "iiiiiI", 6, "SLOW"),
]
