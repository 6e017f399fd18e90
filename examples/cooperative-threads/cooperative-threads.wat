;; Three threads in one instance. Two of them take turns; the third is a generator.
(component
  (import "say" (func $say (param "thread" u32) (param "step" u32)))
  (core type $start (func (param i32)))
  (core module $Table (table (export "table") 2 funcref))
  (core instance $table (instantiate $Table))
  (core func $say' (canon lower (func $say)))
  (core func $new (canon thread.new-indirect $start (core table $table "table")))
  (core func $index (canon thread.index))
  (core func $resume-later (canon thread.resume-later))
  (core func $suspend (canon thread.suspend))
  (core func $yield (canon thread.yield))
  (core func $switch (canon thread.suspend-then-resume))
  (core module $M
    (import "" "table" (table 2 funcref))
    (import "" "say" (func $say (param i32 i32)))
    (import "" "new" (func $new (param i32 i32) (result i32)))
    (import "" "index" (func $index (result i32)))
    (import "" "resume-later" (func $resume-later (param i32)))
    (import "" "suspend" (func $suspend (result i32)))
    (import "" "yield" (func $yield (result i32)))
    (import "" "switch" (func $switch (param i32) (result i32)))
    (elem (i32.const 0) $worker $fibonacci)
    (global $left (mut i32) (i32.const 0))  ;; workers that have not ended
    (global $main (mut i32) (i32.const 0))  ;; the thread of the call
    (global $next (mut i32) (i32.const 0))  ;; what the generator has made

    ;; Says its number and step, and lets the others run. The last one wakes the main thread.
    (func $worker (param $number i32) (local $step i32)
      (loop $again
        (local.set $step (i32.add (local.get $step) (i32.const 1)))
        (call $say (local.get $number) (local.get $step))
        (drop (call $yield))
        (br_if $again (i32.lt_u (local.get $step) (i32.const 3))))
      (global.set $left (i32.sub (global.get $left) (i32.const 1)))
      (if (i32.eqz (global.get $left)) (then (call $resume-later (global.get $main)))))

    ;; A new thread is suspended; it runs once it is resumed. The main thread sleeps meanwhile.
    (func (export "work") (param $workers i32) (local $number i32)
      (global.set $main (call $index))
      (global.set $left (local.get $workers))
      (loop $start
        (local.set $number (i32.add (local.get $number) (i32.const 1)))
        (call $resume-later (call $new (i32.const 0) (local.get $number)))
        (br_if $start (i32.lt_u (local.get $number) (local.get $workers))))
      (drop (call $suspend)))

    ;; Makes a number whenever somebody switches to it.
    (func $fibonacci (param i32) (local $a i32) (local $b i32)
      (local.set $b (i32.const 1))
      (loop $again
        (global.set $next (local.get $a))
        (local.set $b (i32.add (local.get $a) (local.get $b)))
        (local.set $a (i32.sub (local.get $b) (local.get $a)))
        (if (i32.eqz (call $switch (global.get $main)))
          (then (br_if $again (global.get $left))))))

    (func (export "fibonacci") (param $n i32) (result i32) (local $generator i32)
      (global.set $main (call $index))
      (global.set $left (i32.const 1))
      (local.set $generator (call $new (i32.const 1) (i32.const 0)))
      (loop $again
        (drop (call $switch (local.get $generator)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br_if $again (i32.ge_s (local.get $n) (i32.const 0))))
      ;; It ends when it is resumed once more.
      (global.set $left (i32.const 0))
      (call $resume-later (local.get $generator))
      (drop (call $yield))
      (global.get $next)))
  (core instance $m (instantiate $M (with "" (instance
    (export "table" (table $table "table"))
    (export "say" (func $say'))
    (export "new" (func $new))
    (export "index" (func $index))
    (export "resume-later" (func $resume-later))
    (export "suspend" (func $suspend))
    (export "yield" (func $yield))
    (export "switch" (func $switch))))))
  (func (export "work") async (param "workers" u32) (canon lift (core func $m "work")))
  (func (export "fibonacci") async (param "n" u32) (result u32)
    (canon lift (core func $m "fibonacci"))))
