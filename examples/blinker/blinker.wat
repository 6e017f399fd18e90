;; A resource that the host defines: pins of a board. This component opens one, switches it, and
;; drops it, by its handle; what a pin is, only the host knows.
(component
  (import "demo:board/pins@1.0.0" (instance $pins
    (export "pin" (type $pin (sub resource)))
    (export "[constructor]pin" (func (param "number" u8) (result (own $pin))))
    (export "[method]pin.set" (func (param "self" (borrow $pin)) (param "high" bool)))
    (export "[static]pin.count" (func (result u8)))))
  (import "sleep-ms" (func $sleep (param "duration" u32)))
  (alias export $pins "pin" (type $pin))

  (core func $open (canon lower (func $pins "[constructor]pin")))
  (core func $set (canon lower (func $pins "[method]pin.set")))
  (core func $count (canon lower (func $pins "[static]pin.count")))
  (core func $drop (canon resource.drop $pin))
  (core func $sleep (canon lower (func $sleep)))

  (core module $Blinker
    (import "pin" "open" (func $open (param i32) (result i32)))
    (import "pin" "set" (func $set (param i32 i32)))
    (import "pin" "count" (func $count (result i32)))
    (import "pin" "drop" (func $drop (param i32)))
    (import "time" "sleep" (func $sleep (param i32)))

    ;; Blinks some times with a pin of its own: opened here, dropped here.
    (func (export "blink") (param $number i32) (param $times i32) (local $pin i32)
      (local.set $pin (call $open (local.get $number)))
      (block $done
        (loop $next
          (br_if $done (i32.eqz (local.get $times)))
          (call $set (local.get $pin) (i32.const 1))
          (call $sleep (i32.const 20))
          (call $set (local.get $pin) (i32.const 0))
          (call $sleep (i32.const 80))
          (local.set $times (i32.sub (local.get $times) (i32.const 1)))
          (br $next)))
      (call $drop (local.get $pin)))

    ;; Switches a pin on that the caller only lends: its handle must be dropped before returning.
    (func (export "light") (param $pin i32)
      (call $set (local.get $pin) (i32.const 1))
      (call $drop (local.get $pin)))

    (func (export "pins") (result i32) (call $count)))
  (core instance $blinker (instantiate $Blinker
    (with "pin" (instance
      (export "open" (func $open)) (export "set" (func $set))
      (export "count" (func $count)) (export "drop" (func $drop))))
    (with "time" (instance (export "sleep" (func $sleep))))))

  (func (export "blink") (param "number" u8) (param "times" u32)
    (canon lift (core func $blinker "blink")))
  (func (export "light") (param "pin" (borrow $pin))
    (canon lift (core func $blinker "light")))
  (func (export "pins") (result u8)
    (canon lift (core func $blinker "pins"))))
