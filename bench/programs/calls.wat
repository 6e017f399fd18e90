;; What calls across boundaries cost: host to guest, guest to host, component to component, each
;; with two integers, with a string of 1 KiB, and with a list of 32 records.
(component
  (import "host-scalar" (func $host-scalar (param "a" u32) (param "b" u32) (result u32)))
  (import "host-text" (func $host-text (param "text" string) (result u32)))
  (type $import (record (field "id" u32) (field "value" s32) (field "kind" u8)))
  (import "import-item" (type $Import (eq $import)))
  (import "host-records" (func $host-records (param "items" (list $Import)) (result u32)))

  (core module $Memory
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 4096))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.get $next)
      (global.set $next
        (i32.and (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 7))
                 (i32.const -8))))
    (func (export "reset") (param i32) (global.set $next (i32.const 4096))))

  ;; Called by the host and by the other component.
  (component $Callee
    (alias outer 1 $Memory (core module $Memory))
    (type $item (record (field "id" u32) (field "value" s32) (field "kind" u8)))
    (export $Item "item" (type $item))
    (core instance $memory (instantiate $Memory))
    (core module $Main
      (func (export "scalar") (param i32 i32) (result i32)
        (i32.add (local.get 0) (local.get 1)))
      (func (export "length") (param i32 i32) (result i32) (local.get 1)))
    (core instance $main (instantiate $Main))
    (func (export "scalar") (param "a" u32) (param "b" u32) (result u32)
      (canon lift (core func $main "scalar")))
    (func (export "text") (param "text" string) (result u32)
      (canon lift (core func $main "length") (memory (core memory $memory "memory"))
        (realloc (core func $memory "realloc")) (post-return (core func $memory "reset"))))
    (func (export "records") (param "items" (list $Item)) (result u32)
      (canon lift (core func $main "length") (memory (core memory $memory "memory"))
        (realloc (core func $memory "realloc")) (post-return (core func $memory "reset")))))
  (instance $callee (instantiate $Callee))

  ;; Calls the host and the other component.
  (component $Caller
    (alias outer 1 $Memory (core module $Memory))
    (type $item (record (field "id" u32) (field "value" s32) (field "kind" u8)))
    (import "item" (type $Item (eq $item)))
    (import "host-scalar" (func $host-scalar (param "a" u32) (param "b" u32) (result u32)))
    (import "host-text" (func $host-text (param "text" string) (result u32)))
    (import "host-records" (func $host-records (param "items" (list $Item)) (result u32)))
    (import "scalar" (func $scalar (param "a" u32) (param "b" u32) (result u32)))
    (import "text" (func $text (param "text" string) (result u32)))
    (import "records" (func $records (param "items" (list $Item)) (result u32)))
    (core instance $memory (instantiate $Memory))
    (alias core export $memory "memory" (core memory $mem))
    (core func $host-scalar (canon lower (func $host-scalar)))
    (core func $host-text (canon lower (func $host-text) (memory $mem)))
    (core func $host-records (canon lower (func $host-records) (memory $mem)))
    (core func $scalar (canon lower (func $scalar)))
    (core func $text (canon lower (func $text) (memory $mem)))
    (core func $records (canon lower (func $records) (memory $mem)))

    ;; run: calls function number $which $n times; the sum of its results.
    (core module $Main
      (import "memory" "memory" (memory 1))
      (import "host" "scalar" (func $host-scalar (param i32 i32) (result i32)))
      (import "host" "text" (func $host-text (param i32 i32) (result i32)))
      (import "host" "records" (func $host-records (param i32 i32) (result i32)))
      (import "callee" "scalar" (func $scalar (param i32 i32) (result i32)))
      (import "callee" "text" (func $text (param i32 i32) (result i32)))
      (import "callee" "records" (func $records (param i32 i32) (result i32)))
      (func $fill (memory.fill (i32.const 0) (i32.const 0x61) (i32.const 2048)))
      (start $fill)
      (func (export "run") (param $which i32) (param $n i32) (result i32) (local $sum i32)
        (loop $next
          (local.set $sum
            (i32.add (local.get $sum)
              (block $done (result i32)
                (block $5 (block $4 (block $3 (block $2 (block $1 (block $0
                  (br_table $0 $1 $2 $3 $4 $5 (local.get $which)))
                  (br $done (call $host-scalar (local.get $n) (i32.const 1))))
                  (br $done (call $host-text (i32.const 0) (i32.const 1024))))
                  (br $done (call $host-records (i32.const 0) (i32.const 32))))
                  (br $done (call $scalar (local.get $n) (i32.const 1))))
                  (br $done (call $text (i32.const 0) (i32.const 1024))))
                (call $records (i32.const 0) (i32.const 32)))))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br_if $next (local.get $n)))
        (local.get $sum)))
    (core instance $main (instantiate $Main
      (with "memory" (instance $memory))
      (with "host" (instance
        (export "scalar" (func $host-scalar))
        (export "text" (func $host-text))
        (export "records" (func $host-records))))
      (with "callee" (instance
        (export "scalar" (func $scalar))
        (export "text" (func $text))
        (export "records" (func $records))))))
    (func (export "run") (param "which" u32) (param "n" u32) (result u32)
      (canon lift (core func $main "run"))))
  (instance $caller (instantiate $Caller
    (with "item" (type $Import))
    (with "host-scalar" (func $host-scalar))
    (with "host-text" (func $host-text))
    (with "host-records" (func $host-records))
    (with "scalar" (func $callee "scalar"))
    (with "text" (func $callee "text"))
    (with "records" (func $callee "records"))))

  (export "run" (func $caller "run"))
  (export "scalar" (func $callee "scalar"))
  (export "text" (func $callee "text"))
  (alias export $callee "item" (type $item))
  (export $Item "item" (type $item))
  (export "records" (func $callee "records")
    (func (param "items" (list $Item)) (result u32))))
