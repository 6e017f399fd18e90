"""Components for attacks on memory: a caller and a callee that pass what they are told, raw.

The caller lifts the very functions that it lowered, so that pointers and lengths from Python reach
the boundary as they are. The callee answers with the pointers it is told, and its realloc does
what the global $mode says. A bystander has a memory that nobody may touch.
"""

from __future__ import annotations

# Bytes of the memories; they tell them apart. Each may grow by GUARD bytes.
CALLER, CALLEE, BYSTANDER = 1000, 1200, 900
GUARD = 100

# What the callee's realloc does, besides 0: give room from address 512 on.
MODES = ("good", "value", "old", "trap", "grow", "leave", "recurse")

TYPES = """
    (type $shape (variant (case "none") (case "number" u32) (case "text" string)))
    (type $color (enum "red" "green" "blue"))
    (type $marks (flags "a" "b" "c"))
    (type $row (record (field "name" string) (field "color" $color)))
    (type $many (tuple u64 u64 u64 u64 u64 u64 u64 u64 u64))
"""

# name, parameters, their core form in terms of the pointer type P
TAKES = (
    ("string", ("string",), "PP"),
    ("numbers", ("(list u32)",), "PP"),
    ("words", ("(list u64)",), "PP"),
    ("bytes", ("(list u8)",), "PP"),
    ("floats", ("(list f32)",), "PP"),
    ("chars", ("(list char)",), "PP"),
    ("bools", ("(list bool)",), "PP"),
    ("strings", ("(list string)",), "PP"),
    ("shapes", ("(list $shape)",), "PP"),
    ("colors", ("(list $color)",), "PP"),
    ("marks", ("(list $marks)",), "PP"),
    ("rows", ("(list $row)",), "PP"),
    ("map", ("(map string u32)",), "PP"),
    ("char", ("char",), "i"),
    ("color", ("$color",), "i"),
    ("shape", ("$shape",), "iPP"),
    ("many", ("$many", "$many"), "P"),
    ("three", ("(list u32 3)",), "iii"),
)
GIVES = (
    ("string", "string"),
    ("numbers", "(list u32)"),
    ("shape", "$shape"),
    ("row", "$row"),
    ("rows", "(list $row)"),
    ("many", "$many"),
)


def _core(letters: str, ptr: str) -> str:
    return " ".join("i32" if letter == "i" else ptr for letter in letters)


def _raw(letters: str, ptr: str) -> str:
    """The parameters with which Python gives core values."""
    names = {"i32": "u32", "i64": "u64"}
    types = ["u32" if letter == "i" else names[ptr] for letter in letters]
    return " ".join(f'(param "p{i}" {t})' for i, t in enumerate(types))


def _params(types: tuple[str, ...]) -> str:
    return " ".join(f'(param "v{i}" {t})' for i, t in enumerate(types))


