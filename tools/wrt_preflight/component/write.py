"""Writes a Plan as the component section of an image: wrt_micro/component/plan.py describes it."""

from __future__ import annotations

import struct

from wrt_micro.component import plan as fmt

from ..errors import LimitError
from ..lower.program import Program
from . import types
from .canon import BUILTINS
from .layout import (
    MAX_FLAT_PARAMS,
    alignment,
    discriminant_size,
    elem_size,
    flatten_functype,
    flatten_type,
    flatten_types,
    is_plain,
    payload_offset,
    record_layout,
)
from .plan import (
    CANON,
    Builtin,
    Exports,
    Func,
    HostFunction,
    InstantiateCore,
    Lift,
    Lower,
    Options,
    Plan,
    Refuse,
    Start,
    Value,
    is_concurrent,
)
from .types import FuncType, ResourceType, ValType

KINDS = {
    "bool": fmt.BOOL,
    "s8": fmt.S8,
    "u8": fmt.U8,
    "s16": fmt.S16,
    "u16": fmt.U16,
    "s32": fmt.S32,
    "u32": fmt.U32,
    "s64": fmt.S64,
    "u64": fmt.U64,
    "f32": fmt.F32,
    "f64": fmt.F64,
    "char": fmt.CHAR,
    "string": fmt.STRING,
    "error-context": fmt.ERROR_CONTEXT,
}
_ENCODINGS = {"utf8": fmt.UTF8, "utf16": fmt.UTF16, "latin1+utf16": fmt.LATIN1_UTF16}
_OPCODES = {name: code for code, (name, _) in BUILTINS.items()}


def write_plan(plan: Plan, program: Program) -> bytes:
    """The bytes of the component section. Raises LimitError if a number does not fit.

    program: lowered from the store that the plan was linked with; its host imports tell which
    canonical definitions are left.
    """
    return _Writer(plan).section(program)


MAX_SIZE = 0xFFFFFFFF  # of a value in memory: a descriptor has a word for it


