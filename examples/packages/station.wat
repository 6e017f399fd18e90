;; demo:station: shows temperature and humidity, and says how many numbers were corrected for it.
;; What is shown, and where, is the device's business: nobody exports the display.
(component
  (import "demo:temperature/sensor@1.0.0" (instance $temperature
    (export "celsius" (func (param "raw" s32) (result s32)))))
  (import "demo:humidity/sensor@1.0.0" (instance $humidity
    (export "percent" (func (param "raw" s32) (result s32)))))
  (import "demo:calibration/table@1.1.0" (instance $table
    (export "used" (func (result u32)))))
  (import "demo:station/display@0.1.0" (instance $display
    (export "show" (func (param "celsius" s32) (param "percent" s32)))))
  (core func $celsius (canon lower (func $temperature "celsius")))
  (core func $percent (canon lower (func $humidity "percent")))
  (core func $used (canon lower (func $table "used")))
  (core func $show (canon lower (func $display "show")))
  (core module $Main
    (import "parts" "celsius" (func $celsius (param i32) (result i32)))
    (import "parts" "percent" (func $percent (param i32) (result i32)))
    (import "parts" "used" (func $used (result i32)))
    (import "parts" "show" (func $show (param i32 i32)))
    (func (export "observe") (param $temperature i32) (param $humidity i32) (result i32)
      (call $show (call $celsius (local.get $temperature)) (call $percent (local.get $humidity)))
      (call $used)))
  (core instance $main (instantiate $Main (with "parts" (instance
    (export "celsius" (func $celsius)) (export "percent" (func $percent))
    (export "used" (func $used)) (export "show" (func $show))))))
  (func (export "observe") (param "temperature" s32) (param "humidity" s32) (result u32)
    (canon lift (core func $main "observe"))))
