"""The passes of the linker, over modules that are merged: link.py, whole.py."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from . import public
from .attributes import Declared
from .constants import Facts
from .expressions import inline_expressions
from .flatten import flatten
from .fold import fold
from .inline import inline
from .later import move_later
from .merge import Merged
from .names import rename
from .order import order_names
from .parameters import simplify_parameters
from .passing import hide_strings
from .reach import reachable
from .rewrite import MAIN
from .scopes import bound_names
from .settled import settled_attributes
from .source import source_of
from .split import CALLER, split
from .texts import READER, Texts, take_texts
from .walk import walk

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


@dataclass(frozen=True, slots=True)
class Outside:
    """What others have of a linked program.

    exports: public names by (module, name). kept: attributes. arguments: those given by name.
    stands: names of modules that the main module is found by, besides its own. faces: modules
    that give (module, name) of others under names of their own, by the module's name.
    """

    exports: Mapping[tuple[str, str], str]
    kept: frozenset[str]
    arguments: frozenset[str]
    stands: Collection[str] = ()
    faces: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)


def link_merged(
    merged: Merged, facts: Facts, name: str, outside: Outside
) -> tuple[dict[str, str], bytes]:
    """(sources by module, messages) of a merged program, linked. name: of the main module."""
    return _Linker(merged, facts, name, outside).link()


class _Linker:
    def __init__(self, merged: Merged, facts: Facts, name: str, outside: Outside) -> None:
        self.merged, self.facts, self.name, self.outside = merged, facts, name, outside
        self.globals = merged.places
        self.kept = outside.kept

    def link(self) -> tuple[dict[str, str], bytes]:
        outside = self.outside
        body = []
        for part, statements in self.merged.parts.items():
            for node in statements:
                node.part = part
                body.append(node)
        exports = {self.globals[place]: name for place, name in outside.exports.items()}
        faces = {self.globals[place] for face in outside.faces.values() for place in face.values()}
        roots = {*exports, *faces}
        body = reachable(fold(body, self.facts, roots), roots, self.kept)
        declared = Declared(body)
        entries = [[self._key(entry) for entry in part] for part in ENTRIES]
        heads = {key.rpartition(".")[2] for part in entries for key in part}
        fixed = {*roots, *heads, *self.kept, *public.foreign()}
        body = self._simplify(body, roots, fixed)
        body = inline(inline_expressions(flatten(body, roots), fixed), fixed)
        body = self._simplify(body, roots, fixed)
        body = inline(inline_expressions(body, fixed), fixed)
        texts = Texts()
        body = take_texts(body, texts, roots)
        main = ast.parse("import sys\n" + READER + CALLER).body
        stands = "".join(f"sys.modules[{name!r}] = " for name in outside.stands)
        if stands:
            main += ast.parse(f"{stands}sys.modules[__name__]").body
        move_later(body, {*roots, *heads})
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
        hidden = {self.globals[place] for place in HIDDEN if place in self.globals}
        rename(
            list(trees.values()),
            declared,
            exports | {"main": "main"} | public.shown(body),
            self.kept | public.foreign() | {"main"},
            hidden,
            public.arguments() | outside.arguments,
        )
        for part in map(str, (LOAD, FIRST)):
            if part in trees:
                hide_strings(trees[part], trees[MAIN])
        for tree in trees.values():
            order_names(tree)
        sources = {self._module(part): source_of(tree) for part, tree in trees.items()}
        return sources, bytes(texts.data)

    def _simplify(
        self, body: list[ast.stmt], roots: Collection[str], fixed: Collection[str]
    ) -> list[ast.stmt]:
        """The statements with what follows from parameters and attributes that never change."""
        while True:
            settled = settled_attributes(body, fixed)
            new = {name: settled[name] for name in settled.keys() - self.facts.attributes.keys()}
            if not simplify_parameters(body, fixed) and not new:
                return body
            self.facts = replace(self.facts, attributes={**self.facts.attributes, **new})
            body = reachable(fold(body, self.facts, roots), roots, self.kept)

    def _module(self, part: str) -> str:
        if part in self.outside.faces:
            return part
        return f"{self.name}_{part}" if part else self.name

    def _key(self, entry: tuple[str, str]) -> str:
        module, name = entry
        head, dot, method = name.partition(".")
        return self.globals.get((module, head), "") + dot + method

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
            used = {n.id for node in body for n in walk(node) if isinstance(n, ast.Name)}
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
                for inner in walk(node):
                    if isinstance(inner, ast.ImportFrom) and inner.module[:1] == "<":
                        inner.module = self._module(inner.module[1:-1])
            trees[part] = ast.fix_missing_locations(ast.Module(head + body, []))
        for module, face in self.outside.faces.items():
            trees[module] = ast.Module([self._given(name, face[name], place) for name in face], [])
        return trees

    def _given(
        self, name: str, taken: tuple[str, str], place: Mapping[str, str]
    ) -> ast.ImportFrom:
        """A statement of a module that gives something of another."""
        made = self.globals[taken]
        return ast.ImportFrom(self._module(place[made]), [ast.alias(made, name)], 0)
