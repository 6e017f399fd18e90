"""Which modules of the runtime an image needs, and nothing more.

They are found by their imports: from `wrt_micro` on, through everything that a module imports,
at its top or later. A module that only some programs import later is listed in CONDITIONS, with
what a program must have. One that is not listed is followed, so a new module is shipped until
somebody says when it is not needed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wrt_micro.component import plan as fmt
from wrt_micro.engine import CLASSES, F32, F64
from wrt_micro.engine.register_code import loop_name
from wrt_micro.ports import PORTS
from wrt_micro.wasi import files_of

from .component.inspect import plan_json
from .component.signatures import read_signatures
from .component.types import PRIMITIVES, Future, Stream, ValType, contains
from .functions import exports, imports
from .image import COMPONENT, Contents
from .image.format import NATIVE, SHARED
from .mpy_compile import runtime_source

# What `load` can be asked for that an image does not tell, and the modules that it takes.
OPTIONS = {
    "concurrent": ("component.scheduler",),
    "key": ("sign",),
    "leaks": ("component.leaks",),
    "packages": ("packages",),
}


@dataclass(frozen=True, slots=True)
class Needs:
    """What decides which modules a program needs.

    component: it is one. concurrent: it has tasks, or gets them. canons: names of its canonical
    definitions. inside: one of its components calls another. ends: streams, futures or error
    contexts pass between it and its host. errors: it has error contexts. values, resources,
    shared: it has values, resources, or memory that threads share.
    leaks: it is watched for leaks. key: it is loaded with a key. packages: others may be loaded
    by name. versions: interfaces that it imports or exports have versions. wasi: it imports
    something of WASI. native: it is machine code. exceptions: it throws some. form: folder of
    its engine, or "native".
    """

    component: bool
    concurrent: bool
    canons: frozenset[str]
    inside: bool
    ends: bool
    errors: bool
    values: bool
    resources: bool
    shared: bool
    leaks: bool
    key: bool
    packages: bool
    versions: bool
    wasi: bool
    native: bool
    exceptions: bool
    form: str

    def has(self, *prefixes: str) -> bool:
        """Whether the name of a canonical definition starts with one of these."""
        return any(name.startswith(prefixes) for name in self.canons)


# Modules that are imported later, by some programs only.
CONDITIONS: dict[str, Callable[[Needs], bool]] = {
    "aio": lambda n: n.concurrent,
    "app": lambda n: not n.component,
    "component": lambda n: n.component,
    "component.async_lift": lambda n: n.concurrent,
    "component.async_lower": lambda n: n.concurrent and "lower" in n.canons,
    "component.atomic_wait": lambda n: n.concurrent and n.shared,
    "component.component_call": lambda n: n.inside and not n.concurrent,
    "component.fused": lambda n: n.inside,
    "component.concurrent": lambda n: n.concurrent,
    "component.copy_builtins": lambda n: n.has("stream.", "future."),
    "component.ends": lambda n: n.concurrent,
    "component.error_context": lambda n: n.errors,
    "component.forward": lambda n: n.has("stream.forward", "future.forward"),
    "component.handles": lambda n: n.concurrent or n.resources,
    "component.host_call": lambda n: n.concurrent,
    "component.host_ends": lambda n: n.ends,
    "component.host_job": lambda n: n.concurrent,
    "component.host_set": lambda n: n.concurrent,
    "component.host_turns": lambda n: n.concurrent,
    "component.host_writer": lambda n: n.ends,
    "component.leaks": lambda n: n.leaks,
    "component.resource": lambda n: n.resources,
    "component.resources": lambda n: n.resources,
    "component.scheduler": lambda n: n.concurrent,
    "component.thread_builtins": lambda n: n.has("thread."),
    "component.values": lambda n: n.values,
    "engine.collect": lambda n: n.exceptions and (n.native or n.concurrent),
    "atomic": lambda n: n.shared,
    "engine.interp": lambda n: n.form not in ("portable", "native"),
    "engine.native": lambda n: n.native,
    "engine.plain": lambda n: n.form == "portable",
    "packages": lambda n: n.packages,
    "ports": lambda n: n.wasi,
    "sign": lambda n: n.key,
    "version": lambda n: n.versions or n.packages,
    "wasi": lambda n: n.wasi,
}


def runtime_modules(
    image: Contents, form: str, options: Collection[str] = (), platform: str = ""
) -> list[str]:
    """The files of `wrt_micro` that an image needs, as in its sources: "component/app.py".

    form: folder of the engine that runs it, as "viper32" or "portable"; for an image of machine
    code it does not matter. options: names of OPTIONS. platform: sys.platform of the device, for
    what the program needs of the machine; "" takes the generic port.
    """
    source = runtime_source()
    interfaces = [function.interface or "" for function in imports(image)]
    needs = _needs(image, form, options, any(map(is_wasi, interfaces)))
    found: set[str] = set()
    waiting = ["", "concurrent"] if needs.concurrent else [""]
    if not needs.native:
        waiting += _engine_modules(image, form)
    if needs.wasi:
        waiting += _wasi_modules(source, interfaces)
        waiting.append(f"ports.{dict(PORTS).get(platform, 'generic')}")
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found.add(module)
        top, later = _imports(source, module)
        waiting += top
        waiting += [name for name in later if name not in CONDITIONS or CONDITIONS[name](needs)]
    return sorted(str(_path(source, module).relative_to(source).as_posix()) for module in found)


def _needs(image: Contents, form: str, options: Collection[str], wasi: bool) -> Needs:
    section = image.optional.get(COMPONENT)
    plan = plan_json(section) if section else {}
    flags = int.from_bytes(section[4 * fmt.PROGRAM_FLAGS :][:4], "little") if section else 0
    canons = frozenset(canon["name"] for canon in plan.get("canons", ()))
    signatures = read_signatures(section) if section else None
    functions = [*signatures.imports.values(), *signatures.exports.values()] if signatures else []
    types = [t for f in functions for t in (*(u for _, u in f.params), f.result) if t]
    errors = any(map(_has_error_context, types)) or any(c.startswith("error-") for c in canons)
    return Needs(
        component=section is not None,
        concurrent=bool(flags & fmt.CONCURRENT) or "concurrent" in options,
        canons=canons,
        inside=any(
            canon["name"] == "lower" and canon["of"].startswith("lift ")
            for canon in plan.get("canons", ())
        ),
        ends=any(contains(t, (Stream, Future)) for t in types) or errors,
        errors=errors,
        values=bool(plan.get("values")),
        resources=bool(plan.get("resources")),
        shared=any(memory["flags"] & SHARED for memory in image.memories),
        leaks="leaks" in options,
        key="key" in options,
        packages="packages" in options,
        versions=any("@" in function.full_name for function in (*imports(image), *exports(image))),
        wasi=wasi,
        native=NATIVE in image.optional,
        exceptions=image.header["exceptions"] > 0,
        form="native" if NATIVE in image.optional else form,
    )


def _has_error_context(t: ValType) -> bool:
    return t is PRIMITIVES["error-context"] or any(map(_has_error_context, t.children()))


def _engine_modules(image: Contents, form: str) -> list[str]:
    """The modules of an engine that an image needs: those that the engine's classes name."""
    features = sum(1 << CLASSES.index(name) for name in image.features)
    loop = "loop"
    if form != "portable":  # its main loop does the floats
        loop, features = loop_name(features), features & ~(F32 | F64)
    cold = [name for i, name in enumerate(CLASSES) if features >> i & 1]
    return [f"engine.{form}", *(f"engine.{form}.{name}" for name in (loop, *cold))]


