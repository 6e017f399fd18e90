;; A value that nobody uses.
(component
  (import "seed" (value $seed u32))
  (core module $M
    (func (export "twice") (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1))))
  (core instance $m (instantiate $M))
  (func $twice (export "twice") (param "n" u32) (result u32) (canon lift (core func $m "twice")))
)
