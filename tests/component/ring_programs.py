"""Rings of three components that pass the elements of streams on, each adding one to what passes.

The first makes a stream and gives it to the second, which returns another one, and so on; what
the first reads from the last one it writes again.
"""

from __future__ import annotations

BUILTINS = """
  (canon stream.new $S (core func $stream.new))
  (canon stream.read $S (memory (core memory $mem "mem")) (realloc (core func $mem "realloc"))
    (core func $stream.read))
  (canon stream.write $S (memory (core memory $mem "mem")) (realloc (core func $mem "realloc"))
    (core func $stream.write))
  (canon stream.drop-readable $S (core func $drop-readable))
  (canon stream.drop-writable $S (core func $drop-writable))"""
MEMORY = """
  (core module $Mem (memory (export "mem") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
  (core instance $mem (instantiate $Mem))"""
IMPORTS = """
    (import "" "new" (func $new (result i64)))
    (import "" "read" (func $read (param i32 i32 i32) (result i32)))
    (import "" "write" (func $write (param i32 i32 i32) (result i32)))
    (import "" "drop-readable" (func $drop-readable (param i32)))
    (import "" "drop-writable" (func $drop-writable (param i32)))
    (import "" "return" (func $return (param i32)))
    (import "" "log" (func $log (param i32 i32)))
    (import "mem" "mem" (memory 1))"""
GIVEN = """
    (export "new" (func $stream.new)) (export "read" (func $stream.read))
    (export "write" (func $stream.write)) (export "return" (func $task.return))
    (export "drop-readable" (func $drop-readable)) (export "drop-writable" (func $drop-writable))
    (export "log" (func $log'))"""


class Ring:
    """element: its type, in text. count: elements in a copy. add: instructions that add one to
    what was read to address 64; value: those that load it. make, end: instructions for the first
    element and the last. named: what each component imports for the element's type."""

    def __init__(self, traced: bool) -> None:
        self.traced = traced

    element = "u8"
    count = 4
    named = ""
    named_args = ""
    before = ""
    make = "(i32.store (i32.const 64) (i32.const 0))"
    add = "(i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1)))"
    end = ""
    imports = ""
    given = ""
    canons = ""

    def log(self, stage: int) -> str:
        if not self.traced:
            return ""
        return f"(call $log (i32.const {stage}) (i32.load (i32.const 64)))"

    def head(self) -> str:
        return f"""(import "log" (func $log (param "stage" u32) (param "value" u32)))
  {self.named} (type $S (stream {self.element})) {MEMORY} {BUILTINS} {self.canons}
  (canon lower (func $log) (core func $log'))"""

    def passes(self, stage: int) -> str:
        """A component that passes on: pass(s) returns the stream that goes on."""
        return f"""(component $P{stage} {self.head()}
  (canon task.return (result $S) (core func $task.return))
  (core module $M {IMPORTS} {self.imports}
    (func (export "pass") (param $in i32) (local $out i32) (local $w i64)
      (local.set $w (call $new))
      (local.set $out (i32.wrap_i64 (i64.shr_u (local.get $w) (i64.const 32))))
      (call $return (i32.wrap_i64 (local.get $w)))
      (block $done (loop $next
        ;; COMPLETED is 0: as many as were asked for
        (br_if $done (i32.ne (call $read (local.get $in) (i32.const 64) (i32.const {self.count}))
          (i32.const {self.count << 4})))
        {self.add} {self.log(stage)}
        (br_if $next (i32.eq (call $write (local.get $out) (i32.const 64) (i32.const {self.count}))
          (i32.const {self.count << 4})))))
      (call $drop-readable (local.get $in))
      (call $drop-writable (local.get $out))))
  (core instance $m (instantiate $M (with "mem" (instance $mem)) (with "" (instance {GIVEN}
    {self.given}))))
  (func (export "pass") async (param "s" $S) (result $S)
    (canon lift (core func $m "pass") async)))"""

    def first(self) -> str:
        """run(n): n rounds; returns the number at the end."""
        return f"""(component $First {self.head()}
  (import "two" (func $two async (param "s" $S) (result $S)))
  (import "three" (func $three async (param "s" $S) (result $S)))
  (canon task.return (result u32) (core func $task.return))
  (canon lower (func $two) (core func $two'))
  (canon lower (func $three) (core func $three'))
  (core module $M {IMPORTS} {self.imports}
    (import "" "two" (func $two (param i32) (result i32)))
    (import "" "three" (func $three (param i32) (result i32)))
    (func (export "run") (param $n i32) (local $in i32) (local $out i32) (local $w i64)
      (local.set $w (call $new))
      (local.set $out (i32.wrap_i64 (i64.shr_u (local.get $w) (i64.const 32))))
      (local.set $in (call $three (call $two (i32.wrap_i64 (local.get $w)))))
      {self.make}
      (loop $next
        (if (i32.ne (call $write (local.get $out) (i32.const 64) (i32.const {self.count}))
          (i32.const {self.count << 4})) (then unreachable))
        (if (i32.ne (call $read (local.get $in) (i32.const 64) (i32.const {self.count}))
          (i32.const {self.count << 4})) (then unreachable))
        {self.add} {self.log(1)}
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br_if $next (local.get $n)))
      (call $drop-writable (local.get $out))
      (call $drop-readable (local.get $in))
      {self.end}
      (call $return (i32.load (i32.const 64)))))
  (core instance $m (instantiate $M (with "mem" (instance $mem)) (with "" (instance {GIVEN}
    {self.given} (export "two" (func $two')) (export "three" (func $three'))))))
  (func (export "run") async (param "n" u32) (result u32)
    (canon lift (core func $m "run") async)))"""

    def text(self) -> str:
        args = f'(with "log" (func $log)) {self.named_args}'
        return f"""(component
(import "log" (func $log (param "stage" u32) (param "value" u32)))
{self.before} {self.passes(2)} {self.passes(3)} {self.first()}
(instance $p2 (instantiate $P2 {args})) (instance $p3 (instantiate $P3 {args}))
(instance $first (instantiate $First {args} (with "two" (func $p2 "pass"))
  (with "three" (func $p3 "pass"))))
(func (export "run") (alias export $first "run")))"""


