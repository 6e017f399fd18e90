"""Modules in text, lowered: their register code as lists, and run by the portable engine."""

from __future__ import annotations

from pathlib import Path

import wrt_micro
from wrt_preflight import image
from wrt_preflight.link import Store
from wrt_preflight.lower import LowerOptions, lower
from wrt_preflight.lower.program import Function, Program
from wrt_preflight.ops.encoding import decode
from wrt_preflight.validate import to_binary, validate
from wrt_preflight.wasm import Module, read_module


def module(text: str, file: str | None = None) -> Module:
    """A module in text, validated."""
    data = to_binary(text.encode(), file)
    validate(data, file)
    return read_module(data, file)


def program(text: str, **options) -> Program:
    """The program of one module. options: of LowerOptions."""
    store = Store()
    store.instantiate(module(text), "main", lambda module, field: None)
    return lower(store, LowerOptions(**options))


def function(program: Program, name: str) -> Function:
    """The function that the last instance exports under a name."""
    exports = program.instances[-1].exports
    return program.functions[next(e.index for e in exports if e.name == name)]


def listing(function: Function) -> list[tuple[str, dict[str, int]]]:
    """(row, fields) of each instruction; the entries of a br_table are left out."""
    found, at = [], 0
    while at < len(function.code):
        name, fields, size = decode(function.code, at)
        found.append((name, fields))
        at += size + (4 * (fields["c"] + 1) if name == "br_table" else 0)
    return found


def rows(text: str, name: str = "f", **options) -> list[str]:
    """Names of the rows of one function, without what returns its result."""
    names = [row for row, _ in listing(function(program(text, **options), name))]
    return [row for row in names if not row.startswith("ret")]


def write_files(folder: Path, name: str, written: image.Image) -> None:
    """Writes an image, and its machine code beside it if it has some."""
    (folder / f"{name}.wrt").write_bytes(written.data)
    if written.module:
        (folder / f"{name}_native.mpy").write_bytes(written.module)


def run(program: Program, imports: dict | None = None, **options):
    """The App of a program, on the portable engine in this process."""
    return wrt_micro.load(image.write(program).data, imports, "portable", **options)
