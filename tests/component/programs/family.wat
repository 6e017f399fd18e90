;; A parent and its child, each of which has a function of the other: neither may be entered from
;; inside the other.
(component
  (import "out" (func $out))
  (component $Child
    (import "out" (func $out))
    (core func $out (canon lower (func $out)))
    (core module $M
      (import "" "out" (func $out))
      (func (export "f") (result i32) (i32.const 7))
      (func (export "out") (call $out)))
    (core instance $m (instantiate $M (with "" (instance (export "out" (func $out))))))
    (func (export "f") (result u32) (canon lift (core func $m "f")))
    (func (export "call-out") (canon lift (core func $m "out"))))
  (core module $Parent
    (global $n (mut i32) (i32.const 0))
    (func (export "count") (global.set $n (i32.add (global.get $n) (i32.const 1))))
    (func (export "get") (result i32) (global.get $n)))
  (core instance $parent (instantiate $Parent))
  (func $count (canon lift (core func $parent "count")))
  (func (export "count") (canon lift (core func $parent "count")))
  (func (export "get") (result u32) (canon lift (core func $parent "get")))
  (instance $child (instantiate $Child (with "out" (func $count))))
  (instance $other (instantiate $Child (with "out" (func $out))))
  (core func $f (canon lower (func $child "f")))
  (func (export "down") (result u32) (canon lift (core func $f)))
  (core func $self (canon lower (func $count)))
  (func (export "self") (canon lift (core func $self)))
  (export "child" (instance $child))
  (export "other" (instance $other)))
