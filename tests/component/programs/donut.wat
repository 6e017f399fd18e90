;; A component that calls one inside it, which calls back.
(component
  (core module $Add
    (func (export "add") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))
  (core instance $add (instantiate $Add))
  (func $add (param "n" u32) (result u32) (canon lift (core func $add "add")))
  (component $Inner
    (import "add" (func $add (param "n" u32) (result u32)))
    (core func $add' (canon lower (func $add)))
    (core module $M
      (import "" "add" (func $add (param i32) (result i32)))
      (func (export "twice") (param i32) (result i32)
        (call $add (call $add (local.get 0)))))
    (core instance $m (instantiate $M (with "" (instance (export "add" (func $add'))))))
    (func (export "twice") (param "n" u32) (result u32) (canon lift (core func $m "twice"))))
  (instance $inner (instantiate $Inner (with "add" (func $add))))
  (core func $twice (canon lower (func $inner "twice")))
  (core module $M
    (import "" "twice" (func $twice (param i32) (result i32)))
    (func (export "around") (param i32) (result i32)
      (i32.mul (call $twice (local.get 0)) (i32.const 10))))
  (core instance $m (instantiate $M (with "" (instance (export "twice" (func $twice))))))
  (func (export "around") (param "n" u32) (result u32) (canon lift (core func $m "around"))))
