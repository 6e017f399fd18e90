(component
  (import "n" (value $n u32))
  (core module $M
    (func (export "f") (param i32) (result i32)
      (i32.div_u (i32.const 12) (local.get 0))))
  (core instance $m (instantiate $M))
  (func $f (param "n" u32) (result u32) (canon lift (core func $m "f")))
  (start $f (value $n) (result (value $r)))
  (export "r" (value $r)))
