"""From LLVM IR to a blob: optimise, emit, add what the code calls, link."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from .blob import Blob, link
from .library import library_ir
from .object import Object, read_object
from .target import Target, llvm, machine
from .trampoline import trampoline


def emit(ir: str, target: Target) -> Object:
    """Optimise a module in LLVM's text form, and make an object of it.

    The text has no triple and no data layout: both come from the target. Raises RuntimeError,
    with LLVM's message, for a module that is not valid.
    """
    binding, tm = llvm(), machine(target)
    head = f'target triple = "{target.triple}"\ntarget datalayout = "{tm.target_data}"\n'
    module = binding.parse_assembly(head + ir)
    module.verify()
    options = binding.create_pipeline_tuning_options(speed_level=2)
    options.loop_unrolling = not target.small
    options.loop_vectorization = options.slp_vectorization = not target.small
    passes = binding.create_pass_builder(tm, options)
    passes.getModulePassManager().run(module, passes)
    return read_object(tm.emit_object(module))


def compile_blob(ir: str, target: Target, wanted: Iterable[str] = ()) -> Blob:
    """Compile a module that defines wrt_main and calls the services rt_trap, rt_host, rt_yield.

    What it calls of the library is added, and what LLVM calls for its sake.

    wanted: names of functions whose blob offsets the caller needs.

    Raises LinkerError if the code needs what a blob cannot have.
    """
    start, program = trampoline(target.trampoline), emit(ir, target)
    defined = {s.name for part in (start, program) for s in part.symbols if s.section is not None}
    called = (start.undefined() | program.undefined()) - defined
    library = library_object(frozenset(called), target) if called else None
    return link(start, program, library, target, wanted)


@lru_cache(maxsize=64)
def library_object(symbols: frozenset[str], target: Target) -> Object:
    """The object of the library functions with these names, and of what they call.

    Their own code may call others that LLVM thought of, so it is made until nothing is new.
    """
    library = emit(library_ir(symbols, target), target)
    missing = library.undefined()
    return library_object(symbols | missing, target) if missing else library
