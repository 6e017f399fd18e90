;; Start functions of the host's, before, between and after core instances, one of them fallible.
(component
  (import "say" (func $say (param "n" u32)))
  (import "check" (func $check (param "n" u32) (result (result u32 (error string)))))
  (import "x" (value $x u32))
  (import "y" (value $y u32))
  (import "z" (value $z u32))
  (core func $core-say (canon lower (func $say)))
  (core module $M
    (import "" "say" (func $say (param i32)))
    (func $run (call $say (i32.const 100)))
    (start $run))
  (start $say (value $x))
  (core instance (instantiate $M (with "" (instance (export "say" (func $core-say))))))
  (start $check (value $y) (result (value $result)))
  (export "result" (value $result))
  (core instance (instantiate $M (with "" (instance (export "say" (func $core-say))))))
  (start $say (value $z)))
