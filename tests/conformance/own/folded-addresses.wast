;; Addresses that a load or store computes itself: i32 arithmetic wraps, adding the offset does not.

(module
  (memory 1)
  (data (i32.const 0) "\01\02\03\04\05\06\07\08\09\0a\0b\0c")

  ;; A mask tells how large the scaled or summed address can get.
  (func (export "scaled") (param i32) (result i32)
    (i32.load offset=8 (i32.shl (i32.and (local.get 0) (i32.const 0x3fffffff)) (i32.const 2))))
  (func (export "scaled-without-offset") (param i32) (result i32)
    (i32.load (i32.shl (local.get 0) (i32.const 2))))
  (func (export "scaled-store") (param i32)
    (i32.store offset=8 (i32.shl (i32.and (local.get 0) (i32.const 0x3fffffff)) (i32.const 2))
      (i32.const -1)))
  (func (export "summed") (param i32) (result i32)
    (i32.load8_u offset=65500
      (i32.add (i32.and (local.get 0) (i32.const 0xffffff00)) (i32.const 33))))
  (func (export "summed-without-offset") (param i32) (result i32)
    (i32.load8_u (i32.add (local.get 0) (i32.const 5))))
  (func (export "first") (result i32) (i32.load (i32.const 4)))
)

(assert_return (invoke "scaled" (i32.const 0)) (i32.const 0x0c0b0a09))
(assert_trap (invoke "scaled" (i32.const 0x3ffffffe)) "out of bounds memory access")
(assert_trap (invoke "scaled" (i32.const 0x3fffffff)) "out of bounds memory access")
(assert_return (invoke "scaled-without-offset" (i32.const 0x40000001)) (i32.const 0x08070605))
(assert_trap (invoke "scaled-store" (i32.const -1)) "out of bounds memory access")
(assert_return (invoke "first") (i32.const 0x08070605))
(assert_return (invoke "summed" (i32.const 0)) (i32.const 0))
(assert_trap (invoke "summed" (i32.const 256)) "out of bounds memory access")
(assert_trap (invoke "summed" (i32.const -1)) "out of bounds memory access")
(assert_return (invoke "summed-without-offset" (i32.const -4)) (i32.const 2))

;; The same where the constant alone is beyond the memory.
(module
  (memory 100 (pagesize 1))
  (func (export "summed") (param i32) (result i32)
    (i32.load8_u offset=256
      (i32.add (i32.and (local.get 0) (i32.const 0xffffff00)) (i32.const 16))))
)

(assert_trap (invoke "summed" (i32.const 0)) "out of bounds memory access")
(assert_trap (invoke "summed" (i32.const -1)) "out of bounds memory access")
