;; demo:calibration: numbers as sensors give them become numbers for people. Others share it: it
;; counts all that it corrected.
(component
  (core module $Main
    (global $used (mut i32) (i32.const 0))
    (func (export "correct") (param $raw i32) (param $gain i32) (result i32)
      (global.set $used (i32.add (global.get $used) (i32.const 1)))
      (i32.div_s (i32.mul (local.get $raw) (local.get $gain)) (i32.const 256)))
    (func (export "used") (result i32) (global.get $used)))
  (core instance $main (instantiate $Main))
  (func $correct (param "raw" s32) (param "gain" s32) (result s32)
    (canon lift (core func $main "correct")))
  (func $used (result u32) (canon lift (core func $main "used")))
  (instance $table (export "correct" (func $correct)) (export "used" (func $used)))
  (export "demo:calibration/table@1.1.0" (instance $table)))