class _Writer:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.data = bytearray(4 * fmt.HEADER_WORDS)
        self.known: dict[bytes, int] = {}
        self.described: dict[tuple[ValType, int], int] = {}
        self.strings: dict[str, int] = {}
        self.resources: list[ResourceType] = []
        self.lifts = {lift: number for number, lift in enumerate(plan.lifts)}
        self.hosts = {host: number for number, host in enumerate(plan.hosts)}
        self.values = {value: number for number, value in enumerate(plan.values)}

    def section(self, program: Program) -> bytes:
        plan = self.plan
        canons = [plan.canons[int(item.name)] for item in program.imports if item.module == CANON]
        instances = [
            (_index(instance.parent), self._string(instance.name)) for instance in plan.instances
        ]
        tables = {
            fmt.INSTANCES: instances,
            fmt.STEPS: [self._step(step) for step in plan.steps],
            fmt.LIFTS: [self._lift(lift) for lift in plan.lifts],
            fmt.CANONS: [self._canon(canon) for canon in canons],
            fmt.HOSTS: [self._host(host) for host in plan.hosts],
            fmt.VALUES: [self._value(value) for value in plan.values],
            fmt.EXPORTS: self._exports(plan.exports),
        }
        tables[fmt.RESOURCES] = [self._resource(resource) for resource in self.resources]
        tables[fmt.COPIERS] = plan.copiers
        header = [fmt.VERSION] + [0] * (fmt.HEADER_WORDS - 1)
        header[fmt.GUARDS] = _index(plan.guards)
        header[fmt.PROGRAM_FLAGS] = fmt.CONCURRENT * is_concurrent(plan)
        for table, records in tables.items():
            header[table] = self._place([word for record in records for word in record])
            header[table + 1] = len(records)
        struct.pack_into(f"<{len(header)}I", self.data, 0, *header)
        return bytes(self.data)

    def _append(self, data: bytes) -> int:
        """Adds bytes at a multiple of 4; their reference."""
        self.data += bytes(-len(self.data) % 4)
        at = len(self.data)
        self.data += data
        if len(self.data) >= fmt.TO_HOST:
            raise LimitError("the component section is larger than 512 MiB", file=self.plan.file)
        return at

    def _place(self, words: list[int]) -> int:
        return self._append(struct.pack(f"<{len(words)}I", *words))

    def _share(self, words: list[int]) -> int:
        """The reference of these words, wherever they already stand."""
        data = struct.pack(f"<{len(words)}I", *words)
        if data not in self.known:
            self.known[data] = self._append(data)
        return self.known[data]

    def _string(self, text: str) -> int:
        if text not in self.strings:
            data = text.encode()
            if len(data) > 0xFFFF:
                raise LimitError(
                    f"the name {text[:40]!r}... has {len(data)} bytes, at most 65535",
                    file=self.plan.file,
                )
            self.strings[text] = self._append(struct.pack("<H", len(data)) + data)
        return self.strings[text]

    # Instantiation

    def _step(self, step: InstantiateCore | Start) -> tuple[int, int]:
        if isinstance(step, InstantiateCore):
            return step.core, step.instance
        arguments = [self.values[value] for value in step.arguments]
        result = _index(step.result and self.values[step.result])
        words = [self._target(step.callee), result, len(arguments), *arguments]
        return fmt.START | self._place(words), step.instance

    def _value(self, value: Value) -> tuple[int, int, int, int]:
        return (
            self._type(value.type, 4),
            0 if value.literal is None else self._append(value.literal),
            self._string(value.interface) if value.interface else 0,
            0 if value.name is None else self._string(value.name),
        )

    # Functions

    def _lift(self, lift: Lift) -> tuple[int, ...]:
        options = lift.options
        params, _ = flatten_functype(lift.type, "lift", options.ptr_size, options.async_)
        return (
            lift.function,
            lift.instance,
            self._options(options),
            *self._functype(lift.type, options.ptr_size),
            _wide(params),
            fmt.ASYNC * lift.type.async_,
        )

    def _canon(self, canon: Lower | Builtin | Refuse) -> tuple[int, ...]:
        if isinstance(canon, Builtin):
            return self._builtin(canon)
        if isinstance(canon, Refuse):
            return (fmt.REFUSE, *[0] * (fmt.CANON_BYTES // 4 - 1))
        options, functype = canon.options, canon.callee.type
        params, _ = flatten_functype(functype, "lower", options.ptr_size, options.async_)
        return (
            fmt.LOWER,
            canon.instance,
            self._options(options),
            *self._functype(functype, options.ptr_size),
            _wide(params),
            self._target(canon.callee),
            fmt.ASYNC * functype.async_
            | fmt.REENTERS * self._reenters(canon)
            | fmt.FUSED * canon.fused,
            _index(canon.copy_in),
            _index(canon.copy_out),
        )

    def _target(self, callee: Func) -> int:
        if isinstance(callee, Lift):
            return self.lifts[callee]
        return fmt.TO_HOST | self.hosts[callee]

    def _reenters(self, lower: Lower) -> bool:
        """Whether one of caller and callee contains the other."""
        if not isinstance(lower.callee, Lift):
            return False
        caller, callee = lower.instance, lower.callee.instance
        return caller in self._around(callee) or callee in self._around(caller)

    def _around(self, instance: int | None) -> set[int]:
        """An instance and its ancestors."""
        found = set()
        while instance is not None:
            found.add(instance)
            instance = self.plan.instances[instance].parent
        return found

    def _builtin(self, builtin: Builtin) -> tuple[int, ...]:
        immediates = builtin.definition.immediates
        ptr_size = builtin.options.ptr_size if builtin.options else 4
        memory = immediates["slot"] if "slot" in immediates else builtin.memory
        flags = fmt.ASYNC * bool(immediates.get("async_")) | fmt.TABLE64 * builtin.table64
        flags |= fmt.WIDE * (builtin.argument == "i64")
        valtype = self._type(builtin.type, ptr_size) if builtin.type else 0
        table = _index(builtin.table)
        if builtin.definition.name == "task.return" and builtin.type:
            flat = flatten_type(builtin.type, ptr_size)
            table = _wide(flat) if len(flat) <= MAX_FLAT_PARAMS else ptr_size == 8
        return (
            _OPCODES[builtin.definition.name],
            builtin.instance,
            self._options(builtin.options) if builtin.options else 0,
            valtype if builtin.core_type is None else builtin.core_type,
            _index(builtin.resource and self._resource_index(builtin.resource)),
            table,
            _index(memory),
            flags | fmt.CANCELLABLE * bool(immediates.get("cancellable")),
            fmt.NONE,
            fmt.NONE,
        )

    def _host(self, host: HostFunction) -> tuple[int, ...]:
        interface = self._string(host.interface) if host.interface else 0
        params, result = self._functype(host.type, 4)
        return (
            interface,
            self._string(host.name),
            params,
            result,
            fmt.ASYNC * host.type.async_,
        )

    def _options(self, options: Options) -> int:
        return self._share(
            [
                _ENCODINGS[options.encoding],
                _index(options.memory),
                _index(options.realloc),
                _index(options.post_return),
                _index(options.callback),
                options.ptr_size,
                fmt.ASYNC * options.async_,
            ]
        )

    def _functype(self, functype: FuncType, ptr_size: int) -> tuple[int, int]:
        """References of the params, as a record, and of the result, or 0."""
        params = types.Record(functype.params)
        result = self._type(functype.result, ptr_size) if functype.result else 0
        return self._type(params, ptr_size), result

    # Types

    def _type(self, t: ValType, ptr_size: int) -> int:
        """The reference of a type descriptor."""
        key = t, ptr_size
        if key not in self.described:
            kind, words = self._describe(t, ptr_size)
            if isinstance(t, types.Record):
                flat = flatten_types([u for _, u in t.fields], ptr_size)
            else:
                flat = flatten_type(t, ptr_size)
            size = elem_size(t, ptr_size)
            if size > MAX_SIZE:
                raise LimitError(
                    f"a value of type {type(t).__name__.lower()} takes {size} bytes,"
                    f" more than the {MAX_SIZE} that any memory holds",
                    file=self.plan.file,
                )
            head = kind | alignment(t, ptr_size) << 8 | len(flat) << 16
            head |= (fmt.PLAIN << 24) * is_plain(t)
            self.described[key] = self._share([head, size, *words])
        return self.described[key]

    def _describe(self, t: ValType, ptr_size: int) -> tuple[int, list[int]]:
        def of(child: ValType | None) -> int:
            return self._type(child, ptr_size) if child else 0

        match t:
            case types.Primitive(name=name):
                return KINDS[name], []
            case types.Record(fields=fields):
                words = [len(fields)]
                offsets = record_layout(t, ptr_size)[0]
                for (label, child), offset in zip(fields, offsets, strict=True):
                    words += of(child), offset, self._string(label)
                return fmt.RECORD, words
            case types.Tuple(types=members):
                words = [len(members)]
                for child, offset in zip(members, record_layout(t, ptr_size)[0], strict=True):
                    words += of(child), offset, 0
                return fmt.TUPLE, words
            case types.Variant() | types.Enum() | types.Option() | types.Result():
                cases = types.despecialize(t).cases
                size = discriminant_size(len(cases))
                words = [len(cases), size | payload_offset(t, ptr_size) << 8]
                for label, child in cases:
                    words += of(child), self._string(label)
                return _VARIANTS[type(t)], words
            case types.Flags(labels=labels):
                return fmt.FLAGS, [len(labels), *map(self._string, labels)]
            case types.List(element=element, length=None):
                return fmt.LIST, [of(element)]
            case types.List(element=element, length=length):
                return fmt.FIXED_LIST, [of(element), length]
            case types.Map(key=key, value=value):
                return fmt.MAP, [of(types.Tuple((key, value)))]
            case types.Own(resource=resource):
                return fmt.OWN, [self._resource_index(resource)]
            case types.Borrow(resource=resource):
                return fmt.BORROW, [self._resource_index(resource)]
            case types.Stream(element=element):
                return fmt.STREAM, [of(element), self._type(element, 4) if element else 0]
            case types.Future(element=element):
                return fmt.FUTURE, [of(element), self._type(element, 4) if element else 0]
        raise AssertionError(t)

    def _resource_index(self, resource: ResourceType) -> int:
        if resource not in self.resources:
            self.resources.append(resource)
        return self.resources.index(resource)

    def _resource(self, resource: ResourceType) -> tuple[int, int, int]:
        name = self._string(resource.name) if resource.name else 0
        return _index(resource.instance), _index(resource.dtor), name

    # Exports

    def _exports(self, exports: Exports) -> list[tuple[int, int, int]]:
        records = []
        for name, function in exports.functions.items():
            if isinstance(function, Lift):
                kind, index = fmt.FUNC, self.lifts[function]
            else:
                kind, index = fmt.HOST_FUNC, self.hosts[function]
            records.append((self._string(name), kind, index))
        for name, instance in exports.instances.items():
            inner = self._exports(instance)
            words = [len(inner), *(word for record in inner for word in record)]
            records.append((self._string(name), fmt.INTERFACE, self._place(words)))
        for name, value in exports.values.items():
            records.append((self._string(name), fmt.VALUE, self.values[value]))
        for name, exported in exports.types.items():
            if isinstance(exported, ResourceType):
                index = self._resource_index(exported)
                records.append((self._string(name), fmt.RESOURCE, index))
        return records


_VARIANTS = {
    types.Variant: fmt.VARIANT,
    types.Enum: fmt.ENUM,
    types.Option: fmt.OPTION,
    types.Result: fmt.RESULT,
}


def _index(number: int | None) -> int:
    return fmt.NONE if number is None else number


def _wide(flat: tuple[str, ...]) -> int:
    """Bit i says that flat value i takes two words."""
    return sum(1 << i for i, core in enumerate(flat) if core in ("i64", "f64"))
