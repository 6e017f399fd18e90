"""A linked store to a Program."""

from __future__ import annotations

from collections.abc import Collection

from ..errors import PreflightError
from ..link import Instance, Store
from ..ops.encoding import encode
from ..wasm.types import slots
from .assemble import assemble, needs_scratch
from .context import Context, LowerOptions
from .function import FunctionLowerer
from .initialise import Initialiser
from .legalize import SCRATCH
from .outline import outline, outline_of, void
from .program import Function, HostImport, Program
from .program import Instance as ProgramInstance
from .stackdepth import reserve_stack

MAX_HOISTED = 16  # constants kept in slots during a loop


def lower(
    store: Store,
    options: LowerOptions | None = None,
    *,
    plan_calls: Collection[int] | None = None,
) -> Program:
    """Code and initial contents for everything in the store.

    plan_calls: functions that the plan of a component calls, None for a module. Machine code has
    to know them, and where the image's functions will lie. Raises LimitError (with the function's
    name) where a fixed limit of the encoding is passed.
    """
    context = Context(store, options or LowerOptions())
    if context.options.native:
        from ..native.program import lower_native

        return lower_native(context, plan_calls)
    program = outline(context)
    for index in range(len(store.functions)):
        program.functions.append(_function(context, program, index))
    for instance in store.instances:
        program.instances.append(_instance(context, program, instance))
    if "exception" in program.features:
        program.exceptions = context.options.exceptions
    reserve_stack(context, program)
    return program


def _function(context: Context, program: Program, index: int) -> Function:
    item = context.store.functions[index]
    if item.instance is None:
        return _host(context, program, index)
    module = item.instance.module
    code = module.code[item.code]
    declared = module.types[module.functions[item.code]]
    locals = [type for count, type in code.locals for _ in range(count)]
    near, hoisted = 0, None
    while True:
        lowerer = FunctionLowerer(context, item.instance, near, hoisted)
        try:
            lowerer.run(declared, locals, code.start, code.end)
            if needs_scratch(lowerer):
                near = SCRATCH
                continue
            if hoisted is None and any(lowerer.loop_constants):
                hoisted = [constants[:MAX_HOISTED] for constants in lowerer.loop_constants]
                continue
            program.features |= lowerer.features
            return assemble(lowerer, item.name, item.type)
        except PreflightError as error:
            error.file = error.file or module.file
            error.offset = code.start + module.base if error.offset is None else error.offset
            raise


def _host(context: Context, program: Program, index: int) -> Function:
    """A host import is a function whose body is one instruction."""
    item = context.store.functions[index]
    type = context.store.function_type(index)
    link = max(sum(map(slots, type.params)), sum(map(slots, type.results)))
    number = len(program.imports)
    program.imports.append(HostImport(*item.host, item.type))
    body = encode("host", c=0, d=number) + encode("ret", c=link)
    return Function(item.name, item.type, 4 * link + 24, 4 * link, 0, 0, body)


def _instance(context: Context, program: Program, instance: Instance) -> ProgramInstance:
    out = outline_of(context, instance)
    initialiser = Initialiser(context, instance)
    if initialiser.build():
        program.features |= initialiser.features
        out.init = len(program.functions)
        program.functions.append(assemble(initialiser, f"{instance.name}.init", void(program)))
    return out
