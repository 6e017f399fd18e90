"""The check for UTF-8 as a core function (WAT): strings between components never meet Python."""

from __future__ import annotations

_BLOCK = 32  # bytes looked at together while they are ASCII


def valid_utf8(memory: int) -> str:
    """`$utf8.N (param at, end) (result i32)`: whether the bytes of memory $mN are UTF-8."""
    m = f"$m{memory}"
    loads = [f"(i64.load {m} offset={at} align=1 (local.get $at))" for at in range(0, _BLOCK, 8)]
    together = loads[0]
    for load in loads[1:]:
        together = f"(i64.or {together} {load})"
    return f"""(func $utf8.{memory} (param $at i32) (param $end i32) (result i32)
  (local $byte i32) (local $next i32) (local $left i32)
  (loop $character
    (block $single
      (br_if $single (i32.ge_u (local.get $at) (local.get $end)))
      (loop $ascii
        (br_if $single (i32.lt_u
          (i32.sub (local.get $end) (local.get $at)) (i32.const {_BLOCK})))
        (br_if $single (i64.ne (i64.const 0) (i64.and {together}
          (i64.const 0x8080808080808080))))
        (local.set $at (i32.add (local.get $at) (i32.const {_BLOCK})))
        (br $ascii)))
    (loop $byte
      (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (i32.const 1))))
      (local.set $byte (i32.load8_u {m} (local.get $at)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (if (i32.lt_u (local.get $byte) (i32.const 0x80)) (then
        (br_if $byte (i32.and (local.get $at) (i32.const {_BLOCK - 1})))
        (br $character))))
    ;; how many bytes follow
    (if (i32.or (i32.lt_u (local.get $byte) (i32.const 0xc2))
                (i32.gt_u (local.get $byte) (i32.const 0xf4)))
      (then (return (i32.const 0))))
    (local.set $left (i32.add
      (i32.add (i32.const 1) (i32.ge_u (local.get $byte) (i32.const 0xe0)))
      (i32.ge_u (local.get $byte) (i32.const 0xf0))))
    (if (i32.lt_u (i32.sub (local.get $end) (local.get $at)) (local.get $left))
      (then (return (i32.const 0))))
    ;; the first of them rules out what is too long, a surrogate, or too large
    (local.set $next (i32.load8_u {m} (local.get $at)))
    (if (i32.or
          (i32.or
            (i32.and (i32.eq (local.get $byte) (i32.const 0xe0))
                     (i32.lt_u (local.get $next) (i32.const 0xa0)))
            (i32.and (i32.eq (local.get $byte) (i32.const 0xed))
                     (i32.ge_u (local.get $next) (i32.const 0xa0))))
          (i32.or
            (i32.and (i32.eq (local.get $byte) (i32.const 0xf0))
                     (i32.lt_u (local.get $next) (i32.const 0x90)))
            (i32.and (i32.eq (local.get $byte) (i32.const 0xf4))
                     (i32.ge_u (local.get $next) (i32.const 0x90)))))
      (then (return (i32.const 0))))
    (loop $follows
      (if (i32.ne (i32.const 0x80)
                  (i32.and (i32.load8_u {m} (local.get $at)) (i32.const 0xc0)))
        (then (return (i32.const 0))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $follows (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (br $character))
  unreachable)"""
