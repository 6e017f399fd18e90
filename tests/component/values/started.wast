;; Start functions in a script: run with --feature values.
(component
  (component $Step
    (core module $M
      (global $n (mut i32) (i32.const 0))
      (func (export "count") (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1)))
        (global.get $n))
      (func (export "add") (param i32)
        (global.set $n (i32.add (global.get $n) (local.get 0)))))
    (core instance $m (instantiate $M))
    (func $count (export "count") (result u32) (canon lift (core func $m "count")))
    (func $add (param "n" u32) (canon lift (core func $m "add")))
    (start $count (result (value $one)))
    (start $count (result (value $two)))
    (start $add (value $one))
    (export "two" (value $two)))
  (instance $first (instantiate $Step))
  (alias export $first "two" (value $two))
  (component $Taker
    (import "seed" (value $seed u32))
    (core module $M
      (global $n (mut i32) (i32.const 0))
      (func (export "set") (param i32) (global.set $n (local.get 0)))
      (func (export "get") (result i32) (global.get $n)))
    (core instance $m (instantiate $M))
    (func $set (param "n" u32) (canon lift (core func $m "set")))
    (start $set (value $seed))
    (func (export "get") (result u32) (canon lift (core func $m "get"))))
  (instance $second (instantiate $Taker (with "seed" (value $two))))
  (func (export "count") (alias export $first "count"))
  (func (export "get") (alias export $second "get")))
(assert_return (invoke "count") (u32.const 4))
(assert_return (invoke "get") (u32.const 2))

(assert_trap
  (component
    (core module $M (func (export "f") unreachable))
    (core instance $m (instantiate $M))
    (func $f (canon lift (core func $m "f")))
    (start $f))
  "unreachable")
