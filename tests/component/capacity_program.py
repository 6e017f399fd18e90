"""Uses up every table of what runs concurrently, and calls that wait for each other."""

from __future__ import annotations

# Outer asks, Inner does: `slow` blocks until `go`; `gate` holds back calls of `worker`.
TEXT = """(component
(component $Inner
  (core module $Mem (memory (export "m") 1))
  (core instance $mem (instantiate $Mem))
  (canon thread.yield (core func $yield))
  (canon task.return (core func $return))
  (canon task.return (result u32) (core func $return-n))
  (canon backpressure.inc (core func $inc))
  (canon backpressure.dec (core func $dec))
  (core module $M
    (import "" "yield" (func $yield (result i32)))
    (import "" "return" (func $return))
    (import "" "return-n" (func $return-n (param i32)))
    (import "" "inc" (func $inc))
    (import "" "dec" (func $dec))
    (global $busy (mut i32) (i32.const 0))
    (global $done (mut i32) (i32.const 0))
    (func (export "slow")
      (loop $again (drop (call $yield)) (br_if $again (i32.eqz (global.get $done))))
      (call $return))
    (func (export "go") (global.set $done (i32.const 1)))
    ;; One at a time: whoever is inside keeps the others out.
    (func (export "worker") (param $i i32)
      (call $inc)
      (if (global.get $busy) (then unreachable))
      (global.set $busy (i32.const 1))
      (drop (call $yield))
      (drop (call $yield))
      (global.set $busy (i32.const 0))
      (call $return-n (local.get $i))
      (call $dec))
    (func (export "fail") unreachable))
  (core instance $i (instantiate $M (with "" (instance
    (export "yield" (func $yield)) (export "return" (func $return))
    (export "return-n" (func $return-n)) (export "inc" (func $inc))
    (export "dec" (func $dec))))))
  (func (export "slow") async (canon lift (core func $i "slow") async))
  (func (export "go") (canon lift (core func $i "go")))
  (func (export "worker") async (param "i" u32) (result u32)
    (canon lift (core func $i "worker") async))
  (func (export "fail") (canon lift (core func $i "fail"))))
(component $Outer
  (import "slow" (func $slow async))
  (core module $Mem (memory (export "m") 1))
  (core instance $mem (instantiate $Mem))
  (canon lower (func $slow) async (memory (core memory $mem "m")) (core func $slow'))
  (core module $M
    (import "" "slow" (func $slow (result i32)))
    ;; n calls of slow; the state of the last
    (func (export "ask") (param $n i32) (result i32) (local $r i32)
      (loop $next
        (local.set $r (call $slow))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br_if $next (local.get $n)))
      (local.get $r)))
  (core instance $o (instantiate $M (with "" (instance (export "slow" (func $slow'))))))
  (func (export "ask") (param "n" u32) (result u32) (canon lift (core func $o "ask"))))
(instance $inner (instantiate $Inner))
(instance $outer (instantiate $Outer (with "slow" (func $inner "slow"))))
(instance $other (instantiate $Inner))
(func (export "slow") (alias export $inner "slow"))
(func (export "go") (alias export $inner "go"))
(func (export "worker") (alias export $inner "worker"))
(func (export "fail") (alias export $inner "fail"))
(func (export "ask") (alias export $outer "ask"))
(func (export "other-worker") (alias export $other "worker")))"""
