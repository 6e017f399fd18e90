"""Random programs of the shapes that compilers write: counted loops, scaled and offset addresses,
comparisons as conditions. They bring out what lowering folds, which `smith` hardly ever does.
"""

from __future__ import annotations

import random

from wrt_preflight.validate import to_binary

_SMALL = (0, 1, 2, 3, 4, 7, 8, 255, 256, 4095, 65535, 65536)
_WIDE = (0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF0000, 0xFFFFFFF8, 0x12345678)
FLOATS = ("f32", "f64")
_FLOAT_BINARY = "add sub mul div min max copysign".split()
_FLOAT_COMPARE = "eq ne lt gt le ge".split()
_FLOAT_CONSTANTS = (
    "0 -0 1 -1.5 0x1p-149 0x1.fffffep127 1e300 -inf nan 16777217 0.1 2147483648".split()
)
_BINARY = "add sub mul and or xor shl shr_s shr_u rotl rotr".split()
_COMPARE = "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u".split()
_DIVIDE = "div_s div_u rem_s rem_u".split()
_UNARY = {
    "i32": "i32.clz i32.ctz i32.popcnt i32.extend8_s i32.extend16_s i32.eqz".split(),
    "i64": "i64.clz i64.ctz i64.popcnt i64.extend8_s i64.extend16_s i64.extend32_s".split(),
    **{f: [f"{f}.{op}" for op in "abs neg ceil floor trunc nearest sqrt".split()] for f in FLOATS},
}
_LOADS = {
    "i32": "i32.load i32.load8_u i32.load8_s i32.load16_u i32.load16_s".split(),
    "i64": "i64.load i64.load8_u i64.load16_s i64.load32_u i64.load32_s".split(),
    "f32": ["f32.load"],
    "f64": ["f64.load"],
}
_STORES = {
    "i32": "i32.store i32.store8 i32.store16".split(),
    "i64": "i64.store i64.store8 i64.store16 i64.store32".split(),
    "f32": ["f32.store"],
    "f64": ["f64.store"],
}
# To each type: (instruction, from).
_CONVERSIONS = {
    "i32": [("i32.wrap_i64", "i64"), ("i32.reinterpret_f32", "f32")]
    + [(f"i32.trunc_sat_{f}_{s}", f) for f in FLOATS for s in "su"],
    "i64": [("i64.extend_i32_s", "i32"), ("i64.extend_i32_u", "i32")]
    + [("i64.reinterpret_f64", "f64"), ("i64.trunc_sat_f64_s", "f64")],
    "f32": [("f32.reinterpret_i32", "i32"), ("f32.demote_f64", "f64")]
    + [(f"f32.convert_{i}_{s}", i) for i in ("i32", "i64") for s in "su"],
    "f64": [("f64.reinterpret_i64", "i64"), ("f64.promote_f32", "f32")]
    + [(f"f64.convert_{i}_{s}", i) for i in ("i32", "i64") for s in "su"],
}
# Memories: where an access is proved to be in bounds depends on the minimum.
_MEMORIES = ("1 2", "2 2", "1 1", "60000 70000 (pagesize 1)", "70000 70000 (pagesize 1)")
# Of the parameters: the first locals. The others are loop counters.
TYPES = ("i32",) * 4 + ("i64",) * 2 + ("f32",) * 2 + ("f64",) * 2
_PLACES = {type: [i for i, t in enumerate(TYPES) if t == type] for type in TYPES}
_COUNTERS = 6
_FAR_WORDS, _FAR_PAIRS = 230, 20
_LONG = "(local.set 0 (i32.rotl (local.get 0) (local.get 1)))" * 4200
FUNCTIONS = 5
RISK = 0.01  # that an access may well be out of bounds
_FAR_OFFSETS = (65528, 65532, 65535, 65536, 131064, 131072, 0xFFFFFFF0, 0xFFFFFFFC)


