"""The WAT of one call from component to component as a core function.

It does what canon lower and canon lift say (CanonicalABI.md), for types whose values are a few
core values, texts in UTF-8, or lists whose bytes are copied as they stand. Before anything has
happened it leaves what is out of the ordinary to the canonical definition itself, `$slow.N`,
which traps as it must; later it says to `$refuse` what is wrong.

Locals: $pI are the parameters, $aI places in the callee's memory, $r the callee's result.
"""

from __future__ import annotations

from functools import cache

from wrt_micro.component import trap as kinds

from . import types
from .layout import (
    MAX_FLAT_PARAMS,
    alignment,
    elem_size,
    flatten_functype,
    flatten_type,
    flatten_types,
    is_plain,
)
from .plan import Lift, Lower, Options

MAX_BYTES = (1 << 28) - 1
_NARROW = {
    "bool": "(i32.ne {} (i32.const 0))",
    "u8": "(i32.and {} (i32.const 0xff))",
    "u16": "(i32.and {} (i32.const 0xffff))",
    "s8": "(i32.extend8_s {})",
    "s16": "(i32.extend16_s {})",
}
_WHOLE = ("s32", "u32", "s64", "u64")


def fits(lower: Lower) -> bool:
    """Whether a call can be a core function."""
    lift = lower.callee
    if not isinstance(lift, Lift) or lift.type.async_ or lift.options.ptr_size == 8:
        return False
    params = [t for _, t in lift.type.params]
    result = lift.type.result
    return (
        lower.options.ptr_size == 4
        and len(flatten_types(params, 4)) <= MAX_FLAT_PARAMS
        and all(_fits(t, lower.options, lift.options) for t in params)
        and (result is None or _fits_result(result, lift.options, lower.options))
    )


@cache
def _fits(t: types.ValType, source: Options, target: Options) -> bool:
    match t:
        case types.Primitive(name="string"):
            return source.encoding == target.encoding == "utf8" and _has_memory(source, target)
        case types.Primitive(name=name):
            return name in _NARROW or name in _WHOLE or name == "char"
        case types.List(element=element, length=None):
            return is_plain(element) and _has_memory(source, target)
        case types.Record() | types.Tuple():
            return all(_fits(child, source, target) for child in t.children())
        case types.Enum():
            return True
    return False


def _has_memory(source: Options, target: Options) -> bool:
    return None not in (source.memory, target.memory, target.realloc)


def _only(t: types.ValType) -> types.ValType:
    """A value type without records around its one value."""
    while isinstance(t, types.Record | types.Tuple):
        (t,) = t.children()
    return t


def _fits_result(t: types.ValType, source: Options, target: Options) -> bool:
    return _fits(t, source, target) and (len(flatten_type(t, 4)) == 1 or _is_pointer(t))


def _is_pointer(t: types.ValType) -> bool:
    """Whether it is a text or a list: an address and a length."""
    return isinstance(t, types.List) or isinstance(t, types.Primitive) and t.name == "string"


def _and(conditions: list[str]) -> str:
    text = conditions[0]
    for condition in conditions[1:]:
        text = f"(i32.and {text} {condition})"
    return text


def _set(name: str, value: str) -> str:
    return f"(local.set {name} {value})"


