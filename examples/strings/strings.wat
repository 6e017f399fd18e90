;; Text. One core function counts code units; lifted three times, it sees the same text in three
;; encodings. The host transcodes, so neither side ever knows which encoding the other one uses.
(component
  (core module $Memory
    (memory (export "memory") 1024 (pagesize 1))
    (global $next (mut i32) (i32.const 16))
    ;; The host asks for memory for an argument, and, while it transcodes, for more or less of it.
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
    ;; After a call nothing of it is needed any more.
    (func (export "reset") (param i32)
      (global.set $next (i32.const 16))))
  (core instance $memory (instantiate $Memory))
  (alias core export $memory "memory" (core memory $mem))
  (alias core export $memory "realloc" (core func $realloc))
  (alias core export $memory "reset" (core func $reset))

  (core module $Text
    (import "memory" "memory" (memory 1024 (pagesize 1)))

    ;; A string is two parameters: where it lies, and how many code units it has. In latin1+utf16
    ;; the highest bit of the latter says that it is utf16.
    (func (export "units") (param $text i32) (param $units i32) (result i32)
      (local.get $units))

    ;; Moves letters of the Latin alphabet by 13 places, in UTF-8. All other bytes stay.
    (func (export "rot13") (param $text i32) (param $size i32) (result i32)
      (local $at i32) (local $end i32) (local $letter i32) (local $case i32)
      (local.set $at (local.get $text))
      (local.set $end (i32.add (local.get $text) (local.get $size)))
      (block $done
        (loop $next
          (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
          ;; Bit 5 is set in small letters. Without it, letters are 65 to 90.
          (local.set $case (i32.and (i32.load8_u (local.get $at)) (i32.const 0x20)))
          (local.set $letter
            (i32.sub (i32.and (i32.load8_u (local.get $at)) (i32.const 0xdf)) (i32.const 65)))
          (if (i32.lt_u (local.get $letter) (i32.const 26))
            (then
              (i32.store8 (local.get $at)
                (i32.or (local.get $case)
                  (i32.add (i32.const 65)
                    (i32.rem_u (i32.add (local.get $letter) (i32.const 13)) (i32.const 26)))))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next)))
      ;; The result, a pointer and a size, is returned by its address.
      (i32.store (i32.const 0) (local.get $text))
      (i32.store (i32.const 4) (local.get $size))
      (i32.const 0)))
  (core instance $text (instantiate $Text (with "memory" (instance $memory))))
  (alias core export $text "units" (core func $units))

  (func (export "units-in-utf8") (param "text" string) (result u32)
    (canon lift (core func $units) string-encoding=utf8
      (memory $mem) (realloc $realloc) (post-return $reset)))
  (func (export "units-in-utf16") (param "text" string) (result u32)
    (canon lift (core func $units) string-encoding=utf16
      (memory $mem) (realloc $realloc) (post-return $reset)))
  (func (export "units-in-latin1-or-utf16") (param "text" string) (result u32)
    (canon lift (core func $units) string-encoding=latin1+utf16
      (memory $mem) (realloc $realloc) (post-return $reset)))
  (func (export "rot13") (param "text" string) (result string)
    (canon lift (core func $text "rot13")
      (memory $mem) (realloc $realloc) (post-return $reset))))
