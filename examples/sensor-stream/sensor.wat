;; A stream of sensor readings, from Python and back to it. `smooth` reads it and writes another one
;; with the average of each few; `watch` reads until it has seen enough, and then drops it.
(component
  (type $readings (stream u16))
  (core module $Memory (memory (export "memory") 0x100 (pagesize 1)))
  (core instance $memory (instantiate $Memory))
  (core func $new (canon stream.new $readings))
  (core func $read (canon stream.read $readings (memory (core memory $memory "memory"))))
  (core func $write (canon stream.write $readings (memory (core memory $memory "memory"))))
  (core func $drop-readable (canon stream.drop-readable $readings))
  (core func $drop-writable (canon stream.drop-writable $readings))
  (core func $return (canon task.return (result $readings)))
  (core module $Main
    (import "" "memory" (memory 0x100 (pagesize 1)))
    (import "" "new" (func $new (result i64)))
    (import "" "read" (func $read (param i32 i32 i32) (result i32)))
    (import "" "write" (func $write (param i32 i32 i32) (result i32)))
    (import "" "drop-readable" (func $drop-readable (param i32)))
    (import "" "drop-writable" (func $drop-writable (param i32)))
    (import "" "return" (func $return (param i32)))

    (func (export "smooth") (param $readings i32) (param $window i32)
      (local $ends i64) (local $averages i32) (local $count i32) (local $sum i32) (local $got i32)
      (local.set $ends (call $new))
      (local.set $averages (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
      ;; The caller gets its end now, and this goes on.
      (call $return (i32.wrap_i64 (local.get $ends)))
      (block $done
        (loop $more
          ;; A read says how many elements came, and in the low 4 bits whether the other end is gone.
          (local.set $got (call $read (local.get $readings) (i32.const 0) (i32.const 1)))
          (br_if $done (i32.eqz (i32.shr_u (local.get $got) (i32.const 4))))
          (local.set $sum (i32.add (local.get $sum) (i32.load16_u (i32.const 0))))
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (if (i32.eq (local.get $count) (local.get $window))
            (then
              (i32.store16 (i32.const 8) (i32.div_u (local.get $sum) (local.get $count)))
              (local.set $sum (i32.const 0))
              (local.set $count (i32.const 0))
              ;; Waits until Python reads; the low bits say whether it never will.
              (br_if $done (i32.and (i32.const 15)
                (call $write (local.get $averages) (i32.const 8) (i32.const 1))))))
          (br_if $more (i32.eqz (i32.and (local.get $got) (i32.const 15))))))
      (call $drop-readable (local.get $readings))
      (call $drop-writable (local.get $averages)))

    (func (export "watch") (param $readings i32) (param $limit i32) (result i32)
      (local $count i32) (local $got i32)
      (block $done
        (loop $more
          (local.set $got (call $read (local.get $readings) (i32.const 16) (i32.const 1)))
          (br_if $done (i32.eqz (i32.shr_u (local.get $got) (i32.const 4))))
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (br_if $done (i32.gt_u (i32.load16_u (i32.const 16)) (local.get $limit)))
          (br_if $more (i32.eqz (i32.and (local.get $got) (i32.const 15))))))
      (call $drop-readable (local.get $readings))
      (local.get $count)))
  (core instance $main (instantiate $Main (with "" (instance
    (export "memory" (memory $memory "memory"))
    (export "new" (func $new))
    (export "read" (func $read))
    (export "write" (func $write))
    (export "drop-readable" (func $drop-readable))
    (export "drop-writable" (func $drop-writable))
    (export "return" (func $return))))))
  (func (export "smooth") async (param "readings" $readings) (param "window" u32) (result $readings)
    (canon lift (core func $main "smooth") async))
  (func (export "watch") async (param "readings" $readings) (param "limit" u16) (result u32)
    (canon lift (core func $main "watch"))))
