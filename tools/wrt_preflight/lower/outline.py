"""A program but for its functions: the same for register code and for machine code."""

from __future__ import annotations

from ..link import Instance
from ..wasm.types import FuncType, slots
from .context import Context
from .initialise import initial_globals, initial_tables
from .program import Export, Program
from .program import Instance as ProgramInstance


def outline(context: Context) -> Program:
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


def outline_of(context: Context, instance: Instance) -> ProgramInstance:
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
