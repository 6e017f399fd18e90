(module $stuck
  (memory 1)
  (func $forever (export "forever") (loop (br 0)))
  (func $deeper (export "deeper") (call $deeper))
  (func $outside (export "outside") (result i32) (i32.load (i32.const 65536)))
  (func $far (export "far") (result i32) (i32.load (i32.const 4096)))
  (func (export "_start") (nop)))
