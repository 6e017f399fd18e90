;; Records, flags, lists, options, variants and results, as a component in WebAssembly text has them.
(component
  ;; Types that functions use must have names outside, too: each is exported, and used from there.
  (type $state (flags "calibrated" "stale"))
  (export $State "state" (type $state))
  (type $reading (record (field "pin" u8) (field "value" s32) (field "state" $State)))
  (export $Reading "reading" (type $reading))
  (type $span (record (field "lowest" s32) (field "highest" s32)))
  (export $Span "span" (type $span))
  (type $advice (variant (case "wait") (case "cool" u32) (case "heat" u32)))
  (export $Advice "advice" (type $advice))

  (core module $Memory
    (memory (export "memory") 1024 (pagesize 1))
    (global $next (mut i32) (i32.const 64))
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
      (local.get $ptr))
    (func (export "reset") (param i32)
      (global.set $next (i32.const 64))))
  (core instance $memory (instantiate $Memory))
  (alias core export $memory "memory" (core memory $mem))
  (alias core export $memory "realloc" (core func $realloc))
  (alias core export $memory "reset" (core func $reset))

  (core module $Records
    (import "memory" "memory" (memory 1024 (pagesize 1)))
    (data (i32.const 32) "no fresh value")

    ;; span: a list is its address and length. A reading takes 12 bytes: pin at 0, value at 4,
    ;; state at 8, where bit 1 is "stale".
    (func (export "span") (param $readings i32) (param $count i32) (result i32)
      (local $value i32) (local $found i32)
      (block $done
        (loop $next
          (br_if $done (i32.eqz (local.get $count)))
          (if (i32.eqz (i32.and (i32.load8_u offset=8 (local.get $readings)) (i32.const 2)))
            (then
              (local.set $value (i32.load offset=4 (local.get $readings)))
              (if (i32.or (i32.eqz (local.get $found))
                          (i32.lt_s (local.get $value) (i32.load (i32.const 4))))
                (then (i32.store (i32.const 4) (local.get $value))))
              (if (i32.or (i32.eqz (local.get $found))
                          (i32.gt_s (local.get $value) (i32.load (i32.const 8))))
                (then (i32.store (i32.const 8) (local.get $value))))
              (local.set $found (i32.const 1))))
          (local.set $readings (i32.add (local.get $readings) (i32.const 12)))
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br $next)))
      ;; option<span>: 0 or 1, and then, aligned, the span.
      (i32.store8 (i32.const 0) (local.get $found))
      (i32.const 0))

    ;; advise: a record is its fields, flags are bits. The result is a case at 0; its payload, at 4,
    ;; is an advice, which is again a case and a payload, or a string.
    (func (export "advise") (param $pin i32) (param $value i32) (param $state i32)
                            (param $wanted i32) (result i32)
      (if (i32.and (local.get $state) (i32.const 2))
        (then
          (i32.store8 (i32.const 0) (i32.const 1))
          (i32.store (i32.const 4) (i32.const 32))
          (i32.store (i32.const 8) (i32.const 14)))
        (else
          (i32.store8 (i32.const 0) (i32.const 0))
          (i32.store8 (i32.const 4)
            (select
              (i32.const 1)
              (i32.shl (i32.lt_s (local.get $value) (local.get $wanted)) (i32.const 1))
              (i32.gt_s (local.get $value) (local.get $wanted))))
          (i32.store (i32.const 8) (i32.sub (local.get $value) (local.get $wanted)))
          (if (i32.lt_s (local.get $value) (local.get $wanted))
            (then
              (i32.store (i32.const 8) (i32.sub (local.get $wanted) (local.get $value)))))))
      (i32.const 0)))
  (core instance $records (instantiate $Records (with "memory" (instance $memory))))

  (func (export "span-of") (param "readings" (list $Reading)) (result (option $Span))
    (canon lift (core func $records "span") (memory $mem) (realloc $realloc) (post-return $reset)))
  (func (export "advise") (param "reading" $Reading) (param "wanted" s32)
      (result (result $Advice (error string)))
    (canon lift (core func $records "advise") (memory $mem))))
