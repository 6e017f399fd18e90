"""What is called in a module, with which arguments."""

from __future__ import annotations

import random

from wrt_preflight.wasm import Module
from wrt_preflight.wasm.types import EXTERNREF, FUNCREF

CALLS = 4  # of each function

# Integers are signed. Floats are their bits; wasmtime's Python API cannot hand over signalling
# NaNs, so all of these are quiet.
EDGES = {
    "i32": (0, 1, -1, 2, 7, -8, 31, 32, 33, 255, 256, 65535, 65536, 65537, 131071, 131072)
    + (2**31 - 1, -(2**31), 1 - 2**31, 0x12345678, -0x12345678),
    "i64": (0, 1, -1, 2, -8, 31, 32, 63, 64, 65535, 65536, 2**31 - 1, 2**31, -(2**31))
    + (2**32 - 1, 2**32, 2**32 + 1, 2**63 - 1, -(2**63), 0x123456789ABCDEF0),
    "f32": (0, 0x80000000, 1, 0x007FFFFF, 0x00800000, 0x3F800000, 0xBF800000, 0x3FC00000)
    + (0x4F000000, 0xCF000000, 0x4F800000, 0x5F000000, 0x5F800000, 0x7F7FFFFF, 0x7F800000)
    + (0xFF800000, 0x7FC00000, 0xFFC00000, 0x7FC12345, 0x4B800001, 0x3F7FFFFF),
    "f64": (0, 1 << 63, 1, 0x000FFFFFFFFFFFFF, 0x0010000000000000, 0x3FF0000000000000)
    + (0xBFF0000000000000, 0x3FF8000000000000, 0x41DFFFFFFFC00000, 0x41E0000000000000)
    + (0xC1E0000000000000, 0xC1E0000000200000, 0x41EFFFFFFFE00000, 0x41F0000000000000)
    + (0x43E0000000000000, 0xC3E0000000000000, 0x43F0000000000000, 0x7FEFFFFFFFFFFFFF)
    + (0x7FF0000000000000, 0xFFF0000000000000, 0x7FF8000000000000, 0xFFF8000000012345)
    + (0x36A0000000000000, 0x47EFFFFFF0000000, 0x3FDFFFFFFFFFFFFF),
    FUNCREF: (None,),
    EXTERNREF: (None, "x", "y"),
}


def plan(module: Module, seed: int) -> dict:
    """Calls [[export, arguments]], and the exported globals, memories and tables to compare.

    Functions and globals with other references than funcref and externref are left out: the
    Python API of wasmtime has no values for them.
    """
    source = random.Random(seed)
    found: dict[str, list] = {"calls": [], "globals": [], "memories": [], "tables": []}
    for export in module.exports:
        if export.kind == "func":
            type = module.func_type(export.index)
            if all(t in EDGES for t in (*type.params, *type.results)):
                for _ in range(CALLS if type.params else 2):
                    arguments = [source.choice(EDGES[t]) for t in type.params]
                    found["calls"].append([export.name, arguments])
        elif export.kind == "global":
            type = module.global_types()[export.index].value
            if isinstance(type, str):
                found["globals"].append([export.name, type])
        elif export.kind == "memory":
            found["memories"].append(export.name)
        elif export.kind == "table":
            if module.table_types()[export.index].element in (FUNCREF, EXTERNREF):
                found["tables"].append(export.name)
    source.shuffle(found["calls"])
    return found
