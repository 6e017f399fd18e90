"""Every core instruction that wrt-micro runs, one row each (spec: Binary Format, Instructions).

The decoder, the lowering, the interpreter generator and the documentation all start from this
table. SIMD, GC and legacy exception instructions are left out: the decoder refuses them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Instruction:
    """One core instruction.

    name: as in the text format, unique here: the form of `select` with types is `select_t`.
    opcode: the byte, or (prefix byte, u32 code). immediates: the kinds that follow it, in order;
    wasm.instructions documents the decoded form of each kind.
    params, results: operand types, the last one on top of the stack. "addr" is i32, or i64 where
    the memory or table in the immediates is 64-bit. None: depends on types, indices or the stack.
    proposal: where it comes from; "1.0" for the first release.
    """

    name: str
    opcode: int | tuple[int, int]
    immediates: tuple[str, ...]
    params: tuple[str, ...] | None
    results: tuple[str, ...] | None
    proposal: str

    def __repr__(self) -> str:
        return f"<{self.name}>"


# name | opcode, in hexadecimal | immediates | params -> results ("?": None) | proposal
_TABLE = """
# control
unreachable                | 00    |               | ? -> ?                 | 1.0
nop                        | 01    |               | ->                     | 1.0
block                      | 02    | block         | ? -> ?                 | 1.0
loop                       | 03    | block         | ? -> ?                 | 1.0
if                         | 04    | block         | ? -> ?                 | 1.0
else                       | 05    |               | ? -> ?                 | 1.0
throw                      | 08    | tag           | ? -> ?                 | exceptions
throw_ref                  | 0A    |               | ? -> ?                 | exceptions
end                        | 0B    |               | ? -> ?                 | 1.0
br                         | 0C    | label         | ? -> ?                 | 1.0
br_if                      | 0D    | label         | ? -> ?                 | 1.0
br_table                   | 0E    | labels label  | ? -> ?                 | 1.0
return                     | 0F    |               | ? -> ?                 | 1.0
call                       | 10    | func          | ? -> ?                 | 1.0
call_indirect              | 11    | type table    | ? -> ?                 | 1.0
return_call                | 12    | func          | ? -> ?                 | tail-call
return_call_indirect       | 13    | type table    | ? -> ?                 | tail-call
call_ref                   | 14    | type          | ? -> ?                 | function-references
return_call_ref            | 15    | type          | ? -> ?                 | function-references
try_table                  | 1F    | block catches | ? -> ?                 | exceptions
br_on_null                 | D5    | label         | ? -> ?                 | function-references
br_on_non_null             | D6    | label         | ? -> ?                 | function-references
# parametric and variable
drop                       | 1A    |               | ? ->                   | 1.0
select                     | 1B    |               | ? -> ?                 | 1.0
select_t                   | 1C    | valtypes      | ? -> ?                 | reference-types
local.get                  | 20    | local         | -> ?                   | 1.0
local.set                  | 21    | local         | ? ->                   | 1.0
local.tee                  | 22    | local         | ? -> ?                 | 1.0
global.get                 | 23    | global        | -> ?                   | 1.0
global.set                 | 24    | global        | ? ->                   | 1.0
# references
ref.null                   | D0    | heap          | -> ?                   | reference-types
ref.is_null                | D1    |               | ? -> i32               | reference-types
ref.func                   | D2    | func          | -> ?                   | reference-types
ref.as_non_null            | D4    |               | ? -> ?                 | function-references
# tables
table.get                  | 25    | table         | addr -> ?              | reference-types
table.set                  | 26    | table         | ? ->                   | reference-types
table.init                 | FC 0C | elem table    | addr i32 i32 ->        | bulk-memory
elem.drop                  | FC 0D | elem          | ->                     | bulk-memory
table.copy                 | FC 0E | table table   | ? ->                   | bulk-memory
table.grow                 | FC 0F | table         | ? -> addr              | reference-types
table.size                 | FC 10 | table         | -> addr                | reference-types
table.fill                 | FC 11 | table         | ? ->                   | reference-types
# memories
i32.load                   | 28    | memarg        | addr -> i32            | 1.0
i64.load                   | 29    | memarg        | addr -> i64            | 1.0
f32.load                   | 2A    | memarg        | addr -> f32            | 1.0
f64.load                   | 2B    | memarg        | addr -> f64            | 1.0
i32.load8_s                | 2C    | memarg        | addr -> i32            | 1.0
i32.load8_u                | 2D    | memarg        | addr -> i32            | 1.0
i32.load16_s               | 2E    | memarg        | addr -> i32            | 1.0
i32.load16_u               | 2F    | memarg        | addr -> i32            | 1.0
i64.load8_s                | 30    | memarg        | addr -> i64            | 1.0
i64.load8_u                | 31    | memarg        | addr -> i64            | 1.0
i64.load16_s               | 32    | memarg        | addr -> i64            | 1.0
i64.load16_u               | 33    | memarg        | addr -> i64            | 1.0
i64.load32_s               | 34    | memarg        | addr -> i64            | 1.0
i64.load32_u               | 35    | memarg        | addr -> i64            | 1.0
i32.store                  | 36    | memarg        | addr i32 ->            | 1.0
i64.store                  | 37    | memarg        | addr i64 ->            | 1.0
f32.store                  | 38    | memarg        | addr f32 ->            | 1.0
f64.store                  | 39    | memarg        | addr f64 ->            | 1.0
i32.store8                 | 3A    | memarg        | addr i32 ->            | 1.0
i32.store16                | 3B    | memarg        | addr i32 ->            | 1.0
i64.store8                 | 3C    | memarg        | addr i64 ->            | 1.0
i64.store16                | 3D    | memarg        | addr i64 ->            | 1.0
i64.store32                | 3E    | memarg        | addr i64 ->            | 1.0
memory.size                | 3F    | memory        | -> addr                | 1.0
memory.grow                | 40    | memory        | addr -> addr           | 1.0
memory.init                | FC 08 | data memory   | addr i32 i32 ->        | bulk-memory
data.drop                  | FC 09 | data          | ->                     | bulk-memory
memory.copy                | FC 0A | memory memory | ? ->                   | bulk-memory
memory.fill                | FC 0B | memory        | addr i32 addr ->       | bulk-memory
# constants
i32.const                  | 41    | i32           | -> i32                 | 1.0
i64.const                  | 42    | i64           | -> i64                 | 1.0
f32.const                  | 43    | f32           | -> f32                 | 1.0
f64.const                  | 44    | f64           | -> f64                 | 1.0
# i32 comparisons
i32.eqz                    | 45    |               | i32 -> i32             | 1.0
i32.eq                     | 46    |               | i32 i32 -> i32         | 1.0
i32.ne                     | 47    |               | i32 i32 -> i32         | 1.0
i32.lt_s                   | 48    |               | i32 i32 -> i32         | 1.0
i32.lt_u                   | 49    |               | i32 i32 -> i32         | 1.0
i32.gt_s                   | 4A    |               | i32 i32 -> i32         | 1.0
i32.gt_u                   | 4B    |               | i32 i32 -> i32         | 1.0
i32.le_s                   | 4C    |               | i32 i32 -> i32         | 1.0
i32.le_u                   | 4D    |               | i32 i32 -> i32         | 1.0
i32.ge_s                   | 4E    |               | i32 i32 -> i32         | 1.0
i32.ge_u                   | 4F    |               | i32 i32 -> i32         | 1.0
# i64 comparisons
i64.eqz                    | 50    |               | i64 -> i32             | 1.0
i64.eq                     | 51    |               | i64 i64 -> i32         | 1.0
i64.ne                     | 52    |               | i64 i64 -> i32         | 1.0
i64.lt_s                   | 53    |               | i64 i64 -> i32         | 1.0
i64.lt_u                   | 54    |               | i64 i64 -> i32         | 1.0
i64.gt_s                   | 55    |               | i64 i64 -> i32         | 1.0
i64.gt_u                   | 56    |               | i64 i64 -> i32         | 1.0
i64.le_s                   | 57    |               | i64 i64 -> i32         | 1.0
i64.le_u                   | 58    |               | i64 i64 -> i32         | 1.0
i64.ge_s                   | 59    |               | i64 i64 -> i32         | 1.0
i64.ge_u                   | 5A    |               | i64 i64 -> i32         | 1.0
# f32 comparisons
f32.eq                     | 5B    |               | f32 f32 -> i32         | 1.0
f32.ne                     | 5C    |               | f32 f32 -> i32         | 1.0
f32.lt                     | 5D    |               | f32 f32 -> i32         | 1.0
f32.gt                     | 5E    |               | f32 f32 -> i32         | 1.0
f32.le                     | 5F    |               | f32 f32 -> i32         | 1.0
f32.ge                     | 60    |               | f32 f32 -> i32         | 1.0
# f64 comparisons
f64.eq                     | 61    |               | f64 f64 -> i32         | 1.0
f64.ne                     | 62    |               | f64 f64 -> i32         | 1.0
f64.lt                     | 63    |               | f64 f64 -> i32         | 1.0
f64.gt                     | 64    |               | f64 f64 -> i32         | 1.0
f64.le                     | 65    |               | f64 f64 -> i32         | 1.0
f64.ge                     | 66    |               | f64 f64 -> i32         | 1.0
# i32 arithmetic
i32.clz                    | 67    |               | i32 -> i32             | 1.0
i32.ctz                    | 68    |               | i32 -> i32             | 1.0
i32.popcnt                 | 69    |               | i32 -> i32             | 1.0
i32.add                    | 6A    |               | i32 i32 -> i32         | 1.0
i32.sub                    | 6B    |               | i32 i32 -> i32         | 1.0
i32.mul                    | 6C    |               | i32 i32 -> i32         | 1.0
i32.div_s                  | 6D    |               | i32 i32 -> i32         | 1.0
i32.div_u                  | 6E    |               | i32 i32 -> i32         | 1.0
i32.rem_s                  | 6F    |               | i32 i32 -> i32         | 1.0
i32.rem_u                  | 70    |               | i32 i32 -> i32         | 1.0
i32.and                    | 71    |               | i32 i32 -> i32         | 1.0
i32.or                     | 72    |               | i32 i32 -> i32         | 1.0
i32.xor                    | 73    |               | i32 i32 -> i32         | 1.0
i32.shl                    | 74    |               | i32 i32 -> i32         | 1.0
i32.shr_s                  | 75    |               | i32 i32 -> i32         | 1.0
i32.shr_u                  | 76    |               | i32 i32 -> i32         | 1.0
i32.rotl                   | 77    |               | i32 i32 -> i32         | 1.0
i32.rotr                   | 78    |               | i32 i32 -> i32         | 1.0
i32.extend8_s              | C0    |               | i32 -> i32             | sign-extension
i32.extend16_s             | C1    |               | i32 -> i32             | sign-extension
# i64 arithmetic
i64.clz                    | 79    |               | i64 -> i64             | 1.0
i64.ctz                    | 7A    |               | i64 -> i64             | 1.0
i64.popcnt                 | 7B    |               | i64 -> i64             | 1.0
i64.add                    | 7C    |               | i64 i64 -> i64         | 1.0
i64.sub                    | 7D    |               | i64 i64 -> i64         | 1.0
i64.mul                    | 7E    |               | i64 i64 -> i64         | 1.0
i64.div_s                  | 7F    |               | i64 i64 -> i64         | 1.0
i64.div_u                  | 80    |               | i64 i64 -> i64         | 1.0
i64.rem_s                  | 81    |               | i64 i64 -> i64         | 1.0
i64.rem_u                  | 82    |               | i64 i64 -> i64         | 1.0
i64.and                    | 83    |               | i64 i64 -> i64         | 1.0
i64.or                     | 84    |               | i64 i64 -> i64         | 1.0
i64.xor                    | 85    |               | i64 i64 -> i64         | 1.0
i64.shl                    | 86    |               | i64 i64 -> i64         | 1.0
i64.shr_s                  | 87    |               | i64 i64 -> i64         | 1.0
i64.shr_u                  | 88    |               | i64 i64 -> i64         | 1.0
i64.rotl                   | 89    |               | i64 i64 -> i64         | 1.0
i64.rotr                   | 8A    |               | i64 i64 -> i64         | 1.0
i64.extend8_s              | C2    |               | i64 -> i64             | sign-extension
i64.extend16_s             | C3    |               | i64 -> i64             | sign-extension
i64.extend32_s             | C4    |               | i64 -> i64             | sign-extension
i64.add128                 | FC 13 |               | i64 i64 i64 i64 -> i64 i64 | wide-arithmetic
i64.sub128                 | FC 14 |               | i64 i64 i64 i64 -> i64 i64 | wide-arithmetic
i64.mul_wide_s             | FC 15 |               | i64 i64 -> i64 i64     | wide-arithmetic
i64.mul_wide_u             | FC 16 |               | i64 i64 -> i64 i64     | wide-arithmetic
# f32 arithmetic
f32.abs                    | 8B    |               | f32 -> f32             | 1.0
f32.neg                    | 8C    |               | f32 -> f32             | 1.0
f32.ceil                   | 8D    |               | f32 -> f32             | 1.0
f32.floor                  | 8E    |               | f32 -> f32             | 1.0
f32.trunc                  | 8F    |               | f32 -> f32             | 1.0
f32.nearest                | 90    |               | f32 -> f32             | 1.0
f32.sqrt                   | 91    |               | f32 -> f32             | 1.0
f32.add                    | 92    |               | f32 f32 -> f32         | 1.0
f32.sub                    | 93    |               | f32 f32 -> f32         | 1.0
f32.mul                    | 94    |               | f32 f32 -> f32         | 1.0
f32.div                    | 95    |               | f32 f32 -> f32         | 1.0
f32.min                    | 96    |               | f32 f32 -> f32         | 1.0
f32.max                    | 97    |               | f32 f32 -> f32         | 1.0
f32.copysign               | 98    |               | f32 f32 -> f32         | 1.0
# f64 arithmetic
f64.abs                    | 99    |               | f64 -> f64             | 1.0
f64.neg                    | 9A    |               | f64 -> f64             | 1.0
f64.ceil                   | 9B    |               | f64 -> f64             | 1.0
f64.floor                  | 9C    |               | f64 -> f64             | 1.0
f64.trunc                  | 9D    |               | f64 -> f64             | 1.0
f64.nearest                | 9E    |               | f64 -> f64             | 1.0
f64.sqrt                   | 9F    |               | f64 -> f64             | 1.0
f64.add                    | A0    |               | f64 f64 -> f64         | 1.0
f64.sub                    | A1    |               | f64 f64 -> f64         | 1.0
f64.mul                    | A2    |               | f64 f64 -> f64         | 1.0
f64.div                    | A3    |               | f64 f64 -> f64         | 1.0
f64.min                    | A4    |               | f64 f64 -> f64         | 1.0
f64.max                    | A5    |               | f64 f64 -> f64         | 1.0
f64.copysign               | A6    |               | f64 f64 -> f64         | 1.0
# conversions
i32.wrap_i64               | A7    |               | i64 -> i32             | 1.0
i32.trunc_f32_s            | A8    |               | f32 -> i32             | 1.0
i32.trunc_f32_u            | A9    |               | f32 -> i32             | 1.0
i32.trunc_f64_s            | AA    |               | f64 -> i32             | 1.0
i32.trunc_f64_u            | AB    |               | f64 -> i32             | 1.0
i64.extend_i32_s           | AC    |               | i32 -> i64             | 1.0
i64.extend_i32_u           | AD    |               | i32 -> i64             | 1.0
i64.trunc_f32_s            | AE    |               | f32 -> i64             | 1.0
i64.trunc_f32_u            | AF    |               | f32 -> i64             | 1.0
i64.trunc_f64_s            | B0    |               | f64 -> i64             | 1.0
i64.trunc_f64_u            | B1    |               | f64 -> i64             | 1.0
f32.convert_i32_s          | B2    |               | i32 -> f32             | 1.0
f32.convert_i32_u          | B3    |               | i32 -> f32             | 1.0
f32.convert_i64_s          | B4    |               | i64 -> f32             | 1.0
f32.convert_i64_u          | B5    |               | i64 -> f32             | 1.0
f32.demote_f64             | B6    |               | f64 -> f32             | 1.0
f64.convert_i32_s          | B7    |               | i32 -> f64             | 1.0
f64.convert_i32_u          | B8    |               | i32 -> f64             | 1.0
f64.convert_i64_s          | B9    |               | i64 -> f64             | 1.0
f64.convert_i64_u          | BA    |               | i64 -> f64             | 1.0
f64.promote_f32            | BB    |               | f32 -> f64             | 1.0
i32.reinterpret_f32        | BC    |               | f32 -> i32             | 1.0
i64.reinterpret_f64        | BD    |               | f64 -> i64             | 1.0
f32.reinterpret_i32        | BE    |               | i32 -> f32             | 1.0
f64.reinterpret_i64        | BF    |               | i64 -> f64             | 1.0
i32.trunc_sat_f32_s        | FC 00 |               | f32 -> i32             | saturating-conversion
i32.trunc_sat_f32_u        | FC 01 |               | f32 -> i32             | saturating-conversion
i32.trunc_sat_f64_s        | FC 02 |               | f64 -> i32             | saturating-conversion
i32.trunc_sat_f64_u        | FC 03 |               | f64 -> i32             | saturating-conversion
i64.trunc_sat_f32_s        | FC 04 |               | f32 -> i64             | saturating-conversion
i64.trunc_sat_f32_u        | FC 05 |               | f32 -> i64             | saturating-conversion
i64.trunc_sat_f64_s        | FC 06 |               | f64 -> i64             | saturating-conversion
i64.trunc_sat_f64_u        | FC 07 |               | f64 -> i64             | saturating-conversion
# atomics
memory.atomic.notify       | FE 00 | memarg        | addr i32 -> i32        | threads
memory.atomic.wait32       | FE 01 | memarg        | addr i32 i64 -> i32    | threads
memory.atomic.wait64       | FE 02 | memarg        | addr i64 i64 -> i32    | threads
atomic.fence               | FE 03 | const0        | ->                     | threads
i32.atomic.load            | FE 10 | memarg        | addr -> i32            | threads
i64.atomic.load            | FE 11 | memarg        | addr -> i64            | threads
i32.atomic.load8_u         | FE 12 | memarg        | addr -> i32            | threads
i32.atomic.load16_u        | FE 13 | memarg        | addr -> i32            | threads
i64.atomic.load8_u         | FE 14 | memarg        | addr -> i64            | threads
i64.atomic.load16_u        | FE 15 | memarg        | addr -> i64            | threads
i64.atomic.load32_u        | FE 16 | memarg        | addr -> i64            | threads
i32.atomic.store           | FE 17 | memarg        | addr i32 ->            | threads
i64.atomic.store           | FE 18 | memarg        | addr i64 ->            | threads
i32.atomic.store8          | FE 19 | memarg        | addr i32 ->            | threads
i32.atomic.store16         | FE 1A | memarg        | addr i32 ->            | threads
i64.atomic.store8          | FE 1B | memarg        | addr i64 ->            | threads
i64.atomic.store16         | FE 1C | memarg        | addr i64 ->            | threads
i64.atomic.store32         | FE 1D | memarg        | addr i64 ->            | threads
i32.atomic.rmw.add         | FE 1E | memarg        | addr i32 -> i32        | threads
i64.atomic.rmw.add         | FE 1F | memarg        | addr i64 -> i64        | threads
i32.atomic.rmw8.add_u      | FE 20 | memarg        | addr i32 -> i32        | threads
i32.atomic.rmw16.add_u     | FE 21 | memarg        | addr i32 -> i32        | threads
i64.atomic.rmw8.add_u      | FE 22 | memarg        | addr i64 -> i64        | threads
i64.atomic.rmw16.add_u     | FE 23 | memarg        | addr i64 -> i64        | threads
i64.atomic.rmw32.add_u     | FE 24 | memarg        | addr i64 -> i64        | threads
i32.atomic.rmw.sub         | FE 25 | memarg        | addr i32 -> i32        | threads
i64.atomic.rmw.sub         | FE 26 | memarg        | addr i64 -> i64        | threads
i32.atomic.rmw8.sub_u      | FE 27 | memarg        | addr i32 -> i32        | threads
i32.atomic.rmw16.sub_u     | FE 28 | memarg        | addr i32 -> i32        | threads
i64.atomic.rmw8.sub_u      | FE 29 | memarg        | addr i64 -> i64        | threads
i64.atomic.rmw16.sub_u     | FE 2A | memarg        | addr i64 -> i64        | threads
i64.atomic.rmw32.sub_u     | FE 2B | memarg        | addr i64 -> i64        | threads
i32.atomic.rmw.and         | FE 2C | memarg        | addr i32 -> i32        | threads
i64.atomic.rmw.and         | FE 2D | memarg        | addr i64 -> i64        | threads
i32.atomic.rmw8.and_u      | FE 2E | memarg        | addr i32 -> i32        | threads
i32.atomic.rmw16.and_u     | FE 2F | memarg        | addr i32 -> i32        | threads
i64.atomic.rmw8.and_u      | FE 30 | memarg        | addr i64 -> i64        | threads
i64.atomic.rmw16.and_u     | FE 31 | memarg        | addr i64 -> i64        | threads
i64.atomic.rmw32.and_u     | FE 32 | memarg        | addr i64 -> i64        | threads
i32.atomic.rmw.or          | FE 33 | memarg        | addr i32 -> i32        | threads
i64.atomic.rmw.or          | FE 34 | memarg        | addr i64 -> i64        | threads
i32.atomic.rmw8.or_u       | FE 35 | memarg        | addr i32 -> i32        | threads
i32.atomic.rmw16.or_u      | FE 36 | memarg        | addr i32 -> i32        | threads
i64.atomic.rmw8.or_u       | FE 37 | memarg        | addr i64 -> i64        | threads
i64.atomic.rmw16.or_u      | FE 38 | memarg        | addr i64 -> i64        | threads
i64.atomic.rmw32.or_u      | FE 39 | memarg        | addr i64 -> i64        | threads
i32.atomic.rmw.xor         | FE 3A | memarg        | addr i32 -> i32        | threads
i64.atomic.rmw.xor         | FE 3B | memarg        | addr i64 -> i64        | threads
i32.atomic.rmw8.xor_u      | FE 3C | memarg        | addr i32 -> i32        | threads
i32.atomic.rmw16.xor_u     | FE 3D | memarg        | addr i32 -> i32        | threads
i64.atomic.rmw8.xor_u      | FE 3E | memarg        | addr i64 -> i64        | threads
i64.atomic.rmw16.xor_u     | FE 3F | memarg        | addr i64 -> i64        | threads
i64.atomic.rmw32.xor_u     | FE 40 | memarg        | addr i64 -> i64        | threads
i32.atomic.rmw.xchg        | FE 41 | memarg        | addr i32 -> i32        | threads
i64.atomic.rmw.xchg        | FE 42 | memarg        | addr i64 -> i64        | threads
i32.atomic.rmw8.xchg_u     | FE 43 | memarg        | addr i32 -> i32        | threads
i32.atomic.rmw16.xchg_u    | FE 44 | memarg        | addr i32 -> i32        | threads
i64.atomic.rmw8.xchg_u     | FE 45 | memarg        | addr i64 -> i64        | threads
i64.atomic.rmw16.xchg_u    | FE 46 | memarg        | addr i64 -> i64        | threads
i64.atomic.rmw32.xchg_u    | FE 47 | memarg        | addr i64 -> i64        | threads
i32.atomic.rmw.cmpxchg     | FE 48 | memarg        | addr i32 i32 -> i32    | threads
i64.atomic.rmw.cmpxchg     | FE 49 | memarg        | addr i64 i64 -> i64    | threads
i32.atomic.rmw8.cmpxchg_u  | FE 4A | memarg        | addr i32 i32 -> i32    | threads
i32.atomic.rmw16.cmpxchg_u | FE 4B | memarg        | addr i32 i32 -> i32    | threads
i64.atomic.rmw8.cmpxchg_u  | FE 4C | memarg        | addr i64 i64 -> i64    | threads
i64.atomic.rmw16.cmpxchg_u | FE 4D | memarg        | addr i64 i64 -> i64    | threads
i64.atomic.rmw32.cmpxchg_u | FE 4E | memarg        | addr i64 i64 -> i64    | threads
"""


def _types(text: str) -> tuple[str, ...] | None:
    return None if text == "?" else tuple(text.split())


def _opcode(text: str) -> int | tuple[int, int]:
    codes = tuple(int(code, 16) for code in text.split())
    return codes if len(codes) == 2 else codes[0]


def _row(line: str) -> Instruction:
    name, opcode, immediates, effect, proposal = (cell.strip() for cell in line.split("|"))
    params, results = (_types(side.strip()) for side in effect.split("->"))
    return Instruction(name, _opcode(opcode), tuple(immediates.split()), params, results, proposal)


INSTRUCTIONS: tuple[Instruction, ...] = tuple(
    _row(line) for line in _TABLE.splitlines() if line and not line.startswith("#")
)
BY_OPCODE: dict[int | tuple[int, int], Instruction] = {i.opcode: i for i in INSTRUCTIONS}
BY_NAME: dict[str, Instruction] = {i.name: i for i in INSTRUCTIONS}
