;; A resource as a value: made by one start function, taken by the next one.
(component
  (type $counter (resource (rep i32)))
  (core func $new (canon resource.new $counter))
  (core func $rep (canon resource.rep $counter))
  (core func $drop (canon resource.drop $counter))
  (core module $M
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "rep" (func $rep (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "make") (result i32) (call $new (i32.const 21)))
    (func (export "take") (param i32) (result i32)
      (i32.shl (call $rep (local.get 0)) (i32.const 1))
      (call $drop (local.get 0))))
  (core instance $m (instantiate $M (with "" (instance
    (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop))))))
  (func $make (result (own $counter)) (canon lift (core func $m "make")))
  (func $take (param "c" (own $counter)) (result u32) (canon lift (core func $m "take")))
  (start $make (result (value $c)))
  (start $take (value $c) (result (value $n)))
  (export "n" (value $n)))
