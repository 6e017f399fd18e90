"""A module with every instruction that wrt-micro runs."""

from __future__ import annotations

from wrt_preflight.ops.instructions import INSTRUCTIONS, Instruction

# What is not from numbers to numbers: each instruction of the table is here, or made below.
REST = """
  (memory (export "memory") 1 4) (memory $wide i64 1 4) (memory $bytes 100 (pagesize 1))
  (data $data "data")
  (table $table (export "table") 4 funcref) (table $others i64 4 8 externref)
  (elem (table $table) (i32.const 0) func $count $swap)
  (elem $elem func $count)
  (elem declare func $count)
  (tag $tag (param i32 f64)) (tag $plain)
  (global $global (mut f64) (f64.const 1.5)) (global $shared (mut i64) (i64.const 7))
  (type $unary (func (param i32) (result i32)))
  (func $count (export "count") (type $unary)
    (local i64 f32 f64)
    nop
    (block $out
      (loop $again
        (br_if $out (i32.eqz (local.get 0)))
        (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
        (local.set 1 (i64.add (local.get 1) (i64.const 3)))
        (local.set 2 (f32.add (local.get 2) (f32.const 0.5)))
        (local.set 3 (f64.mul (local.get 3) (f64.const -1)))
        (br $again)))
    (local.tee 0 (i32.wrap_i64 (local.get 1))) drop
    (if (local.get 0) (then (return (i32.const 1))) (else unreachable))
    (i32.const 2))
  (func $swap (param i32 i64 f32) (result f32 i64 i32)
    (local.get 2) (local.get 1) (local.get 0))
  (func (export "blocks") (param i32) (result i64)
    (i32.const 5) (i64.const 6)
    (block (param i32 i64) (result f32 i64 i32)
      drop drop
      (br_table 0 0 0 (f32.const 1) (i64.const 2) (local.get 0) (i32.const 2)))
    drop drop drop
    (block (block (block (br_table 0 1 2 1 (local.get 0)))) (drop (i32.const 1)))
    (select (i64.const 1) (i64.const 2) (local.get 0)))
  (func (export "calls") (param i32) (result i32)
    (call $swap (local.get 0) (i64.const 1) (f32.const 2)) drop drop drop
    (call_indirect $table (type $unary) (call $count (local.get 0)) (i32.const 0))
    (call_ref $unary (ref.func $count)))
  (func (export "tail") (type $unary) (return_call $count (local.get 0)))
  (func (export "tail_indirect") (type $unary)
    (return_call_indirect $table (type $unary) (local.get 0) (i32.const 0)))
  (func (export "tail_ref") (type $unary)
    (return_call_ref $unary (local.get 0) (ref.func $count)))
  (func (export "references") (param funcref) (result i32)
    (block $null
      (br_on_null $null (local.get 0)) drop)
    (block $some (result (ref func))
      (br_on_non_null $some (local.get 0))
      (return (i32.const 0)))
    ref.as_non_null drop
    (ref.is_null (select (result funcref) (ref.null func) (local.get 0) (i32.const 1))))
  (func (export "globals") (result f64)
    (global.set $shared (i64.add (global.get $shared) (i64.const 1)))
    (global.set $global (f64.add (global.get $global) (f64.const 1))) (global.get $global))
  (func (export "tables") (param externref i32) (result i64)
    (table.set $others (i64.const 1) (local.get 0))
    (table.fill $others (i64.const 0) (local.get 0) (i64.const 2))
    (drop (table.grow $others (table.get $others (i64.const 0)) (i64.const 1)))
    (table.copy $table $table (i32.const 0) (i32.const 1) (local.get 1))
    (table.init $table $elem (i32.const 0) (i32.const 0) (local.get 1))
    (elem.drop $elem)
    (table.size $others))
  (func (export "memories") (param i32 i64) (result i32)
    (memory.fill (i32.const 0) (i32.const 7) (local.get 0))
    (memory.copy $wide 0 (local.get 1) (i32.const 8) (local.get 0))
    (memory.copy $wide $wide (local.get 1) (i64.const 8) (local.get 1))
    (memory.init $bytes $data (i32.const 0) (i32.const 0) (local.get 0))
    (data.drop $data)
    (drop (memory.grow $wide (local.get 1)))
    (i64.store32 $wide offset=3 align=1 (local.get 1) (i64.load16_s $wide (local.get 1)))
    (f64.store $bytes offset=90 align=1 (local.get 0) (f64.load align=2 (local.get 0)))
    (memory.size $bytes))
  (func $throws (param i32)
    (throw $tag (local.get 0) (f64.const 1)))
  (func (export "catches") (param i32) (result i32)
    (local exnref)
    (block $all
      (block $payload (result i32 f64)
        (block $reference (result exnref)
          (try_table (catch_all $all) (call $throws (local.get 0)))
          (try_table (catch $tag $payload) (call $throws (local.get 0)))
          (try_table (catch_all_ref $reference) (throw $plain))
          (return (i32.const 1)))
        (local.set 1)
        (try_table (catch $tag $payload) (throw_ref (local.get 1)))
        unreachable)
      drop (return))
    (i32.const 3))
"""


def simple(instruction: Instruction) -> bool:
    """Whether its operands and results are numbers, known without anything around it."""
    kinds = set(instruction.immediates)
    return (
        instruction.params is not None
        and instruction.results is not None
        and kinds <= {"memarg", "i32", "i64", "f32", "f64", "const0"}
    )


def text() -> str:
    """The module in text form."""
    functions = []
    for instruction in filter(simple, INSTRUCTIONS):
        types = [t.replace("addr", "i32") for t in instruction.params]
        params = " ".join(types)
        results = " ".join(instruction.results)
        operands = " ".join(f"(local.get {i})" for i in range(len(types)))
        constant = " 5" if instruction.name.endswith(".const") else ""
        functions.append(
            f'(func (export "{instruction.name}") (param {params}) (result {results})'
            f" {operands} {instruction.name}{constant})"
        )
    return f"(module {REST} {' '.join(functions)})"