class Adapter:
    """One call. number: in the names that it defines and imports. path: instances that it enters.

    functions, memories: store-wide indices of those that it uses. pages: log2 of the bytes of a
    page of each memory, by index. `text` is its WAT.
    """

    def __init__(self, number: int, lower: Lower, path: list[int], pages: list[int]) -> None:
        lift = lower.callee
        self.number = number
        self.lower, self.lift = lower, lift
        self.path = path
        self.pages = pages
        self.functions: set[int] = set()
        self.memories: set[int] = set()
        self.validated: set[int] = set()
        self.places = 0
        self.copies: list[str] = []
        self.arguments: list[str] = []
        params, results = flatten_functype(lift.type, "lower", 4)
        self.checks = [self._may_not_enter()]
        at = 0
        for _, t in lift.type.params:
            at = self._param(t, at)
        self.out = at
        returned = self._call()
        slow = " ".join(f"(local.get $p{i})" for i in range(len(params)))
        named = " ".join(f"(param $p{i} {core})" for i, core in enumerate(params))
        result = f"(result {results[0]})" if results else ""
        core = flatten_functype(lift.type, "lift", 4)[1]
        locals_ = [f"(local $a{i} i32)" for i in range(self.places)]
        locals_ += [f"(local ${name} i32)" for name in ("at", "length", "to", "size")]
        locals_ += [f"(local $r {core[0]})"] if core else []
        self.text = "\n".join(
            [
                f'(func $call.{number} (export "{number}") {named} {result}',
                *locals_,
                "(block $slow",
                *(f"(br_if $slow {check})" for check in self.checks),
                *(f"(global.set $enter.{inst} (i32.const 0))" for inst in path),
                *self.copies,
                *returned,
                "(return)" if not results else "(return (local.get $r))",
                f") (call $slow.{number} {slow}))",
            ]
        )

    def _may_not_enter(self) -> str:
        flags = [f"(global.get $leave.{self.lower.instance})"]
        flags += [f"(global.get $enter.{inst})" for inst in self.path]
        return f"(i32.eqz {_and(flags)})"

    def _function(self, index: int) -> str:
        self.functions.add(index)
        return f"$f{index}"

    def _size(self, memory: int) -> str:
        """The bytes that a memory has now."""
        self.memories.add(memory)
        size = f"(memory.size $m{memory})"
        shift = self.pages[memory]
        return f"(i32.shl {size} (i32.const {shift}))" if shift else size

    # Params

    def _param(self, t: types.ValType, at: int) -> int:
        """Lift and lower a param that stands in $pAT and those behind it; where the next is."""
        if isinstance(t, types.Record | types.Tuple):
            for child in t.children():
                at = self._param(child, at)
            return at
        value = f"(local.get $p{at})"
        if _is_pointer(t):
            self._pointer_param(t, value, f"(local.get $p{at + 1})")
            return at + 2
        wrong = self._wrong(t, value)
        if wrong:
            self.checks.append(wrong)
        self.arguments.append(self._scalar(t, value))
        return at + 1

    def _scalar(self, t: types.ValType, value: str) -> str:
        name = t.name if isinstance(t, types.Primitive) else ""
        return _NARROW[name].format(value) if name in _NARROW else value

    def _wrong(self, t: types.ValType, value: str) -> str:
        """Whether a core value is no value of the type, or "" if all are."""
        if isinstance(t, types.Enum):
            return f"(i32.ge_u {value} (i32.const {len(t.labels)}))"
        if isinstance(t, types.Primitive) and t.name == "char":
            surrogate = f"(i32.eq (i32.and {value} (i32.const 0xfffff800)) (i32.const 0xd800))"
            return f"(i32.or (i32.ge_u {value} (i32.const 0x110000)) {surrogate})"
        return ""

    def _pointer_param(self, t: types.ValType, ptr: str, length: str) -> None:
        memory = self.lower.options.memory
        unit, align = self._unit(t)
        self.checks += self._range(memory, ptr, length, unit, align)
        if isinstance(t, types.Primitive):
            self.checks.append(f"(i32.eqz {self._valid(memory, ptr, length)})")
        place = f"$a{self.places}"
        self.places += 1
        size = length if unit == 1 else f"(i32.mul {length} (i32.const {unit}))"
        lift = self.lift
        self.copies += [
            _set("$size", size),
            *self._allocate(lift.options, lift.instance, place, align),
            self._copy(lift.options.memory, memory, place, ptr),
        ]
        self.arguments += [f"(local.get {place})", length]

    def _unit(self, t: types.ValType) -> tuple[int, int]:
        """Bytes of an element, and their alignment."""
        if isinstance(t, types.List):
            return elem_size(t.element, 4), alignment(t.element, 4)
        return 1, 1

    def _valid(self, memory: int, ptr: str, length: str) -> str:
        self.validated.add(memory)
        return f"(call $utf8.{memory} {ptr} (i32.add {ptr} {length}))"

    def _range(self, memory: int, ptr: str, length: str, unit: int, align: int) -> list[str]:
        """What is wrong with a text or list, first to last."""
        size = length if unit == 1 else f"(i32.mul {length} (i32.const {unit}))"
        there = self._size(memory)
        wrong = [f"(i32.gt_u {length} (i32.const {MAX_BYTES // unit}))"]
        wrong += [f"(i32.gt_u {size} {there})", f"(i32.gt_u {ptr} (i32.sub {there} {size}))"]
        if align > 1:
            wrong.append(f"(i32.and {ptr} (i32.const {align - 1}))")
        return wrong

    # Memory of the other side

    def _copy(self, to: int, source: int, place: str, ptr: str) -> str:
        self.memories |= {to, source}
        return f"(memory.copy $m{to} $m{source} (local.get {place}) {ptr} (local.get $size))"

    def _refuse(self, wrong: str, kind: int, inst: int, memory: int, ptr: str, size: str) -> str:
        return (
            f"(if {wrong} (then (call $refuse (i32.const {kind}) (i32.const {inst}) "
            f"(i32.const {memory}) {ptr} {size})))"
        )

    def _allocate(self, options: Options, inst: int, place: str, align: int) -> list[str]:
        """$size bytes of a guest, from its realloc."""
        memory = options.memory
        there = self._size(memory)
        ptr, size = f"(local.get {place})", "(local.get $size)"
        call = f"(call {self._function(options.realloc)} (i32.const 0) (i32.const 0) "
        lines = [
            f"(global.set $leave.{inst} (i32.const 0))",
            _set(place, f"{call}(i32.const {align}) {size})"),
            f"(global.set $leave.{inst} (i32.const 1))",
        ]
        if align > 1:
            unaligned = f"(i32.and {ptr} (i32.const {align - 1}))"
            lines.append(
                self._refuse(
                    unaligned, kinds.REALLOC_UNALIGNED, inst, memory, ptr, "(i32.const 0)"
                )
            )
        beyond = f"(i32.or (i32.gt_u {size} {there}) (i32.gt_u {ptr} (i32.sub {there} {size})))"
        lines.append(self._refuse(beyond, kinds.REALLOC_BOUNDS, inst, memory, ptr, size))
        return lines

    # The call, and its result

    def _call(self) -> list[str]:
        lift, inst = self.lift, self.lift.instance
        call = f"(call {self._function(lift.function)} {' '.join(self.arguments)})"
        t = lift.type.result and _only(lift.type.result)
        lines = [call] if t is None else [_set("$r", call)]
        if t is not None and _is_pointer(t):
            lines += self._pointer_result(t)
        elif t is not None:
            wrong = self._wrong(t, "(local.get $r)")
            if wrong:
                kind = kinds.DISCRIMINANT if isinstance(t, types.Enum) else kinds.INVALID_CHAR
                zero = "(i32.const 0)"
                lines.append(self._refuse(wrong, kind, inst, 0, zero, zero))
        if lift.options.post_return is not None:
            flat = "" if t is None else "(local.get $r)"
            lines += [
                f"(global.set $leave.{inst} (i32.const 0))",
                f"(call {self._function(lift.options.post_return)} {flat})",
                f"(global.set $leave.{inst} (i32.const 1))",
            ]
        if t is not None:
            lines.append(_set("$r", self._scalar(t, "(local.get $r)")))
        lines += [f"(global.set $enter.{entered} (i32.const 1))" for entered in self.path]
        return lines

    def _pointer_result(self, t: types.ValType) -> list[str]:
        """A text or list: the callee returns where its address and length stand."""
        lower, lift = self.lower, self.lift
        source, target = lift.options.memory, lower.options.memory
        unit, align = self._unit(t)
        list_ = isinstance(t, types.List)
        returned, out = "(local.get $r)", f"(local.get $p{self.out})"
        ptr, length = "(local.get $at)", "(local.get $length)"
        size = "(local.get $size)"
        lines = self._pair(returned, lift.instance, source)
        lines += self._pair(out, lower.instance, target)
        lines += [
            _set("$at", f"(i32.load $m{source} {returned})"),
            _set("$length", f"(i32.load $m{source} offset=4 {returned})"),
            _set("$size", length if unit == 1 else f"(i32.mul {length} (i32.const {unit}))"),
        ]
        long, *beyond = self._range(source, ptr, length, unit, align)
        limit = kinds.LIST_LENGTH if list_ else kinds.STRING_LENGTH
        bounds = kinds.LIST_BOUNDS if list_ else kinds.STRING_BOUNDS
        zero = "(i32.const 0)"
        lines.append(self._refuse(long, limit, lift.instance, source, zero, zero))
        if align > 1:
            lines.append(
                self._refuse(beyond.pop(), kinds.UNALIGNED, lift.instance, source, zero, zero)
            )
        for wrong in beyond:
            lines.append(self._refuse(wrong, bounds, lift.instance, source, ptr, size))
        if not list_:
            wrong = f"(i32.eqz {self._valid(source, ptr, length)})"
            lines.append(
                self._refuse(wrong, kinds.INVALID_UTF8, lift.instance, source, zero, zero)
            )
        lines += self._allocate(lower.options, lower.instance, "$to", align)
        lines += [
            self._copy(target, source, "$to", ptr),
            f"(i32.store $m{target} {out} (local.get $to))",
            f"(i32.store $m{target} offset=4 {out} {length})",
        ]
        return lines

    def _pair(self, ptr: str, inst: int, memory: int) -> list[str]:
        """Checks a pointer to an address and a length."""
        there = self._size(memory)
        eight = "(i32.const 8)"
        beyond = f"(i32.or (i32.lt_u {there} {eight}) (i32.gt_u {ptr} (i32.sub {there} {eight})))"
        return [
            self._refuse(
                f"(i32.and {ptr} (i32.const 3))", kinds.UNALIGNED, inst, memory, ptr, eight
            ),
            self._refuse(beyond, kinds.OUT_OF_BOUNDS, inst, memory, ptr, eight),
        ]
