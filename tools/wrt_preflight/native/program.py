"""A linked store as a program of machine code: what the image says of it, and its module."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from ..image import format as fmt
from ..image.writer import first_section
from ..lower.context import Context
from ..lower.outline import outline, outline_of
from ..lower.program import Function, NativeCode, Program
from ..lower.stackdepth import reserve_stack
from ..wasm.types import FuncType, slots
from .blob import Blob
from .compile import compile_blob
from .mpy import write_mpy
from .target import TARGETS, Target
from .translate import FunctionInfo, Translation, translate

HEADER_BYTES = fmt.FUNCTION.size + fmt.MACHINE_FUNCTION.size
ACTIVATION_BYTES = 16  # four words before saved frames
TRAMPOLINE_BYTES = 192  # registers that the trampoline saves: 15 of 8 bytes, and 8 more on an FPU


def lower_native(context: Context, plan_calls: Collection[int] | None) -> Program:
    """Machine code, and initial contents, for everything in the store.

    plan_calls: functions that the plan of a component calls, None for a module. Raises LimitError,
    LinkerError, and UsageError where LLVM is missing.
    """
    store, options = context.store, context.options
    target = TARGETS[options.native]
    headers = _headers(len(store.functions) + len(store.instances), plan_calls is not None)
    translation = translate(
        store, context, target, headers, plan_calls or (), deterministic=options.deterministic
    )
    wanted = {name for f in translation.functions for name in (f.symbol, f.shim) if name}
    blob = compile_blob(translation.ir, target, sorted(wanted | {"wrt_main"}))
    program = outline(context)
    program.types = translation.types
    program.imports = translation.imports
    frames = _frames(translation, blob)
    for index, info in enumerate(translation.functions):
        program.functions.append(_function(translation, info, blob, frames, index))
    for instance, init in zip(store.instances, translation.inits, strict=True):
        program.instances.append(outline_of(context, instance))
        program.instances[-1].init = init
    if store.tags:
        program.features.add("exception")
        program.exceptions = options.exceptions
    program.native = _native(context, translation, blob, target)
    reserve_stack(context, program)
    return program


def _headers(count: int, component: bool) -> list[int]:
    """Where the functions will lie in the image: all of them have the same size there."""
    first = first_section(2 if component else 1) + fmt.HEADER_POINT
    return [first + HEADER_BYTES * index for index in range(count)]


def _frames(translation: Translation, blob: Blob) -> list[int]:
    """Bytes of machine stack that each function takes; one that was inlined takes none."""
    return [blob.frames.get(f"f{i}", 0) for i in range(len(translation.functions))]


def _function(
    translation: Translation, info: FunctionInfo, blob: Blob, frames: list[int], index: int
) -> Function:
    type = translation.types[info.type_id]
    link = 4 * _words(type)
    code = fmt.MACHINE_FUNCTION.pack(
        entry=blob.offsets[info.symbol] if info.symbol else 0,
        shim=blob.offsets[info.shim] if info.shim else 0,
    )
    function = Function(info.name, info.type_id, link + 8, link, 0, 0, code)
    function.frame_bytes = max(function.frame_bytes, min(frames[index], 0xFFFF))
    function.calls = [(callee, frames[index]) for callee in info.callees]
    function.indirect = info.indirect
    return function


def _words(type: FuncType) -> int:
    """Words of the stack that arguments and results of a call from Python share."""
    return max(sum(map(slots, type.params)), sum(map(slots, type.results)))


def _native(context: Context, translation: Translation, blob: Blob, target: Target) -> NativeCode:
    largest = max(blob.frames.values(), default=0)
    # Arguments of host functions and of tail calls, and one frame that nobody checked.
    reserve = 4 * max(map(_words, translation.types), default=0) + largest + TRAMPOLINE_BYTES
    callers = [name for name in blob.offsets if not name.startswith("f")]
    around = sum(sorted(blob.frames[name] for name in callers)[-2:])
    return NativeCode(
        arch=target.name,
        number=target.mpy_arch,
        board=context.options.board,
        blob=blob.data,
        module=partial(_module, blob.data, target),
        red_zone=blob.red_zone + _unchecked(translation, blob),
        reserve=reserve,
        code_bytes=min(blob.offsets[name] & ~1 for name in callers),
        overhead=ACTIVATION_BYTES + TRAMPOLINE_BYTES + around,
    )


def _unchecked(translation: Translation, blob: Blob) -> int:
    """Bytes of machine stack that shared functions and a shim take below a checked function."""
    shims = {info.shim for info in translation.functions if info.shim}
    shared = sum(blob.frames.get(name, 0) for name in translation.unchecked)
    return shared + max((blob.frames[name] for name in shims), default=0)


def _module(blob: bytes, target: Target, build: int) -> bytes:
    return write_mpy(blob, target, {"build": build})
