;; A start function that waits for what never comes: it must not block, so it traps.
(component
  (import "n" (value $n u32))
  (core module $Memory (memory (export "memory") 1))
  (core instance $memory (instantiate $Memory))
  (core func $new (canon waitable-set.new))
  (core func $wait (canon waitable-set.wait (memory (core memory $memory "memory"))))
  (core module $M
    (import "" "new" (func $new (result i32)))
    (import "" "wait" (func $wait (param i32 i32) (result i32)))
    (func (export "f") (param i32) (result i32)
      (if (result i32) (local.get 0)
        (then (call $wait (call $new) (i32.const 0)))
        (else (i32.const 5)))))
  (core instance $m (instantiate $M
    (with "" (instance (export "new" (func $new)) (export "wait" (func $wait))))))
  (func $f (param "n" u32) (result u32) (canon lift (core func $m "f")))
  (start $f (value $n) (result (value $r)))
  (export "r" (value $r)))
