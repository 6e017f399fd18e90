"""The runtime for one program: one module with what the program needs, in few bytes of heap.

    modules of wrt_micro   runtime.py says which
      | merge      one module, every name in it unique           merge.py
      | fold       what the image tells is decided               fold.py, facts.py
      | reach      what nothing reaches goes                     reach.py
      | inline     what is called once stands where it is called   inline.py
      | texts      messages stay in flash                        texts.py
      | split      what is needed once or rarely goes apart      split.py
      | rename     short names, most of them the firmware's own  names.py

docs/linked.md describes it for people.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..budget.state import is_concurrent
from ..image import Contents
from ..interp.tailor import tailored_source
from ..micropython import runtime_source
from ..runtime import runtime_modules
from . import public
from .attributes import Declared
from .expressions import inline_expressions
from .facts import ENCODINGS, KINDS, attributes_of, ranges_of
from .flatten import flatten
from .fold import Facts, fold
from .inline import inline
from .merge import MAIN, PACKAGE, Merged, merge, module_name
from .names import rename
from .order import order_names
from .parameters import simplify_parameters
from .reach import reachable
from .scopes import bound_names
from .split import CALLER, split
from .texts import READER, Texts, take_texts

# Modules that Python asks for: they stay files of their own, imported when it does.
LATER = (
    *("aio", "component.conform", "component.host_future", "component.host_job"),
    *("component.host_set", "component.host_source", "component.host_writer"),
    *("component.unwound", "component.groups", "component.host_cancel"),
    *("component.host_ends", "component.host_end", "component.host_stream", "component.host_copy"),
)
# What is called once, or hardly ever: (module, function or method). A tuple each for what is
# needed at the same time: to load, for an export that is used for the first time, to tell about a
# program, and for traps.
LOAD, FIRST, RARE, TRAPS = range(4)
ENTRIES = (
    (("", "load"),),
    (
        *(("component.app", "Interface._first"), ("component.app", "Interface._first_lifted")),
        *(("component.app", "Interface._first_as_attribute"), ("component.fused", "Late.make")),
    ),
    (
        *(("exports", "Exports.stats"), ("exports", "Exports._missing"), ("app", "App.stats")),
        *(("component.app", "ComponentApp.stats"), ("component.app", "Interface.describe")),
        *(("app", "App.describe"), ("function", "Function.__repr__")),
        *(("component.resource", "Resource.__repr__"), ("component.scheduler", "Scheduler.stats")),
        ("component.tables", "Tables.stats"),
    ),
    (
        *(("thread", "Thread.trap"), ("thread", "Thread.full"), ("store", "Store._trap_of")),
        *(("component.host_cancel", "fail"), ("component.fused", "Refuse.refuse")),
    ),
)
# Classes that find attributes by names of a program's exports, which their own must not be.
HIDDEN = (
    *(("exports", "Exports"), ("aio", "Aio"), ("component.resource", "Resource")),
    ("component.resource", "ResourceClass"),
)
_EXPORTED = ("load", "Trap", "ComponentError", "Exit", "ImageError", "LimitError", "LinkError")


@dataclass(frozen=True, slots=True)
class Linked:
    """name: of the main module. modules: sources by name. texts: of `name`.txt, the messages.

    aliases: modules of wrt_micro that it stands for.
    """

    name: str
    modules: dict[str, str]
    texts: bytes
    aliases: tuple[str, ...]


def link(
    image: Contents,
    form: str,
    name: str = "wrt_micro",
    options: Collection[str] = (),
    platform: str = "",
    host: str = "",
) -> Linked:
    """The runtime for an image, as sources to be compiled.

    form, options, platform: as for runtime_modules. name: of its main module. host: source of the
    Python that uses it, if that is known. Raises UnlinkableError.
    """
    source = runtime_source()
    own = f"engine/{form}/"
    paths = [
        path for path in runtime_modules(image, form, options, platform) if path[: len(own)] != own
    ]
    wanted = public.taken_by(host)
    paths += [path for path in map(_path, wanted) if path not in paths]
    sources = {path: source.joinpath(path).read_text(encoding="utf-8") for path in paths}
    modules = {module_name(path) for path in paths}
    sources["found.py"] = _found(sources)
    merged = merge(sources, {m: m.rpartition(".")[2] for m in LATER if m in modules})
    engine = "" if image.machine_code else tailored_source(image, form)
    kept = public.imported(image) | public.named_in(host) | public.named_in(engine)
    kept |= {"build", "entry"}  # of a module with machine code
    for path, text in sources.items():
        if path.startswith(("ports/", "wasi/")):  # they use what only firmware has
            kept |= public.named_in(text)
    linker = _Linker(image, name, merged, modules, wanted if host else None, kept)
    linker.form = form
    linker.with_policies = "concurrent" in options
    linker.kept_arguments = public.keywords_in(host)
    return linker.link()


def _path(module: str) -> str:
    source = runtime_source()
    path = source.joinpath(*module.split(".")) if module else source
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return path.relative_to(source).as_posix()


def _found(sources: Mapping[str, str]) -> str:
    """Source of found.py where all modules are linked: those of WASI's interfaces and of ports."""
    lines = ["class Found:", "    pass", "def module(name):", "    found = Found()"]
    for path, text in sources.items():
        module = module_name(path)
        if module.startswith(("wasi.", "ports.")):
            names = {name for node in ast.parse(text).body for name in bound_names(node)}
            taken = sorted(names & {"make", "NEEDS", "Port"})
            if taken:
                lines.append(f"    if name == {module!r}:")
                lines.append(f"        from .{module} import {', '.join(taken)}")
                lines += [f"        found.{name} = {name}" for name in taken]
                lines.append("        return found")
    lines.append('    raise ImportError("no module named \'wrt_micro." + name + "\'")')
    return "\n".join(lines) + "\n"


