;; demo:temperature: degrees Celsius from what an analog input reads. Any calibration from 1.0.0 on
;; will do.
(component
  (import "demo:calibration/table@1.0.0" (instance $table
    (export "correct" (func (param "raw" s32) (param "gain" s32) (result s32)))))
  (core func $correct (canon lower (func $table "correct")))
  (core module $Main
    (import "table" "correct" (func $correct (param i32 i32) (result i32)))
    (func (export "celsius") (param $raw i32) (result i32)
      (i32.sub (call $correct (local.get $raw) (i32.const 32)) (i32.const 40))))
  (core instance $main
    (instantiate $Main (with "table" (instance (export "correct" (func $correct))))))
  (func $celsius (param "raw" s32) (result s32) (canon lift (core func $main "celsius")))
  (instance $sensor (export "celsius" (func $celsius)))
  (export "demo:temperature/sensor@1.0.0" (instance $sensor)))
