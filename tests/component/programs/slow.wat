;; Calls that take long: alone, with a borrowed resource of the host's, and in another component.
(component
  (import "demo:kit/files@1.0.0" (instance $files
    (export "file" (type $file (sub resource)))
    (export "[method]file.size" (func (param "self" (borrow $file)) (result u32)))))
  (alias export $files "file" (type $file))
  (core func $size (canon lower (func $files "[method]file.size")))
  (core func $drop (canon resource.drop $file))
  (component $Worker
    (core module $M
      (func (export "sum") (param $n i32) (result i32) (local $sum i32)
        (loop $next
          (local.set $sum (i32.add (local.get $sum) (local.get $n)))
          (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $sum)))
    (core instance $m (instantiate $M))
    (func (export "sum") (param "n" u32) (result u32) (canon lift (core func $m "sum"))))
  (component $Boss
    (import "sum" (func $sum (param "n" u32) (result u32)))
    (core func $sum (canon lower (func $sum)))
    (core module $M
      (import "" "sum" (func $sum (param i32) (result i32)))
      (func (export "ask") (param i32) (result i32) (call $sum (local.get 0))))
    (core instance $m (instantiate $M (with "" (instance (export "sum" (func $sum))))))
    (func (export "ask") (param "n" u32) (result u32) (canon lift (core func $m "ask"))))
  (instance $worker (instantiate $Worker))
  (instance $boss (instantiate $Boss (with "sum" (func $worker "sum"))))
  (core module $M
    (import "" "size" (func $size (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (memory (export "memory") 8 (pagesize 1))
    (func (export "measure") (param $file i32) (param $n i32) (result i32)
      (loop $next
        (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (i32.store (i32.const 4) (call $size (local.get $file)))
      (i32.store8 (i32.const 0) (i32.gt_u (i32.load (i32.const 4)) (i32.const 9)))
      (call $drop (local.get $file))
      (i32.const 0)))
  (core instance $m (instantiate $M (with "" (instance
    (export "size" (func $size)) (export "drop" (func $drop))))))
  (func (export "measure") (param "file" (borrow $file)) (param "n" u32)
      (result (result u32 (error u32)))
    (canon lift (core func $m "measure") (memory (core memory $m "memory"))))
  (export "sum" (func $worker "sum"))
  (export "ask" (func $boss "ask")))