class _Linker:
    """wanted: names by module that its Python imports, None if that is not known. kept:
    attributes that others use.
    """

    def __init__(
        self,
        image: Contents,
        name: str,
        merged: Merged,
        modules: set[str],
        wanted: dict[str, tuple[str, ...]] | None,
        kept: frozenset[str],
    ) -> None:
        self.image, self.name, self.merged = image, name, merged
        self.modules, self.wanted = modules, wanted
        self.concurrent = "component.scheduler" in modules
        self.kept = kept | public.attributes(self.concurrent)
        self.globals = {place: made for made, place in merged.names.items()}
        self.kept_arguments: frozenset[str] = frozenset()

    def link(self) -> Linked:
        aliases = self._aliases()
        body = []
        for part, statements in self.merged.parts.items():
            for node in statements:
                node.part = part
                body.append(node)
        facts = self._facts()
        roots = {self.globals[place]: name for place, name in self._roots(aliases).items()}
        body = fold(body, facts, roots)
        body = reachable(body, roots, self.kept)
        declared = Declared(body)
        entries = [[self._key(entry) for entry in part] for part in ENTRIES]
        heads = {key.rpartition(".")[2] for part in entries for key in part}
        fixed = {*roots, *heads, *self.kept, *public.foreign()}
        while simplify_parameters(body, fixed):
            body = reachable(fold(body, facts, roots), roots, self.kept)
        body = inline(inline_expressions(flatten(body, roots), fixed), fixed)
        while simplify_parameters(body, fixed):
            body = reachable(fold(body, facts, roots), roots, self.kept)
        body = inline(inline_expressions(body, fixed), fixed)
        texts = Texts()
        body = take_texts(body, texts, roots)
        main = ast.parse("import sys\n" + READER + CALLER).body
        stands = "".join(f"sys.modules[{name!r}] = " for name in self._stands_for(aliases))
        if stands:
            main += ast.parse(f"{stands}sys.modules[__name__]").body
        main += [node for node in body if node.part == MAIN]
        later = {
            part: [node for node in body if node.part == part]
            for part in self.merged.parts
            if part != MAIN
        }
        made = split(
            main,
            entries,
            [*roots, "call_part", "read_text"],
            list(later.values()),
            public.foreign(),
            self.kept,
        )
        bodies = {MAIN: made.main}
        bodies |= {str(i): part for i, part in enumerate(made.parts) if part}
        bodies |= {part: nodes for part, nodes in later.items() if nodes}
        trees = self._with_imports(bodies, main)
        exports = roots | {"main": "main"}
        hidden = {self.globals[place] for place in HIDDEN if place in self.globals}
        rename(
            list(trees.values()),
            declared,
            exports,
            self.kept | public.foreign() | {"main"},
            hidden,
            public.arguments() | self.kept_arguments,
        )
        for tree in trees.values():
            order_names(tree)
        sources = {
            self._module(part): ast.unparse(ast.fix_missing_locations(tree)) + "\n"
            for part, tree in trees.items()
        }
        return Linked(self.name, sources, bytes(texts.data), aliases)

    def _module(self, part: str) -> str:
        return f"{self.name}_{part}" if part else self.name

    def _key(self, entry: tuple[str, str]) -> str:
        module, name = entry
        head, dot, method = name.partition(".")
        return self.globals.get((module, head), "") + dot + method

    def _aliases(self) -> tuple[str, ...]:
        """Modules that Python may import beside wrt_micro itself."""
        if self.wanted is not None:
            return tuple(module for module in self.wanted if module)
        found = ["concurrent"] if self.concurrent else []
        return (*found, *(["wasi"] if "wasi" in self.modules else []))

    def _stands_for(self, aliases: Collection[str]) -> list[str]:
        """Names of modules that the main module is found by, besides its own."""
        names = [f"{PACKAGE}.{alias}".split(".") for alias in aliases]
        found = {".".join(parts[:i]) for parts in names for i in range(2, len(parts) + 1)}
        return sorted(found) + [PACKAGE] * (self.name != PACKAGE)

    def _roots(self, aliases: Collection[str]) -> dict[tuple[str, str], str]:
        """What Python may import: its name by (module, name)."""
        places = [("", name) if name == "load" else ("trap", name) for name in _EXPORTED]
        for module in aliases:
            if self.wanted is not None:
                names = self.wanted[module]
            else:
                names = ("run",) if module == "wasi" else sorted(public.face(module)[0])
            places += [(module, name) for name in names]
        return {place: place[1] for place in places if place in self.globals}

    def _facts(self) -> Facts:
        attributes = attributes_of(self.image, self.form)
        attributes["is_component"] = "component" in self.modules
        if not self.with_policies:
            attributes["policies"] = ()
        truths = set()
        if "component.resources" in self.modules:
            truths.add("resources")
        else:
            attributes["resources"] = None
        if not self.concurrent:
            attributes["scheduler"] = None
        elif is_concurrent(self.image):
            truths.add("scheduler")
        if "engine.collect" not in self.modules:
            attributes["collector"] = None
        groups = dict.fromkeys(KINDS, "kind") | dict.fromkeys(ENCODINGS, "encoding")
        found = {
            self.globals[("component.plan", name)]: group
            for name, group in groups.items()
            if ("component.plan", name) in self.globals
        }
        constants: dict[str, int | str] = {
            self.globals[("", "MADE_FOR")]: self.image.header["crc"],
            self.globals[("engine", "FORM")]: self.form,
        }
        return Facts(ranges_of(self.image), found, attributes, constants, frozenset(truths))

    def _with_imports(
        self, bodies: Mapping[str, list[ast.stmt]], main: list[ast.stmt]
    ) -> dict[str, ast.Module]:
        """Modules of parts, with what each takes of the others and of MicroPython."""
        external = {
            ast.unparse(node): node
            for body in [main, *bodies.values()]
            for node in body
            if isinstance(node, ast.Import | ast.ImportFrom)
        }
        place = {
            name: part
            for part, body in reversed(bodies.items())
            for node in body
            if not isinstance(node, ast.Import | ast.ImportFrom)
            for name in bound_names(node)
        }
        trees = {}
        for part, body in bodies.items():
            body = [node for node in body if not isinstance(node, ast.Import | ast.ImportFrom)]
            used = {n.id for node in body for n in ast.walk(node) if isinstance(n, ast.Name)}
            mine = {name for node in body for name in bound_names(node)}
            head: list[ast.stmt] = [
                ast.parse(text).body[0]
                for text, node in sorted(external.items())
                if set(bound_names(node)) & used
            ]
            taken: dict[str, list[str]] = {}
            if part != MAIN:  # what main takes of others, it imports when it does
                for name in sorted(used & place.keys() - mine):
                    taken.setdefault(self._module(place[name]), []).append(name)
            head += [
                ast.ImportFrom(module, [ast.alias(name) for name in names], 0)
                for module, names in taken.items()
            ]
            for node in body:
                for inner in ast.walk(node):
                    if isinstance(inner, ast.ImportFrom) and inner.module[:1] == "<":
                        inner.module = self._module(inner.module[1:-1])
            trees[part] = ast.fix_missing_locations(ast.Module(head + body, []))
        return trees
