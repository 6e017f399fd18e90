;; Bytes, list<u8>, both ways: a picture that the component draws, as a result and as an argument.
(component
  (import "show" (func $show (param "picture" (list u8))))
  (core module $Memory
    (memory (export "memory") 64 (pagesize 1)))
  (core instance $memory (instantiate $Memory))
  (alias core export $memory "memory" (core memory $mem))
  (core func $show (canon lower (func $show) (memory $mem)))
  (core module $Main
    (import "memory" "memory" (memory 64 (pagesize 1)))
    (import "host" "show" (func $show (param i32 i32)))
    ;; Eight rows of eight bits at 16: a bar of the given height. The result, an address and a
    ;; length, is returned by its own address, 0.
    (func $draw (export "draw") (param $height i32) (result i32)
      (memory.fill (i32.const 16) (i32.const 0) (i32.const 8))
      (memory.fill
        (i32.sub (i32.const 24) (local.get $height)) (i32.const 0x3c) (local.get $height))
      (i32.store (i32.const 0) (i32.const 16))
      (i32.store (i32.const 4) (i32.const 8))
      (i32.const 0))
    ;; What a real component would do here is free the result.
    (func (export "done") (param i32)
      (memory.fill (i32.const 16) (i32.const 0xff) (i32.const 8)))
    (func (export "animate")
      (drop (call $draw (i32.const 2)))
      (call $show (i32.const 16) (i32.const 8))
      (drop (call $draw (i32.const 5)))
      (call $show (i32.const 16) (i32.const 8))))
  (core instance $main (instantiate $Main
    (with "memory" (instance $memory))
    (with "host" (instance (export "show" (func $show))))))
  (func (export "draw") (param "height" u8) (result (list u8))
    (canon lift (core func $main "draw") (memory $mem) (post-return (core func $main "done"))))
  (func (export "animate")
    (canon lift (core func $main "animate"))))
