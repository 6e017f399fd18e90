;; Two instances of one component, nested, and a component that calls another one.
(component
  (component $Counter
    (core module $M
      (global $n (mut i32) (i32.const 0))
      (func (export "increment") (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1)))
        (global.get $n))
      (func (export "fail") (unreachable)))
    (core instance $m (instantiate $M))
    (func (export "increment") (result u32) (canon lift (core func $m "increment")))
    (func (export "fail") (canon lift (core func $m "fail"))))
  (component $Pair
    (alias outer 1 $Counter (component $C))
    (instance $left (instantiate $C))
    (instance $right (instantiate $C))
    (export "left" (instance $left))
    (export "right" (instance $right)))
  (instance $pair (instantiate $Pair))
  (instance $counter (instantiate $Counter))

  (component $Caller
    (import "counter" (instance $c
      (export "increment" (func (result u32)))
      (export "fail" (func))))
    (core func $increment (canon lower (func $c "increment")))
    (core func $fail (canon lower (func $c "fail")))
    (core module $M
      (import "" "increment" (func $increment (result i32)))
      (import "" "fail" (func $fail))
      (func (export "twice") (result i32)
        (drop (call $increment))
        (call $increment))
      (func (export "fail") (call $fail))
      (func (export "count") (result i32) (i32.const 1)))
    (core instance $m (instantiate $M (with "" (instance
      (export "increment" (func $increment)) (export "fail" (func $fail))))))
    (func (export "twice") (result u32) (canon lift (core func $m "twice")))
    (func (export "fail") (canon lift (core func $m "fail")))
    (func (export "count") (result u32) (canon lift (core func $m "count"))))
  (instance $caller (instantiate $Caller (with "counter" (instance $counter))))

  (export "demo:kit/counter@1.0.0" (instance $counter))
  (export "pair" (instance $pair))
  (export "caller" (instance $caller)))
