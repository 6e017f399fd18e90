;; A start function without values: it has counted once when the program runs.
(component
  (core module $M
    (global $n (mut i32) (i32.const 0))
    (func (export "count") (global.set $n (i32.add (global.get $n) (i32.const 1))))
    (func (export "counted") (result i32) (global.get $n)))
  (core instance $m (instantiate $M))
  (func $count (canon lift (core func $m "count")))
  (start $count)
  (func (export "counted") (result u32) (canon lift (core func $m "counted"))))
