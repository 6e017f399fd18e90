;; Ways to fail: a result that is an error, a trap, a loop without an end, and a host function that
;; raises an exception.
(component
  (import "ask" (func $ask (param "question" u32) (result u32)))
  (core func $ask (canon lower (func $ask)))
  (core module $Main
    (import "host" "ask" (func $ask (param i32) (result i32)))
    ;; result<u32, u32>: a case, 0 for ok, and its payload, by the address of both.
    (memory (export "memory") 8 (pagesize 1))
    (func (export "root") (param $square i32) (result i32) (local $root i32)
      (block $done
        (loop $next
          (br_if $done
            (i32.ge_u (i32.mul (local.get $root) (local.get $root)) (local.get $square)))
          (local.set $root (i32.add (local.get $root) (i32.const 1)))
          (br $next)))
      (i32.store8 (i32.const 0)
        (i32.ne (i32.mul (local.get $root) (local.get $root)) (local.get $square)))
      (i32.store (i32.const 4) (local.get $root))
      (i32.const 0))
    (func $divide (export "divide") (param $a i32) (param $b i32) (result i32)
      (i32.div_u (local.get $a) (local.get $b)))
    (func (export "share") (param $question i32) (result i32)
      (call $divide (i32.const 100) (call $ask (local.get $question))))
    (func (export "forever")
      (loop $again (br $again))))
  (core instance $main (instantiate $Main
    (with "host" (instance (export "ask" (func $ask))))))
  (func (export "root") (param "square" u32) (result (result u32 (error u32)))
    (canon lift (core func $main "root") (memory (core memory $main "memory"))))
  (func (export "divide") (param "a" u32) (param "b" u32) (result u32)
    (canon lift (core func $main "divide")))
  (func (export "share") (param "question" u32) (result u32)
    (canon lift (core func $main "share")))
  (func (export "forever")
    (canon lift (core func $main "forever"))))
