"""A linked store to one module of LLVM IR."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ...errors import PreflightError
from ...link import Instance, Store
from ...lower.context import Context
from ...lower.initialise import initial_globals, initial_tables
from ...lower.program import HostImport
from ...wasm.module import Expr
from ...wasm.types import FuncType
from ..target import Target
from .function import FunctionTranslator
from .host import HostFunction, Main, Shim
from .initialise import VOID, Initialiser
from .module import Module


@dataclass(slots=True)
class FunctionInfo:
    """One function of the image.

    name, type_id: as in the program; type_id indexes Translation.types.
    symbol: of its code in the module; "" if nobody can call it from outside: it may be inlined
        into its callers, or nobody calls it at all.
    shim: symbol of the code that calls it with arguments in the stack buffer; "" likewise.
    callees: functions that it calls directly. indirect: it also calls by reference.
    """

    name: str
    type_id: int
    symbol: str = ""
    shim: str = ""
    callees: list[int] = field(default_factory=list)
    indirect: bool = False


@dataclass(slots=True)
class Translation:
    """ir: the module's text.

    functions: of the store, and behind them the init functions. inits: of each instance, the
    index of its init function, or None. types: the program's function types.
    imports: the functions that the host has to provide, by host number. throws: whether there
    is code that throws exceptions. unchecked: symbols of functions that do not compare the
    stack pointer with its limit, besides shims: they may all be on the stack at the same time.
    """

    ir: str
    functions: list[FunctionInfo]
    inits: list[int | None]
    types: list[FuncType]
    imports: list[HostImport]
    throws: bool
    unchecked: list[str]


def translate(
    store: Store,
    context: Context,
    target: Target,
    headers: Sequence[int],
    called: Collection[int] = (),
    *,
    deterministic: bool = False,
) -> Translation:
    """LLVM IR for everything in the store that can be called.

    context: sizes of memories and tables, as for every engine. headers: header offset in the
    image of every function of the store, and then of as many init functions as there are
    instances. called: functions that are called from outside, besides what instances export and
    what the initial contents refer to. deterministic: NaNs have the same bits as with soft-float,
    even where the processor computes. Raises PreflightError for code that is none, or that we do
    not run.
    """
    module = Module(store, context, target, headers, deterministic)
    types = list(store.types.types)
    infos = [_info(module, index) for index in range(len(store.functions))]
    outside = called_from_outside(context) | set(called)
    for index in sorted(module.scan.reachable(outside | _started(store))):
        conduct = module.scan.functions[index]
        outside |= conduct.references
        if not module.scan.native_tails:
            outside |= conduct.tail_callees
    for index in sorted(module.scan.reachable(outside | _started(store))):
        linkage = "hidden" if index in outside else "internal"
        module.texts.append(_function(module, index, linkage))
        if linkage == "hidden":
            _publish(module, infos[index], f"f{index}")
    inits = [_init_function(module, instance, types, infos) for instance in store.instances]
    for type in sorted(module.shims):
        module.texts.append(Shim(module, None, 0).text(types[type], f"@shim{type}"))
    module.texts.append(Main(module, None, 0).text())
    hosts = (store.functions[index] for index in module.imports)
    imports = [HostImport(*item.host, item.type) for item in hosts]
    throws, unchecked = module.scan.any_throws, sorted(module.supports)
    return Translation(module.text(), infos, inits, types, imports, throws, unchecked)


def _init_function(
    module: Module, instance: Instance, types: list[FuncType], infos: list[FunctionInfo]
) -> int | None:
    """Adds the init function of an instance; its index, or None where there is nothing to do."""
    index = len(infos)
    initialiser = Initialiser(module, instance, index)
    if not initialiser.build():
        return None
    if VOID not in types:
        types.append(VOID)
    callees = [] if instance.module.start is None else [_start(instance)]
    info = FunctionInfo(f"{instance.name}.init", types.index(VOID), callees=callees)
    _publish(module, info, f"f{index}")
    module.texts.append(initialiser.text(module.function(index), "hidden"))
    infos.append(info)
    return index


def called_from_outside(context: Context) -> set[int]:
    """Functions that Python can name, or that the initial contents refer to."""
    found: set[int | None] = {word.function for word in initial_globals(context)}
    for table in initial_tables(context):
        found.update(table.items)
    for instance in context.store.instances:
        found |= {e.index for e in instance.exports.values() if e.kind == "func"}
        for item in _initial_expressions(context, instance):
            found |= {
                instance.functions[immediates[0]]
                for _, instruction, immediates in item
                if instruction.name == "ref.func"
            }
    return {index for index in found if index is not None}


def _initial_expressions(context: Context, instance: Instance) -> list[Expr]:
    """Constant expressions of an instance that its init function evaluates."""
    store = context.store
    found = [item.init for item in store.globals if item.instance is instance]
    found += [t.init for t in store.tables if t.instance is instance and t.init is not None]
    found += [item for element in instance.module.elements for item in element.items]
    return found


def _started(store: Store) -> set[int]:
    return {_start(i) for i in store.instances if i.module.start is not None}


def _start(instance: Instance) -> int:
    return instance.functions[instance.module.start]


def _info(module: Module, index: int) -> FunctionInfo:
    item, conduct = module.store.functions[index], module.scan.functions[index]
    return FunctionInfo(
        item.name, item.type, callees=sorted(conduct.callees), indirect=conduct.indirect
    )


def _publish(module: Module, info: FunctionInfo, symbol: str) -> None:
    """A function that is called from outside has a shim."""
    info.symbol, info.shim = symbol, module.shim(info.type_id).removeprefix("@")


def _function(module: Module, index: int, linkage: str) -> str:
    item, conduct = module.store.functions[index], module.scan.functions[index]
    if item.instance is None:
        return HostFunction(module, None, index).text(module.store.function_type(index), linkage)
    source = item.instance.module
    code = source.code[item.code]
    locals = [type for count, type in code.locals for _ in range(count)]
    translator = FunctionTranslator(module, item.instance, index)
    try:
        translator.start(module.store.function_type(index), locals, conduct)
        translator.run(conduct.code)
    except PreflightError as error:
        error.file = error.file or source.file
        error.offset = code.start + source.base if error.offset is None else error.offset
        raise
    conduct.code = None  # it is in the text now, and the lists are large
    return translator.text(module.function(index), linkage)