class Records(Ring):
    """A record of a number and a resource, whose representation is the number of the ring."""

    element = "(tuple u32 (own $item))"
    count = 1
    before = """
(component $Items
  (core module $M (func (export "dtor") (param i32)))
  (core instance $m (instantiate $M))
  (type $item' (resource (rep i32) (dtor (core func $m "dtor"))))
  (export $item "item" (type $item'))
  (core func $new (canon resource.new $item'))
  (core func $rep (canon resource.rep $item'))
  (core module $N (import "" "new" (func $new (param i32) (result i32)))
    (func (export "make") (result i32) (call $new (i32.const 77)))
    (func (export "rep") (param i32) (result i32) (local.get 0)))
  (core instance $n (instantiate $N (with "" (instance (export "new" (func $new))))))
  (func (export "make") (result (own $item)) (canon lift (core func $n "make")))
  (func (export "rep") (param "self" (borrow $item)) (result u32)
    (canon lift (core func $n "rep"))))
(instance $items (instantiate $Items))"""
    named = """(import "items" (instance $items
    (export "item" (type $item (sub resource)))
    (export "make" (func (result (own $item))))
    (export "rep" (func (param "self" (borrow $item)) (result u32)))))
  (alias export $items "item" (type $item))"""
    named_args = '(with "items" (instance $items))'
    canons = """
  (canon lower (func $items "make") (core func $make))
  (canon lower (func $items "rep") (core func $rep))
  (canon resource.drop $item (core func $drop))"""
    imports = """
    (import "" "make" (func $make (result i32)))
    (import "" "rep" (func $rep (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))"""
    given = """(export "make" (func $make)) (export "rep" (func $rep))
    (export "drop" (func $drop))"""
    make = "(i32.store (i32.const 64) (i32.const 0)) (i32.store (i32.const 68) (call $make))"
    add = (
        Ring.add
        + " (if (i32.ne (call $rep (i32.load (i32.const 68))) (i32.const 77))"
        + " (then unreachable))"
    )
    end = "(call $drop (i32.load (i32.const 68)))"


PROGRAMS = {
    "bytes": Ring(False).text(),
    "bytes-traced": Ring(True).text(),
    "records": Records(False).text(),
    "records-traced": Records(True).text(),
}
