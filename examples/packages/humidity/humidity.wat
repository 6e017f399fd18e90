;; demo:humidity: relative humidity in percent, from what an analog input reads.
(component
  (import "demo:calibration/table@1.1.0" (instance $table
    (export "correct" (func (param "raw" s32) (param "gain" s32) (result s32)))))
  (core func $correct (canon lower (func $table "correct")))
  (core module $Main
    (import "table" "correct" (func $correct (param i32 i32) (result i32)))
    (func (export "percent") (param $raw i32) (result i32)
      (call $correct (local.get $raw) (i32.const 25))))
  (core instance $main
    (instantiate $Main (with "table" (instance (export "correct" (func $correct))))))
  (func $percent (param "raw" s32) (result s32) (canon lift (core func $main "percent")))
  (instance $sensor (export "percent" (func $percent)))
  (export "demo:humidity/sensor@1.0.0" (instance $sensor)))
