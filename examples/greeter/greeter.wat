;; A component that greets: greet(name) logs what it does and returns a greeting.
(component $greeter
  (import "log" (func $log (param "msg" string)))

  ;; Memory and a bump allocator. Pages of one byte: the memory is as large as it must be, not
  ;; a multiple of 64 KiB.
  (core module $Memory
    (memory (export "memory") 4096 (pagesize 1))
    (global $next (mut i32) (i32.const 64))

    ;; Bytes below 64 are the greeter's; the rest is handed out. Too long a name is a trap.
    (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32)
                             (param $new-size i32) (result i32)
      (local $ptr i32)
      (local.set $ptr
        (i32.and
          (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
          (i32.sub (i32.const 0) (local.get $align))))
      (global.set $next (i32.add (local.get $ptr) (local.get $new-size)))
      (if (i32.gt_u (global.get $next) (memory.size))
        (then (unreachable)))
      (memory.copy (local.get $ptr) (local.get $old) (local.get $old-size))
      (local.get $ptr))

    ;; After a call nothing of it is needed any more.
    (func (export "reset") (param i32)
      (global.set $next (i32.const 64))))

  (core instance $memory (instantiate $Memory))
  (core func $log-core
    (canon lower (func $log) (memory (core memory $memory "memory"))))

  (core module $Greeter
    (import "host" "log" (func $log (param i32 i32)))
    (import "memory" "memory" (memory 4096 (pagesize 1)))
    (import "memory" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
    (data (i32.const 0) "Hello, !greeting ")

    ;; The result of greet, a string, is returned as the address of its pointer and length.
    (func (export "greet") (param $name i32) (param $size i32) (result i32)
      (local $text i32)
      ;; "greeting <name>" goes to the log ...
      (local.set $text
        (call $realloc (i32.const 0) (i32.const 0) (i32.const 1)
          (i32.add (local.get $size) (i32.const 9))))
      (memory.copy (local.get $text) (i32.const 8) (i32.const 9))
      (memory.copy (i32.add (local.get $text) (i32.const 9)) (local.get $name) (local.get $size))
      (call $log (local.get $text) (i32.add (local.get $size) (i32.const 9)))
      ;; ... and "Hello, <name>!" to the caller.
      (local.set $text
        (call $realloc (i32.const 0) (i32.const 0) (i32.const 1)
          (i32.add (local.get $size) (i32.const 8))))
      (memory.copy (local.get $text) (i32.const 0) (i32.const 7))
      (memory.copy (i32.add (local.get $text) (i32.const 7)) (local.get $name) (local.get $size))
      (memory.copy
        (i32.add (i32.add (local.get $text) (i32.const 7)) (local.get $size))
        (i32.const 7) (i32.const 1))
      (i32.store (i32.const 32) (local.get $text))
      (i32.store (i32.const 36) (i32.add (local.get $size) (i32.const 8)))
      (i32.const 32)))

  (core instance $greeter
    (instantiate $Greeter
      (with "host" (instance (export "log" (func $log-core))))
      (with "memory" (instance $memory))))

  (func $greet (param "name" string) (result string)
    (canon lift
      (core func $greeter "greet")
      (memory (core memory $memory "memory"))
      (realloc (core func $memory "realloc"))
      (post-return (core func $memory "reset"))))
  (export "greet" (func $greet)))
