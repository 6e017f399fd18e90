;; Two components and a stream of bytes between them. `squares` writes the stream, `total` reads it.
;; Both use the synchronous forms of stream.write and stream.read: whoever comes first waits, and the
;; other one goes on.
(component
  (component $Squares
    (core module $Memory (memory (export "memory") 0x100 (pagesize 1)))
    (core instance $memory (instantiate $Memory))
    (type $bytes (stream u8))
    (core func $new (canon stream.new $bytes))
    (core func $write (canon stream.write $bytes (memory (core memory $memory "memory"))))
    (core func $drop (canon stream.drop-writable $bytes))
    (core func $return (canon task.return (result $bytes)))
    (core module $Main
      (import "" "memory" (memory 0x100 (pagesize 1)))
      (import "" "new" (func $new (result i64)))
      (import "" "write" (func $write (param i32 i32 i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (import "" "return" (func $return (param i32)))

      ;; Gives away the readable end at once, then writes 1, 4, 9, ... to the other one, 8 at a time.
      (func (export "squares") (param $count i32)
        (local $ends i64) (local $end i32) (local $n i32)
        (local $filled i32) (local $sent i32) (local $result i32)
        (local.set $ends (call $new))
        (local.set $end (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
        (call $return (i32.wrap_i64 (local.get $ends)))
        (block $done
          (loop $next
            (br_if $done (i32.ge_u (local.get $n) (local.get $count)))
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (i32.store8 (local.get $filled) (i32.mul (local.get $n) (local.get $n)))
            (local.set $filled (i32.add (local.get $filled) (i32.const 1)))
            (br_if $next (i32.and
              (i32.lt_u (local.get $filled) (i32.const 8))
              (i32.lt_u (local.get $n) (local.get $count))))
            ;; A write ends when a read took something: it says how much, and in the low 4 bits
            ;; whether the reader is gone.
            (local.set $sent (i32.const 0))
            (loop $rest
              (local.set $result (call $write
                (local.get $end)
                (local.get $sent)
                (i32.sub (local.get $filled) (local.get $sent))))
              (br_if $done (i32.and (local.get $result) (i32.const 15)))
              (local.set $sent
                (i32.add (local.get $sent) (i32.shr_u (local.get $result) (i32.const 4))))
              (br_if $rest (i32.lt_u (local.get $sent) (local.get $filled))))
            (local.set $filled (i32.const 0))
            (br $next)))
        (call $drop (local.get $end))))
    (core instance $main (instantiate $Main (with "" (instance
      (export "memory" (memory $memory "memory"))
      (export "new" (func $new))
      (export "write" (func $write))
      (export "drop" (func $drop))
      (export "return" (func $return))))))
    (func (export "squares") async (param "count" u32) (result $bytes)
      (canon lift (core func $main "squares") async)))

  (component $Total
    (import "squares" (func $squares async (param "count" u32) (result (stream u8))))
    (core module $Memory (memory (export "memory") 0x100 (pagesize 1)))
    (core instance $memory (instantiate $Memory))
    (type $bytes (stream u8))
    (core func $squares (canon lower (func $squares)))
    (core func $read (canon stream.read $bytes (memory (core memory $memory "memory"))))
    (core func $drop (canon stream.drop-readable $bytes))
    (core module $Main
      (import "" "memory" (memory 0x100 (pagesize 1)))
      (import "" "squares" (func $squares (param i32) (result i32)))
      (import "" "read" (func $read (param i32 i32 i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))

      (func (export "total") (param $count i32) (result i32)
        (local $end i32) (local $got i32) (local $i i32) (local $sum i32)
        (local.set $end (call $squares (local.get $count)))
        (loop $more
          (local.set $got (call $read (local.get $end) (i32.const 0) (i32.const 5)))
          (local.set $i (i32.const 0))
          (block $added
            (loop $next
              (br_if $added (i32.ge_u (local.get $i) (i32.shr_u (local.get $got) (i32.const 4))))
              (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $i))))
              (local.set $i (i32.add (local.get $i) (i32.const 1)))
              (br $next)))
          ;; Until the other end is dropped.
          (br_if $more (i32.eqz (i32.and (local.get $got) (i32.const 15)))))
        (call $drop (local.get $end))
        (local.get $sum)))
    (core instance $main (instantiate $Main (with "" (instance
      (export "memory" (memory $memory "memory"))
      (export "squares" (func $squares))
      (export "read" (func $read))
      (export "drop" (func $drop))))))
    (func (export "total") async (param "count" u32) (result u32)
      (canon lift (core func $main "total"))))

  (instance $squares (instantiate $Squares))
  (instance $total (instantiate $Total (with "squares" (func $squares "squares"))))
  (export "squares" (func $squares "squares"))
  (export "total" (func $total "total")))
