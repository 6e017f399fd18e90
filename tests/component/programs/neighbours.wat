(component
  ;; two components that have nothing to do with one another, and one that calls the first
  (import "sleep" (func $sleep async (param "ms" u32) (result u32)))
  (component $Worker
    (import "sleep" (func $sleep async (param "ms" u32) (result u32)))
    (core func $nap (canon lower (func $sleep)))
    (core module $Main
      (import "" "nap" (func $nap (param i32) (result i32)))
      (func (export "nap") (param i32) (result i32) (call $nap (local.get 0)))
      (func (export "spin") (loop (br 0)))
      (func (export "next") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))
    (core instance $main (instantiate $Main (with "" (instance (export "nap" (func $nap))))))
    (func (export "nap") async (param "ms" u32) (result u32)
      (canon lift (core func $main "nap")))
    (func (export "spin") async (canon lift (core func $main "spin")))
    (func (export "next") (param "n" u32) (result u32) (canon lift (core func $main "next"))))
  (component $User
    (import "next" (func $next (param "n" u32) (result u32)))
    (core func $next_core (canon lower (func $next)))
    (core module $Main
      (import "" "next" (func $next (param i32) (result i32)))
      (func (export "next-but-one") (param i32) (result i32)
        (call $next (call $next (local.get 0)))))
    (core instance $main (instantiate $Main (with "" (instance (export "next" (func $next_core))))))
    (func (export "next-but-one") async (param "n" u32) (result u32)
      (canon lift (core func $main "next-but-one"))))
  (instance $a (instantiate $Worker (with "sleep" (func $sleep))))
  (instance $b (instantiate $Worker (with "sleep" (func $sleep))))
  (instance $c (instantiate $User (with "next" (func $a "next"))))
  (export "a" (instance $a))
  (export "b" (instance $b))
  (export "c" (instance $c)))
