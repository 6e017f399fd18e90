"""From LLVM IR to a blob: optimise, emit, add what the code calls, link."""

from __future__ import annotations

from collections.abc import Iterable

from .blob import Blob, link
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

    wanted: names of functions whose blob offsets the caller needs.

    Raises LinkerError if the code needs what a blob cannot have.
    """
    return link([trampoline(target.trampoline), emit(ir, target)], target, wanted)
