;; A thermostat: each one owns a heater, a resource of the host's, and is itself a resource with a
;; target. The types of both interfaces are what wrt-micro bindgen makes Python types of.
(component
  (import "demo:thermostat/board@1.0.0" (instance $board
    (export "heater" (type $heater (sub resource)))
    (export "[constructor]heater" (func (param "pin" u8) (result (own $heater))))
    (export "[method]heater.set" (func (param "self" (borrow $heater)) (param "on" bool)))
    (export "celsius" (func (result s32)))))
  (alias export $board "heater" (type $heater))
  (core func $open (canon lower (func $board "[constructor]heater")))
  (core func $set (canon lower (func $board "[method]heater.set")))
  (core func $celsius (canon lower (func $board "celsius")))
  (core func $drop (canon resource.drop $heater))

  ;; Thermostats are 8 bytes each, from 16 on: the handle of a heater, and a target.
  (core module $State
    (import "board" "drop" (func $drop (param i32)))
    (memory (export "memory") 144 (pagesize 1))
    (global $next (mut i32) (i32.const 16))
    (func (export "new") (param $heater i32) (param $target i32) (result i32)
      (i32.store (global.get $next) (local.get $heater))
      (i32.store offset=4 (global.get $next) (local.get $target))
      (global.set $next (i32.add (global.get $next) (i32.const 8)))
      (i32.sub (global.get $next) (i32.const 8)))
    (func (export "drop") (param $thermostat i32)
      (call $drop (i32.load (local.get $thermostat)))))
  (core instance $state
    (instantiate $State (with "board" (instance (export "drop" (func $drop))))))
  (alias core export $state "memory" (core memory $memory))
  (type $thermostat (resource (rep i32) (dtor (core func $state "drop"))))
  (core func $own (canon resource.new $thermostat))

  (core module $Main
    (import "board" "open" (func $open (param i32) (result i32)))
    (import "board" "set" (func $set (param i32 i32)))
    (import "board" "celsius" (func $celsius (result i32)))
    (import "state" "memory" (memory 144 (pagesize 1)))
    (import "state" "new" (func $new (param i32 i32) (result i32)))
    (import "own" "own" (func $own (param i32) (result i32)))
    (func (export "new") (param $pin i32) (param $target i32) (result i32)
      (call $own (call $new (call $open (local.get $pin)) (local.get $target))))
    ;; The status stands at 0: the mode, a byte, then both temperatures.
    (func (export "step") (param $thermostat i32) (result i32) (local $on i32)
      (i32.store (i32.const 4) (call $celsius))
      (i32.store (i32.const 8) (i32.load offset=4 (local.get $thermostat)))
      (local.set $on (i32.lt_s (i32.load (i32.const 4)) (i32.load (i32.const 8))))
      (i32.store8 (i32.const 0) (local.get $on))
      (call $set (i32.load (local.get $thermostat)) (local.get $on))
      (i32.const 0)))
  (core instance $main (instantiate $Main
    (with "board" (instance
      (export "open" (func $open)) (export "set" (func $set)) (export "celsius" (func $celsius))))
    (with "state" (instance $state))
    (with "own" (instance (export "own" (func $own))))))

  (type $mode (enum "idle" "heating"))
  (type $status (record (field "mode" $mode) (field "celsius" s32) (field "target" s32)))
  (func $new (param "pin" u8) (param "target" s32) (result (own $thermostat))
    (canon lift (core func $main "new")))
  (func $step (param "self" (borrow $thermostat)) (result $status)
    (canon lift (core func $main "step") (memory $memory)))

  ;; The interface gives the types their names.
  (component $Control
    (import "thermostat" (type $t (sub resource)))
    (type $mode (enum "idle" "heating"))
    (import "mode" (type $m (eq $mode)))
    (type $status (record (field "mode" $m) (field "celsius" s32) (field "target" s32)))
    (import "status" (type $s (eq $status)))
    (import "new" (func $new (param "pin" u8) (param "target" s32) (result (own $t))))
    (import "step" (func $step (param "self" (borrow $t)) (result $s)))
    (export $T "thermostat" (type $t))
    (export $M "mode" (type $m))
    (type $status' (record (field "mode" $M) (field "celsius" s32) (field "target" s32)))
    (export $S "status" (type $status'))
    (export "[constructor]thermostat" (func $new)
      (func (param "pin" u8) (param "target" s32) (result (own $T))))
    (export "[method]thermostat.step" (func $step)
      (func (param "self" (borrow $T)) (result $S))))
  (instance $control (instantiate $Control
    (with "thermostat" (type $thermostat)) (with "mode" (type $mode)) (with "status" (type $status))
    (with "new" (func $new)) (with "step" (func $step))))
  (export "demo:thermostat/control@1.0.0" (instance $control)))
