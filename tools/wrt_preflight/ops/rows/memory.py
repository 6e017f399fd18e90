"""Loads and stores.

c = offset + width. The limit test `address > length - c` needs offset + width <= length, which
the host has proved from the memory's minimum; other accesses go through `memory.address` first.
"""

from ..row import row

MEMORY = [
    row("i32.load", "wri", 40, "LOAD 4 A = LD32"),
    row("i32.load8_u", "wri", 30, "LOAD 1 A = LD8"),
    row("i32.load8_s", "wri", 4, "LOAD 1 A = (LD8 ^ 128) - 128"),
    row("i32.load16_u", "wri", 6, "LOAD 2 A = LD16"),
    row("i32.load16_s", "wri", 4, "LOAD 2 A = (LD16 ^ 32768) - 32768"),
    row("i64.load", "Wri", 9, "LOAD64"),
    row("i64.load8_u", "Wri", 1, "LOAD 1 X = LD8"),
    row("i64.load8_s", "Wri", 1, "LOAD 1 X = (LD8 ^ 128) - 128"),
    row("i64.load16_u", "Wri", 1, "LOAD 2 X = LD16"),
    row("i64.load16_s", "Wri", 1, "LOAD 2 X = (LD16 ^ 32768) - 32768"),
    row("i64.load32_u", "Wri", 2, "LOAD 4 X = LD32"),
    row("i64.load32_s", "Wri", 1, "LOAD 4 Y = LD32"),
    row("i32.store", "rri", 35, "STORE 4"),
    row("i32.store8", "rri", 22, "STORE 1"),
    row("i32.store16", "rri", 5, "STORE 2"),
    row("i64.store", "Rri", 7, "STORE64"),
    # The address, modulo 2^32: .a slot + c, .x4 (slot << 2) + c, .rr slot + slot; no offset.
    row("i32.load.a", "wri", 12, "LOAD 4a A = LD32"),
    row("i32.load8_u.a", "wri", 14, "LOAD 1a A = LD8"),
    row("i32.load16_u.a", "wri", 2, "LOAD 2a A = LD16"),
    row("i32.load16_s.a", "wri", 2, "LOAD 2a A = (LD16 ^ 32768) - 32768"),
    row("i64.load.a", "Wri", 3, "LOAD64 a"),
    row("i32.store.a", "rri", 8, "STORE 4a"),
    row("i32.store8.a", "rri", 12, "STORE 1a"),
    row("i32.store16.a", "rri", 2, "STORE 2a"),
    row("i64.store.a", "Rri", 3, "STORE64 a"),
    row("i32.load.x4", "wri", 12, "LOAD 4x A = LD32"),
    row("i32.store.x4", "rri", 6, "STORE 4x"),
    row("i32.load.rr", "wrr", 8, "LOAD 4r A = LD32"),
    row("i32.load8_u.rr", "wrr", 8, "LOAD 1r A = LD8"),
    row("memory.address", "wri--I", 2, "ADDRESS"),
    row("memory.select", "--i", 3, "SELECT_MEMORY"),
    row("memory.aligned", "-ri", 1, "if (B & c) != 0: TRAP(unaligned_atomic)"),
]