class _Writer:
    """Writes one function."""

    def __init__(self, source: random.Random, index: int) -> None:
        self.source, self.index = source, index
        self.counters = 0
        self.loops = 0
        self.places = _PLACES
        # Some have more locals than 8-bit slot fields reach, or more code than a branch does.
        self.far = source.random() < 0.15
        self.long = source.random() < 0.02
        self.first_counter = len(TYPES)
        if self.far:
            self.first_counter += _FAR_WORDS + _FAR_PAIRS
            i32, i64 = len(TYPES) + _FAR_WORDS - 1, len(TYPES) + _FAR_WORDS
            self.places = _PLACES | {"i32": [0, 1, 2, i32], "i64": [4, i64, i64 + _FAR_PAIRS - 1]}

    def choose(self, *makers):
        return self.source.choice(makers)

    # ------------------------------------------------------------ expressions
    def constant(self, type: str) -> str:
        if type in FLOATS:
            value = self.source.choice(_FLOAT_CONSTANTS)
            return f"({type}.const {'1e30' if (type, value) == ('f32', '1e300') else value})"
        value = self.source.choice(_SMALL if self.source.random() < 0.7 else _WIDE)
        if type == "i64" and self.source.random() < 0.3:
            value = value << 32 | self.source.choice(_WIDE)
        return f"({type}.const {value})"

    def local(self, type: str) -> str:
        return f"(local.get {self.source.choice(self.places[type])})"

    def type(self) -> str:
        return self.choose("i32", "i32", "i32", "i64", "i64", *FLOATS)

    def expression(self, type: str, depth: int) -> str:
        if depth <= 0:
            return self.local(type) if self.source.random() < 0.7 else self.constant(type)
        if type == "i32" and self.source.random() < 0.05:
            return "(global.get 0)"
        make = self.choose(
            *(self.binary,) * 6, self.unary, self.load, self.load, self.tee, self.compare,
            self.convert, self.select, self.choice, self.divide,
        )  # fmt: skip
        return make(type, depth - 1)

    def binary(self, type: str, depth: int) -> str:
        op = self.source.choice(_FLOAT_BINARY if type in FLOATS else _BINARY)
        right = self.constant if self.source.random() < 0.5 else self.expression
        left = self.constant if self.source.random() < 0.1 else self.expression
        left, right = (f(type) if f == self.constant else f(type, depth) for f in (left, right))
        return f"({type}.{op} {left} {right})"

    def unary(self, type: str, depth: int) -> str:
        return f"({self.source.choice(_UNARY[type])} {self.expression(type, depth)})"

    def compare(self, type: str, depth: int) -> str:
        over = self.type()
        op = self.source.choice(_FLOAT_COMPARE if over in FLOATS else _COMPARE)
        right = self.constant(over) if self.source.random() < 0.5 else self.expression(over, depth)
        text = f"({over}.{op} {self.expression(over, depth)} {right})"
        if self.source.random() < 0.2:
            text = f"(i32.eqz {text})"
        return {"i32": text, "i64": f"(i64.extend_i32_u {text})"}.get(
            type, f"({type}.convert_i32_s {text})"
        )

    def divide(self, type: str, depth: int) -> str:
        if type in FLOATS:
            return self.binary(type, depth)
        divisor = f"({type}.or {self.expression(type, depth)} ({type}.const 1))"
        return f"({type}.{self.source.choice(_DIVIDE)} {self.expression(type, depth)} {divisor})"

    def convert(self, type: str, depth: int) -> str:
        op, origin = self.source.choice(_CONVERSIONS[type])
        return f"({op} {self.expression(origin, depth)})"

    def tee(self, type: str, depth: int) -> str:
        return (
            f"(local.tee {self.source.choice(self.places[type])} {self.expression(type, depth)})"
        )

    def select(self, type: str, depth: int) -> str:
        values = " ".join(self.expression(type, depth) for _ in range(2))
        return f"(select {values} {self.test()})"

    def choice(self, type: str, depth: int) -> str:
        values = " ".join(f"({x} {self.expression(type, depth)})" for x in ("then", "else"))
        return f"(if (result {type}) {self.test()} {values})"

    # ------------------------------------------------------------ memory
    def address(self, depth: int) -> tuple[str, str]:
        """(offset, address): mostly inside the memory, sometimes around its end or 2^32."""
        index = self.expression("i32", depth)
        chance = self.source.random
        if chance() < RISK:
            return "offset=8", f"(i32.sub {index} (i32.const 8))"
        index = f"(i32.and {index} (i32.const {self.source.choice((3, 15, 255, 1023, 0x3FFC))}))"
        if chance() < 0.4:
            index = f"(i32.shl {index} (i32.const {self.source.randrange(4)}))"
        if chance() < 0.5:
            wide = chance() < RISK
            other = self.source.choice(_WIDE if wide else (0, 1, 4, 8, 60, 255, 4096))
            op = self.choose("add", "add", "sub") if wide else "add"
            index = f"(i32.{op} {index} (i32.const {other}))"
        elif chance() < 0.2:
            index = f"(i32.add {index} (i32.and {self.local('i32')} (i32.const 255)))"
        offset = self.source.choice(_FAR_OFFSETS if chance() < RISK else (0, 0, 0, 1, 4, 60, 4000))
        return (f"offset={offset}" if offset else ""), index

    def load(self, type: str, depth: int) -> str:
        offset, address = self.address(depth)
        return f"({self.source.choice(_LOADS[type])} {offset} {address})"

    def store(self, depth: int) -> str:
        type = self.type()
        offset, address = self.address(depth)
        value = self.expression(type, depth)
        return f"({self.source.choice(_STORES[type])} {offset} {address} {value})"

    # ------------------------------------------------------------ statements
    def test(self) -> str:
        """A condition."""
        if self.source.random() < 0.7:
            return self.compare("i32", 1)
        mask = self.source.choice((1, 2, 0x81, 255, 256, 0x80000000))
        text = f"(i32.and {self.expression('i32', 1)} (i32.const {mask}))"
        return self.choose(text, text, f"(i32.eqz {text})", self.expression("i32", 2))

    def assign(self, depth: int) -> str:
        if self.source.random() < 0.1:
            return f"(global.set 0 {self.expression('i32', depth)})"
        type = self.source.choice(TYPES)
        return (
            f"(local.set {self.source.choice(self.places[type])} {self.expression(type, depth)})"
        )

    def switch(self, depth: int) -> str:
        cases = [self.block(depth - 1) for _ in range(3)]
        index = f"(i32.and {self.expression('i32', 1)} (i32.const 3))"
        return (
            f"(block (block (block (br_table 0 1 2 1 {index})) {cases[0]} (br 1)) {cases[1]})"
            f" {cases[2]}"
        )

    def condition(self, depth: int) -> str:
        then, other = self.block(depth - 1), self.block(depth - 1)
        return f"(if {self.test()} (then {then}) (else {other}))"

    def leave(self, depth: int) -> str:
        exit = f"(br_if 0 {self.test()})"
        if self.long:
            self.long = False
            exit += f"(if {self.test()} (then {_LONG}))"
        return f"(block {self.block(depth - 1)} {exit} {self.block(depth - 1)})"

    def loop(self, depth: int) -> str:
        """A loop that ends, with its counter compared in one of the usual ways."""
        if self.loops >= 2 or self.counters >= _COUNTERS:
            return self.assign(depth)
        counter = self.first_counter + self.counters
        self.counters, self.loops = self.counters + 1, self.loops + 1
        step, turns = self.source.choice((1, 2, 4, 8, 300)), self.source.randrange(1, 9)
        start = self.source.choice((0, 0, 5, 0xFFFFFFF0, 70000))
        end = start + step * turns & 0xFFFFFFFF
        body = self.block(depth - 1).replace("(local.get 3)", f"(local.get {counter})")
        use = f"(local.get {counter})"
        if self.source.random() < 0.3:
            start, test = step * turns, f"(local.tee {counter} (i32.sub {use} (i32.const {step})))"
        else:
            next = f"(local.tee {counter} (i32.add {use} (i32.const {step})))"
            op = self.choose("ne", "lt_s", "lt_u") if start < end else "ne"
            limit = f"(i32.const {end})"
            if self.source.random() < 0.4:
                counted = self.first_counter + self.counters
                if self.counters < _COUNTERS:
                    self.counters += 1
                    body = f"(local.set {counted} {limit}) {body}"
                    limit = f"(local.get {counted})"
            test = f"(i32.{op} {next} {limit})"
        self.loops -= 1
        return f"(local.set {counter} (i32.const {start})) (loop {body} (br_if 0 {test}))"

    def call(self, depth: int) -> str:
        if not self.index or self.loops:
            return self.store(depth)
        arguments = [self.expression(type, depth - 1) for type in TYPES]
        target = 1 + self.source.randrange(self.index)
        return f"(call {target} {' '.join(arguments)}) (local.set 9) (local.set 4) (local.set 6)"

    def block(self, depth: int) -> str:
        makers = [self.assign, self.assign, self.store, self.store, self.call]
        if depth > 0:
            makers += [self.condition, self.leave, self.loop, self.loop, self.switch]
        return " ".join(
            self.source.choice(makers)(depth) for _ in range(self.source.choice((1, 2)))
        )

    def function(self) -> str:
        body = " ".join(self.block(3) for _ in range(4))
        mixed = "(i64.add (local.get 4) (i64.extend_i32_u (i32.xor (local.get 2) (local.get 3))))"
        result = f"(local.get 7) {mixed} (f64.add (local.get 8) (local.get 9))"
        locals = ["i32"] * _COUNTERS
        if self.far:
            locals = ["i32"] * _FAR_WORDS + ["i64"] * _FAR_PAIRS + locals
        return (
            f'(func (export "f{self.index}") (param {" ".join(TYPES)}) (result f32 i64 f64)'
            f" (local {' '.join(locals)}) {body} {result})"
        )


def generate(seed: int) -> bytes:
    """The module of a seed, in the binary format. Every program ends."""
    source = random.Random(seed)
    functions = [_Writer(source, index).function() for index in range(FUNCTIONS)]
    memory = source.choice(_MEMORIES)
    fill = "(memory.init 0 (i32.const 0) (i32.const 0) (i32.const 16))"
    data = "".join(f"\\{byte:02x}" for byte in source.randbytes(16))
    return to_binary(
        f'(module (memory (export "memory") {memory}) (data "{data}")'
        f' (global (export "global") (mut i32) (i32.const 7)) (func (export "fill") {fill})'
        f" {' '.join(functions)})".encode()
    )
