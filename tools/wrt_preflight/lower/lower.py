"""A linked store to a Program."""

from __future__ import annotations

from collections.abc import Collection

from ..errors import PreflightError
from ..link import Instance, Store
from ..ops.encoding import encode
from ..wasm.types import FuncType, slots
from .assemble import assemble, needs_scratch
from .context import Context, LowerOptions
from .function import FunctionLowerer
from .initialise import Initialiser, initial_globals, initial_tables
from .legalize import SCRATCH
from .program import Export, Function, HostImport, Program
from .program import Instance as ProgramInstance
from .stackdepth import Unbounded, depth

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
    program = initial_program(context)
    for index in range(len(store.functions)):
        program.functions.append(_function(context, program, index))
    for instance in store.instances:
        program.instances.append(_instance(context, program, instance))
    if "exception" in program.features:
        program.exceptions = context.options.exceptions
    reserve_stack(context, program)
    return program


def initial_program(context: Context) -> Program:
    """A program without functions: types, and what memories, tables and globals hold first."""
    store = context.store
    program = Program(types=list(store.types.types))
    program.memories = context.memories
    program.data = [data.data for data in store.datas]
    program.globals = initial_globals(context)
    program.tables = initial_tables(context)
    program.element_segments = len(store.elements)
    program.tags = [sum(map(slots, store.types.types[tag].params)) for tag in store.tags]
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
    out = described(context, instance)
    initialiser = Initialiser(context, instance)
    if initialiser.build():
        program.features |= initialiser.features
        out.init = len(program.functions)
        program.functions.append(assemble(initialiser, f"{instance.name}.init", void(program)))
    return out


def described(context: Context, instance: Instance) -> ProgramInstance:
    """An instance as a program has it, but for its init function."""
    defined = instance.functions[len(instance.module.imported("func")) :]
    functions = range(defined[0], defined[-1] + 1) if defined else range(0)
    out = ProgramInstance(instance.name, None, functions=functions)
    for name, extern in instance.exports.items():
        if extern.kind == "global":
            item = context.store.globals[extern.index]
            out.exports.append(
                Export(name, "global", item.word, item.type.value, item.type.mutable)
            )
        else:
            out.exports.append(Export(name, extern.kind, extern.index))
    return out


def void(program: Program) -> int:
    """The type of init functions, [] -> []; added if the program has none."""
    void = FuncType((), ())
    if void not in program.types:
        program.types.append(void)
    return program.types.index(void)


def referenced(program: Program) -> list[int]:
    """Functions that Python may get a reference to, and call."""
    found = {word.function for word in program.globals}
    for table in program.tables:
        found.update(table.items)
    for function in program.functions:
        called = {index for index, _ in function.calls}
        found |= {relocation.function for relocation in function.relocations} - called
    return sorted(found - {None})


def reserve_stack(context: Context, program: Program) -> None:
    """Sets the stack that a module's program needs, where its call graph has a bound."""
    options = context.options
    if options.stack_bytes is not None:
        program.stack_bytes, program.stack_reason = options.stack_bytes, "set by the user"
        return
    exported = [e.index for i in program.instances for e in i.exports if e.kind == "func"]
    started = [i.init for i in program.instances if i.init is not None]
    try:
        need = depth(program.functions, [*exported, *started, *referenced(program)])
    except Unbounded as reason:
        program.stack_bytes, program.stack_reason = (
            options.default_stack,
            f"default, because {reason}",
        )
        return
    if program.native:
        need += program.native.overhead
    # A host function may call back into the guest, on the same stack.
    program.stack_bytes = 2 * need if program.imports else need
    if program.native:
        program.stack_bytes += program.native.reserve
    program.stack_reason = "deepest call chain" + (
        ", twice for calls back from the host" if program.imports else ""
    )
