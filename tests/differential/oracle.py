"""What wasmtime says that a module does.

An outcome is {"init": kind of trap or "", "calls": [[kind of trap or None, results, log of host
calls]], "globals": [bits], "memories": [[bytes, CRC-32]], "tables": [[1 for each entry that is not
null]]}, in the order of the plan. Integers are signed, floats are their bits. After a trap in
`init` there is nothing more. A kind of trap is here a set of kinds.
"""

from __future__ import annotations

import struct
from binascii import crc32
from functools import cache

import wasmtime

from differential.host import Host

_TRAPS = {
    "STACK_OVERFLOW": {"call_stack_exhausted"},
    "MEMORY_OUT_OF_BOUNDS": {"out_of_bounds_memory"},
    "TABLE_OUT_OF_BOUNDS": {"out_of_bounds_table", "undefined_element"},
    "INDIRECT_CALL_TO_NULL": {"uninitialized_element"},
    "BAD_SIGNATURE": {"indirect_call_type_mismatch"},
    "INTEGER_OVERFLOW": {"integer_overflow"},
    "INTEGER_DIVISION_BY_ZERO": {"integer_divide_by_zero"},
    "BAD_CONVERSION_TO_INTEGER": {"invalid_conversion_to_integer"},
    "UNREACHABLE": {"unreachable"},
    "NULL_REFERENCE": {"null_reference"},
    "UNCAUGHT_EXCEPTION": {"uncaught_exception"},
}


@cache
def _engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    config.cranelift_nan_canonicalization = True
    config.cranelift_opt_level = "none"
    config.wasm_exceptions = True
    config.wasm_function_references = True
    config.wasm_gc = True
    config.wasm_memory64 = True
    config.wasm_multi_memory = True
    config.wasm_tail_call = True
    config.wasm_wide_arithmetic = True
    config.wasm_custom_page_sizes = True
    return wasmtime.Engine(config)


def outcome(data: bytes, plan: dict) -> dict:
    """Run a module as device.py does."""
    engine = _engine()
    store = wasmtime.Store(engine)
    module = wasmtime.Module(engine, data)
    host = Host()
    functions = host.imports()
    imports = [wasmtime.Func(store, item.type, functions[item.name]) for item in module.imports]
    result: dict = {"init": "", "calls": []}
    try:
        exports = wasmtime.Instance(store, module, imports).exports(store)
    except (wasmtime.Trap, wasmtime.WasmtimeError) as trap:
        result["init"] = _kinds(trap)
        return result
    for name, arguments in plan["calls"]:
        host.log = []
        function = exports[name]
        type = function.type(store)
        values = [
            _argument(str(t), value) for t, value in zip(type.params, arguments, strict=True)
        ]
        try:
            found = function(store, *values)
            entry = [None, _results(type.results, found)]
        except (wasmtime.Trap, wasmtime.WasmtimeError) as trap:
            entry = [_kinds(trap), []]
        result["calls"].append([*entry, [list(line) for line in host.log]])
    result["globals"] = [
        _bits(type, exports[name].value(store)) & (1 << int(type[1:])) - 1
        for name, type in plan["globals"]
    ]
    result["memories"] = [_contents(store, exports[name]) for name in plan["memories"]]
    result["tables"] = [_entries(store, exports[name]) for name in plan["tables"]]
    return result


def _kinds(trap: wasmtime.Trap | wasmtime.WasmtimeError) -> set[str]:
    if isinstance(trap, wasmtime.Trap) and trap.trap_code:
        return _TRAPS[trap.trap_code.name]
    thrown = "thrown Wasm exception" in str(trap)
    return {"uncaught_exception" if thrown else str(trap)}


def _argument(type: str, value):
    if type == "f32":
        return struct.unpack("<f", struct.pack("<I", value))[0]
    if type == "f64":
        return struct.unpack("<d", struct.pack("<Q", value))[0]
    return value


def _results(types, found) -> list:
    values = [] if not types else [found] if len(types) == 1 else found
    return [_bits(str(type), value) for type, value in zip(types, values, strict=True)]


def _bits(type: str, value):
    if type == "f32":
        return struct.unpack("<I", struct.pack("<f", value))[0]
    if type == "f64":
        return struct.unpack("<Q", struct.pack("<d", value))[0]
    return "func" if isinstance(value, wasmtime.Func) else value


def _contents(store: wasmtime.Store, memory: wasmtime.Memory) -> list[int]:
    size = memory.data_len(store)
    return [size, crc32(memory.read(store, 0, size))]


def _entries(store: wasmtime.Store, table: wasmtime.Table) -> list[int]:
    entries = [table.get(store, i) for i in range(table.size(store))]
    return [int(getattr(entry, "value", entry) is not None) for entry in entries]
