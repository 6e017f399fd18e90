"""What others than the runtime itself name of it: Python that uses it, objects that are given to
it, and programs that name what they import."""

from __future__ import annotations

import array
import ast
import asyncio
import collections
import io
import os
import re
import select
import socket
import struct
import sys
import time
import types
from collections.abc import Iterator
from functools import cache

from wrt_micro.component.host import camel_case
from wrt_micro.exports import snake_case

from ..functions import imports
from ..image import Contents
from ..mpy_compile import runtime_source
from .rewrite import PACKAGE, UnlinkableError
from .scopes import DEFINITIONS, bound_names
from .walk import walk

# Attributes of objects that are none of the runtime's: Python's, and MicroPython's where CPython
# has no such thing. An attribute of ours with such a name keeps it.
_PYTHONS = (
    *(str, bytes, bytearray, list, dict, set, tuple, int, float, memoryview, range, object, type),
    *(Exception, OSError, StopIteration, io.BytesIO, io.FileIO, io, os, sys, struct, time, select),
    *(types.GeneratorType, types.CoroutineType),
    *(
        array.array,
        type(select.poll()),
        collections.deque,
        asyncio,
        asyncio.Event,
        asyncio.Task,
        socket.socket,
    ),
)
_MICROPYTHONS = (
    "addressof ADC ATTN_11DB I2C IN OUT OPEN_DRAIN PULL_DOWN PULL_UP PWM Pin SPI _io_queue "
    "_task_queue _mpy addr32 bytearray_at collect core crc32 deinit duty duty_ns duty_u16 freq "
    "heap_lock heap_unlock ilistdir implementation init irq lock map maxsize mem_alloc mem_free "
    "modules name off on path peek platform read_u16 read_uv readfrom readfrom_into "
    "readfrom_mem scan sleep_ms sleep_us threshold ticks_add ticks_diff ticks_ms ticks_us "
    "unique_id value version writeto writevto write_readinto"
).split()
# What only a program with tasks has a use for.
_CONCURRENT = {"start", "spawn", "aio", "tick", "run_until", "new_stream", "new_waitable_set"}


@cache
def foreign() -> frozenset[str]:
    """Attributes of objects that the runtime did not make."""
    names = {name for thing in _PYTHONS for name in dir(thing)}
    return frozenset(names | set(_MICROPYTHONS))


@cache
def face(module: str = "") -> tuple[frozenset[str], frozenset[str]]:
    """(names, attributes) that Python may use, as a module's file of types has them."""
    path = runtime_source() / f"{module.replace('.', '/') or '__init__'}.pyi"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {name for node in tree.body for name in _bound(node)}
    attributes = {
        name
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for inner in node.body
        for name in _bound(inner)
        if name[:2] != "__"
    }
    return frozenset(names), frozenset(attributes)


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (*DEFINITIONS, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


@cache
def arguments() -> frozenset[str]:
    """Arguments that Python may give by name."""
    found = set()
    for module in ("", "concurrent"):
        path = runtime_source() / f"{module or '__init__'}.pyi"
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= {node.arg for node in walk(tree) if isinstance(node, ast.arg)}
    return frozenset(found)


def attributes(concurrent: bool) -> frozenset[str]:
    """Attributes that Python may use of what `load` gives it."""
    found = face()[1]
    return found | face("concurrent")[1] if concurrent else found - _CONCURRENT


def shown(body: list[ast.stmt]) -> dict[str, str]:
    """Classes of objects that Python gets, and all traps: they keep the names that it prints."""
    found = face()[0] | face("concurrent")[0]
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    for node in classes:  # bases come first
        if any(isinstance(base, ast.Name) and base.id in found for base in node.bases):
            if node.name.endswith("Trap"):
                found |= {node.name}
    return {node.name: node.name for node in classes if node.name in found}


def imported(image: Contents) -> frozenset[str]:
    """Names under which what a program imports may stand in classes of the runtime."""
    found = set()
    for function in imports(image):
        for part in re.split(r"[^A-Za-z0-9_-]+", function.full_name):
            if part:
                found |= {snake_case(part), camel_case(part), part}
    return frozenset(found)


def taken_by(source: str) -> dict[str, tuple[str, ...]]:
    """What Python takes of the runtime: names by module, as "concurrent".

    Raises UnlinkableError where it takes a module, or one that is not there.
    """
    found: dict[str, tuple[str, ...]] = {}
    for node in walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            package, _, module = node.module.partition(".")
            if package == PACKAGE:
                names = tuple(alias.name for alias in node.names)
                found[module] = found.get(module, ()) + names
                for name in names:
                    if name == "*" or _is_module(f"{module}.{name}"):
                        raise UnlinkableError(f"all of {node.module}, or {name} of it")
                if not _is_module(module):
                    raise UnlinkableError(f"{node.module} is not there")
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith(f"{PACKAGE}."):
                    raise UnlinkableError(f"{alias.name} as a value")
    return found


def _is_module(name: str) -> bool:
    path = runtime_source().joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or path.joinpath("__init__.py").exists()


def keywords_in(source: str) -> frozenset[str]:
    """Arguments that somebody's Python gives by name."""
    tree = ast.parse(source)
    return frozenset(n.arg for n in walk(tree) if isinstance(n, ast.keyword) and n.arg)


def named_in(source: str) -> frozenset[str]:
    """Attributes, strings, keywords and globals of somebody's Python, whatever they mean."""
    tree = ast.parse(source)
    found = {name for node in tree.body for name in bound_names(node)}
    for node in walk(tree):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.keyword | ast.arg) and node.arg:
            found.add(node.arg)
        elif isinstance(node, DEFINITIONS):
            found.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return frozenset(found)