def peers(first: str = "utf8", second: str = "utf8", ptr: str = "i32") -> str:
    """first, second: string encodings of caller and callee. ptr: pointers of the caller."""
    address = "i64 " if ptr == "i64" else ""
    imports, lowered, exports, cores, lifted = [], [], [], [], []
    for name, types, letters in TAKES:
        # 17 flat values or more stand behind a pointer, which is all that the callee gets.
        core = _core(letters, "i32")
        cores.append(f'(func (export "take-{name}") (param {core}))')
        lifted.append(
            f'(func (export "take-{name}") {_params(types)}'
            f' (canon lift (core func $m "take-{name}") (memory (core memory $m "memory"))'
            f' (realloc (core func $m "realloc")) string-encoding={second}))'
        )
        imports.append(f'(import "take-{name}" (func $take-{name} {_params(types)}))')
        lowered.append(
            f"(core func $take-{name} (canon lower (func $take-{name})"
            f' (memory (core memory $m "memory")) string-encoding={first}))'
        )
        exports.append(
            f'(func (export "take-{name}") {_raw(letters, ptr)}'
            f" (canon lift (core func $take-{name})))"
        )
    for name, type_ in GIVES:
        cores.append(f'(func (export "give-{name}") (param i32) (result i32) (local.get 0))')
        lifted.append(
            f'(func (export "give-{name}") (param "at" u32) (result {type_})'
            f' (canon lift (core func $m "give-{name}") (memory (core memory $m "memory"))'
            f" string-encoding={second}))"
        )
        imports.append(
            f'(import "give-{name}" (func $give-{name} (param "at" u32) (result {type_})))'
        )
        lowered.append(
            f"(core func $give-{name} (canon lower (func $give-{name})"
            f' (memory (core memory $m "memory")) (realloc (core func $m "realloc"))'
            f" string-encoding={first}))"
        )
        exports.append(
            f'(func (export "give-{name}") {_raw("iP", ptr)}'
            f" (canon lift (core func $give-{name})))"
        )
    names = [f"take-{take[0]}" for take in TAKES] + [f"give-{give[0]}" for give in GIVES]
    given = " ".join(f'(with "{name}" (func $callee "{name}"))' for name in names)
    lines = "\n    "
    return f"""(component
  (component $Bystander
    (core module $M (memory {BYSTANDER} {BYSTANDER + GUARD} (pagesize 1)))
    (core instance $m (instantiate $M)))
  (component $Callee
    {TYPES}
    (import "out" (func $out))
    (core func $out (canon lower (func $out)))
    (core module $M
      (import "" "out" (func $out))
      (memory (export "memory") {CALLEE} {CALLEE + GUARD} (pagesize 1))
      (global $mode (mut i32) (i32.const 0))
      (global $value (mut i32) (i32.const 0))
      (global $good (mut i32) (i32.const 0))
      (global $next (mut i32) (i32.const 512))
      (func $realloc (export "realloc") (param i32 i32 i32 i32) (result i32)
        (local $at i32)
        ;; the first $good calls are served as they should be
        (if (i32.and (i32.ne (global.get $mode) (i32.const 0))
            (i32.eqz (global.get $good))) (then
          (if (i32.eq (global.get $mode) (i32.const 1)) (then (return (global.get $value))))
          (if (i32.eq (global.get $mode) (i32.const 2)) (then (return (local.get 0))))
          (if (i32.eq (global.get $mode) (i32.const 3)) (then unreachable))
          (if (i32.eq (global.get $mode) (i32.const 4)) (then
            (return (memory.grow (global.get $value)))))
          (if (i32.eq (global.get $mode) (i32.const 5)) (then (call $out)))
          (if (i32.eq (global.get $mode) (i32.const 6)) (then (return (call $realloc
            (local.get 0) (local.get 1) (local.get 2) (local.get 3)))))))
        (if (global.get $good)
          (then (global.set $good (i32.sub (global.get $good) (i32.const 1)))))
        (local.set $at (i32.and
          (i32.add (global.get $next) (i32.sub (local.get 2) (i32.const 1)))
          (i32.sub (i32.const 0) (local.get 2))))
        (global.set $next (i32.add (local.get $at) (local.get 3)))
        (if (i32.gt_u (global.get $next) (i32.const 1000)) (then unreachable))
        (memory.copy (local.get $at) (local.get 0) (local.get 1))
        (local.get $at))
      (func (export "set") (param i32 i32 i32)
        (global.set $mode (local.get 0))
        (global.set $value (local.get 1))
        (global.set $good (local.get 2)))
      {lines.join(cores)})
    (core instance $m (instantiate $M (with "" (instance (export "out" (func $out))))))
    (func (export "set") (param "mode" u32) (param "value" u32) (param "good" u32)
      (canon lift (core func $m "set")))
    {lines.join(lifted)})
  (component $Caller
    {TYPES}
    {lines.join(imports)}
    (core module $M
      (memory (export "memory") {address}{CALLER} {CALLER + GUARD} (pagesize 1))
      (func (export "realloc") (param {ptr} {ptr} {ptr} {ptr}) (result {ptr})
        ({ptr}.and ({ptr}.const 607) ({ptr}.sub ({ptr}.const 0) (local.get 2)))))
    (core instance $m (instantiate $M))
    {lines.join(lowered)}
    {lines.join(exports)})
  (import "out" (func $out))
  (instance $bystander (instantiate $Bystander))
  (instance $callee (instantiate $Callee (with "out" (func $out))))
  (instance $caller (instantiate $Caller {given}))
  (export "set" (func $callee "set"))
  (export "caller" (instance $caller))
  (export "callee" (instance $callee)))"""


PROGRAMS = {
    "peers": peers(),
    "peers-utf16": peers("utf16", "utf8"),
    "peers-to-utf16": peers("utf8", "utf16"),
    "peers-latin1": peers("latin1+utf16", "utf8"),
    "peers-to-latin1": peers("utf16", "latin1+utf16"),
    "peers-64": peers(ptr="i64"),
}
