;; A resource that a component defines: counters, which live in its memory. Outside, a counter is
;; a handle; what it stands for, its representation, is the address of the counter's value.
(component
  (import "freed" (func $freed (param "value" u32)))

  ;; Four counters of 8 bytes: in use or not, and the value.
  (core module $Memory
    (import "host" "freed" (func $freed (param i32)))
    (memory (export "memory") 32 (pagesize 1))
    ;; The destructor of the resource type: it gets the representation.
    (func (export "free") (param $counter i32)
      (i32.store (local.get $counter) (i32.const 0))
      (call $freed (i32.load offset=4 (local.get $counter)))))
  (core func $freed (canon lower (func $freed)))
  (core instance $memory (instantiate $Memory
    (with "host" (instance (export "freed" (func $freed))))))

  (type $counter (resource (rep i32) (dtor (core func $memory "free"))))
  (core func $new (canon resource.new $counter))
  (core func $rep (canon resource.rep $counter))
  (core func $drop (canon resource.drop $counter))

  (core module $Counter
    (import "memory" "memory" (memory 32 (pagesize 1)))
    (import "counter" "new" (func $new (param i32) (result i32)))
    (import "counter" "rep" (func $rep (param i32) (result i32)))
    (import "counter" "drop" (func $drop (param i32)))

    ;; The constructor returns a handle that its caller owns. A fifth counter is a trap.
    (func $construct (export "construct") (param $value i32) (result i32)
      (local $counter i32)
      (block $found
        (loop $next
          (br_if $found (i32.eqz (i32.load (local.get $counter))))
          (local.set $counter (i32.add (local.get $counter) (i32.const 8)))
          (br $next)))
      (i32.store (local.get $counter) (i32.const 1))
      (i32.store offset=4 (local.get $counter) (local.get $value))
      (call $new (local.get $counter)))

    ;; A method borrows the counter: its own component gets the representation.
    (func (export "increment") (param $counter i32) (result i32)
      (i32.store offset=4 (local.get $counter)
        (i32.add (i32.load offset=4 (local.get $counter)) (i32.const 1)))
      (i32.load offset=4 (local.get $counter)))

    ;; Two counters are given to `merge`, as handles: it has to drop them, or nobody does.
    (func (export "merge") (param $a i32) (param $b i32) (result i32)
      (local $sum i32)
      (local.set $sum
        (i32.add (i32.load offset=4 (call $rep (local.get $a)))
                 (i32.load offset=4 (call $rep (local.get $b)))))
      (call $drop (local.get $a))
      (call $drop (local.get $b))
      (call $construct (local.get $sum))))
  (core instance $code (instantiate $Counter
    (with "memory" (instance $memory))
    (with "counter" (instance
      (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop))))))

  (func $construct (param "value" u32) (result (own $counter))
    (canon lift (core func $code "construct")))
  (func $increment (param "self" (borrow $counter)) (result u32)
    (canon lift (core func $code "increment")))
  (func $merge (param "a" (own $counter)) (param "b" (own $counter)) (result (own $counter))
    (canon lift (core func $code "merge")))

  ;; What an interface exports is made in a component of its own, which gives the type its name.
  (component $Interface
    (import "import-type-counter" (type $type (sub resource)))
    (import "import-construct" (func $construct (param "value" u32) (result (own $type))))
    (import "import-increment" (func $increment (param "self" (borrow $type)) (result u32)))
    (import "import-merge"
      (func $merge (param "a" (own $type)) (param "b" (own $type)) (result (own $type))))
    (export $counter "counter" (type $type))
    (export "[constructor]counter" (func $construct)
      (func (param "value" u32) (result (own $counter))))
    (export "[method]counter.increment" (func $increment)
      (func (param "self" (borrow $counter)) (result u32)))
    (export "[static]counter.merge" (func $merge)
      (func (param "a" (own $counter)) (param "b" (own $counter)) (result (own $counter)))))
  (instance $counting (instantiate $Interface
    (with "import-type-counter" (type $counter))
    (with "import-construct" (func $construct))
    (with "import-increment" (func $increment))
    (with "import-merge" (func $merge))))
  (export "demo:kit/counting@1.0.0" (instance $counting)))