def is_wasi(interface: str) -> bool:
    return interface.startswith(("wasi", "wrt:"))


def is_provided(interface: str | None) -> bool:
    """Whether the runtime itself provides an interface or module that a program imports."""
    return bool(interface and _wasi_modules(runtime_source(), [interface]))


def _wasi_modules(source: Path, interfaces: Collection[str]) -> list[str]:
    """The modules of interfaces and of preview 1, as Wasi.interface finds them."""
    found = []
    for interface in filter(is_wasi, interfaces):
        names = [f"wasi.{file}" for file in files_of(interface) or ("preview1",)]
        found += [name for name in names if _path(source, name).exists()][:1]
    return found


def _path(source: Path, module: str) -> Path:
    path = source.joinpath(*module.split(".")) if module else source
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def _imports(source: Path, module: str) -> tuple[frozenset[str], frozenset[str]]:
    """The package's modules that a module imports at its top, and those that it imports later.

    A module brings the packages that it is in.
    """
    path = _path(source, module)
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
    }
    top, later = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [part for part in package[: len(package) - node.level + 1] if part]
            target = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            names = [f"{target}.{alias.name}".strip(".") for alias in node.names]
            modules = {name if _path(source, name).exists() else target for name in names}
            (later if node in inside else top).update(modules)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "made":
            later.add(f"wasi.{ast.literal_eval(node.args[0])}")  # Wasi.made: another interface
    parents = {".".join(package[:i]) for i in range(1, len(package) + 1)} - {""}
    return frozenset(top | parents - {module}), frozenset(later)
