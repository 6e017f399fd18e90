;; Two components linked into one: $Shout makes text loud, $Poster uses it. Each has a memory of its
;; own and its own string encoding; neither can see the other's bytes.
(component
  (component $Shout
    (core module $Main
      (memory (export "memory") 512 (pagesize 1))
      (global $next (mut i32) (i32.const 16))
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
        (if (i32.lt_u (local.get $new-size) (local.get $old-size))
          (then (local.set $old-size (local.get $new-size))))
        (memory.copy (local.get $ptr) (local.get $old) (local.get $old-size))
        (local.get $ptr))
      (func (export "reset") (param i32) (global.set $next (i32.const 16)))

      ;; Text in UTF-16: small letters of the Latin alphabet become capitals, in place.
      (func (export "shout") (param $text i32) (param $units i32) (result i32)
        (local $at i32) (local $left i32)
        (local.set $at (local.get $text))
        (local.set $left (local.get $units))
        (block $done
          (loop $next
            (br_if $done (i32.eqz (local.get $left)))
            (if (i32.lt_u (i32.sub (i32.load16_u (local.get $at)) (i32.const 97)) (i32.const 26))
              (then
                (i32.store16 (local.get $at)
                  (i32.sub (i32.load16_u (local.get $at)) (i32.const 32)))))
            (local.set $at (i32.add (local.get $at) (i32.const 2)))
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))
            (br $next)))
        (i32.store (i32.const 0) (local.get $text))
        (i32.store (i32.const 4) (local.get $units))
        (i32.const 0)))
    (core instance $main (instantiate $Main))
    (func (export "shout") (param "text" string) (result string)
      (canon lift (core func $main "shout") string-encoding=utf16
        (memory (core memory $main "memory"))
        (realloc (core func $main "realloc"))
        (post-return (core func $main "reset")))))

  (component $Poster
    (import "shout" (func $shout (param "text" string) (result string)))
    (import "show" (func $show (param "line" string)))
    (core module $Memory
      (memory (export "memory") 512 (pagesize 1))
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
        (if (i32.lt_u (local.get $new-size) (local.get $old-size))
          (then (local.set $old-size (local.get $new-size))))
        (memory.copy (local.get $ptr) (local.get $old) (local.get $old-size))
        (local.get $ptr))
      (func (export "reset") (global.set $next (i32.const 64))))
    (core instance $memory (instantiate $Memory))
    (alias core export $memory "memory" (core memory $mem))
    (alias core export $memory "realloc" (core func $realloc))
    (core func $shout (canon lower (func $shout) (memory $mem) (realloc $realloc)))
    (core func $show (canon lower (func $show) (memory $mem)))
    (core module $Main
      (import "memory" "memory" (memory 512 (pagesize 1)))
      (import "shout" "shout" (func $shout (param i32 i32 i32)))
      (import "show" "show" (func $show (param i32 i32)))
      ;; Shows each text of a list, loud. Texts are pairs of address and length; `shout` writes the
      ;; pair of its result to where its last parameter says.
      (func (export "post") (param $texts i32) (param $count i32)
        (block $done
          (loop $next
            (br_if $done (i32.eqz (local.get $count)))
            (call $shout
              (i32.load (local.get $texts)) (i32.load offset=4 (local.get $texts)) (i32.const 0))
            (call $show (i32.load (i32.const 0)) (i32.load (i32.const 4)))
            (local.set $texts (i32.add (local.get $texts) (i32.const 8)))
            (local.set $count (i32.sub (local.get $count) (i32.const 1)))
            (br $next)))))
    (core instance $main (instantiate $Main
      (with "memory" (instance $memory))
      (with "shout" (instance (export "shout" (func $shout))))
      (with "show" (instance (export "show" (func $show))))))
    (func (export "post") (param "texts" (list string))
      (canon lift (core func $main "post") (memory $mem) (realloc $realloc)
        (post-return (core func $memory "reset")))))

  ;; The link: what Shout exports is what Poster imports. The host only provides `show`.
  (import "show" (func $show (param "line" string)))
  (instance $shout (instantiate $Shout))
  (instance $poster (instantiate $Poster
    (with "shout" (func $shout "shout"))
    (with "show" (func $show))))
  (export "post" (func $poster "post")))
