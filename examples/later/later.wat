;; Calls that wait for Python, which answers when it can: as a function's result, or with a future.
(component
  (import "measure" (func $measure async (param "pin" u32) (result u32)))
  (type $value (future u32))
  (core module $Memory (memory (export "memory") 0x100 (pagesize 1)))
  (core instance $memory (instantiate $Memory))
  (core func $measure (canon lower (func $measure)))
  (core func $new (canon future.new $value))
  (core func $read (canon future.read $value (memory (core memory $memory "memory"))))
  (core func $write (canon future.write $value (memory (core memory $memory "memory"))))
  (core func $drop-readable (canon future.drop-readable $value))
  (core func $drop-writable (canon future.drop-writable $value))
  (core func $return-sum (canon task.return (result u32)))
  (core func $return-value (canon task.return (result $value)))
  (core module $Main
    (import "" "memory" (memory 0x100 (pagesize 1)))
    (import "" "measure" (func $measure (param i32) (result i32)))
    (import "" "new" (func $new (result i64)))
    (import "" "read" (func $read (param i32 i32) (result i32)))
    (import "" "write" (func $write (param i32 i32) (result i32)))
    (import "" "drop-readable" (func $drop-readable (param i32)))
    (import "" "drop-writable" (func $drop-writable (param i32)))
    (import "" "return-sum" (func $return-sum (param i32)))
    (import "" "return-value" (func $return-value (param i32)))

    ;; Waits where it calls; other calls go on meanwhile.
    (func (export "difference") (param $pin i32) (param $other i32)
      (call $return-sum
        (i32.sub (call $measure (local.get $pin)) (call $measure (local.get $other)))))

    ;; Returns a future at once, and writes it when the value is there.
    (func (export "soon") (param $pin i32) (local $ends i64) (local $end i32)
      (local.set $ends (call $new))
      (call $return-value (i32.wrap_i64 (local.get $ends)))
      (local.set $end (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
      (i32.store (i32.const 0) (call $measure (local.get $pin)))
      (drop (call $write (local.get $end) (i32.const 0)))
      (call $drop-writable (local.get $end)))

    (func (export "plus-one") (param $value i32)
      (drop (call $read (local.get $value) (i32.const 8)))
      (call $drop-readable (local.get $value))
      (call $return-sum (i32.add (i32.load (i32.const 8)) (i32.const 1))))

    ;; Never ends, and never waits.
    (func (export "spin") (loop $again (br $again))))
  (core instance $main (instantiate $Main (with "" (instance
    (export "memory" (memory $memory "memory"))
    (export "measure" (func $measure))
    (export "new" (func $new))
    (export "read" (func $read))
    (export "write" (func $write))
    (export "drop-readable" (func $drop-readable))
    (export "drop-writable" (func $drop-writable))
    (export "return-sum" (func $return-sum))
    (export "return-value" (func $return-value))))))
  (func (export "difference") async (param "pin" u32) (param "other" u32) (result u32)
    (canon lift (core func $main "difference") async))
  (func (export "soon") async (param "pin" u32) (result $value)
    (canon lift (core func $main "soon") async))
  (func (export "plus-one") async (param "value" $value) (result u32)
    (canon lift (core func $main "plus-one") async))
  (func (export "spin") async (canon lift (core func $main "spin") async)))
