"""Functions that are the same, byte for byte, become one."""

from __future__ import annotations

from collections.abc import Collection

from ..lower.program import Function, Program


def merge(program: Program, reached: set[int], fixed: Collection[int]) -> dict[int, int]:
    """Index of a function -> that of an equal one, which stays.

    Only functions of the same instance are merged, as traps name it. fixed: functions that are
    found by their index, which stay. Nothing can tell two functions apart: they have no identity
    that WebAssembly compares.
    """
    instances = {
        index: number for number, item in enumerate(program.instances) for index in item.functions
    }
    # Those that have to stay come first, so that the others go into them.
    order = sorted(reached & set(instances), key=lambda index: (index not in fixed, index))
    into: dict[int, int] = {}
    while True:
        known: dict[tuple, int] = {}
        merged = dict(into)
        for index in order:
            if index in into:
                continue
            key = (instances[index], *_content(program.functions[index], into))
            stays = known.setdefault(key, index)
            if stays != index and index not in fixed:
                merged[index] = stays
        merged = {index: merged.get(stays, stays) for index, stays in merged.items()}
        if merged == into:
            return into
        into = merged  # callers of functions that are now one may be equal themselves


def _content(function: Function, into: dict[int, int]) -> tuple:
    """Everything that makes a function what it is, with merged functions under one index."""
    return (
        function.type_id,
        function.frame_bytes,
        function.link,
        function.zero_start,
        function.zero_words,
        function.code,
        tuple((r.offset, into.get(r.function, r.function)) for r in function.relocations),
        tuple(
            (h.start, h.end, h.tag, h.with_ref, h.target, h.destination) for h in function.handlers
        ),
    )
