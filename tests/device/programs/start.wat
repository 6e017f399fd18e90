(module
  (import "env" "started" (func $started (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "x")
  (func $start (call $started (i32.load8_u (i32.const 0))))
  (start $start))
