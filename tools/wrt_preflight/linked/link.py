"""The runtime for one program: one module with what the program needs, in few bytes of heap.

    modules of wrt_micro   runtime.py says which
      | merge      one module, every name in it unique           merge.py
      | fold       what the image tells is decided               fold.py, facts.py, settled.py
      | reach      what nothing reaches goes                     reach.py
      | inline     what is called once stands where it is called   inline.py
      | texts      messages stay in flash                        texts.py
      | split      what is needed once or rarely goes apart      split.py, later.py
      | rename     names that firmware has, and short ones       names.py, passing.py

docs/linked.md describes it for people.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..budget.state import is_concurrent
from ..image import Contents
from ..interp.tailor import tailored_source
from ..modules import module_name
from ..mpy_compile import runtime_source
from ..runtime import runtime_modules
from . import public
from .constants import Facts
from .facts import ENCODINGS, KINDS, attributes_of, ranges_of
from .merge import merge
from .passes import Outside, link_merged
from .rewrite import PACKAGE
from .scopes import bound_names

# Modules that Python asks for: they stay files of their own, imported when it does.
LATER = (
    *("aio", "component.conform", "component.host_future", "component.host_job"),
    *("component.host_set", "component.host_source", "component.host_writer"),
    *("component.unwound", "component.groups", "component.host_cancel"),
    *("component.host_ends", "component.host_end", "component.host_stream", "component.host_copy"),
)
EXPORTED = (
    ("", "load"),
    *(("trap", "Trap"), ("trap", "ComponentError"), ("trap", "Exit"), ("trap", "ImageError")),
    *(("trap", "LimitError"), ("trap", "LinkError")),
)


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
    sources["found.py"] = found_source(sources)
    merged = merge(sources, {m: m.rpartition(".")[2] for m in LATER if m in modules})
    engine = "" if image.machine_code else tailored_source(image, form)
    kept = public.imported(image) | public.named_in(host) | public.named_in(engine)
    kept |= {"build", "entry"}  # of a module with machine code
    for path, text in sources.items():
        if path.startswith(("ports/", "wasi/")):  # they use what only firmware has
            kept |= public.named_in(text)
    kept |= public.attributes("component.scheduler" in modules)
    aliases = _aliases(modules, wanted if host else None)
    exports = _exports(aliases, wanted if host else None)
    outside = Outside(
        {place: place[1] for place in exports if place in merged.places},
        kept,
        public.keywords_in(host),
        _stands_for(name, aliases),
    )
    facts = _facts(image, form, "concurrent" in options, merged.places, modules)
    modules_made, texts = link_merged(merged, facts, name, outside)
    return Linked(name, modules_made, texts, aliases)


def _path(module: str) -> str:
    source = runtime_source()
    path = source.joinpath(*module.split(".")) if module else source
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return path.relative_to(source).as_posix()


def found_source(sources: Mapping[str, str]) -> str:
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


def _aliases(
    modules: Collection[str], wanted: Mapping[str, tuple[str, ...]] | None
) -> tuple[str, ...]:
    """Modules that Python may import beside wrt_micro itself. wanted: names by module that it
    imports, None if that is not known."""
    if wanted is not None:
        return tuple(module for module in wanted if module)
    found = ["concurrent"] if "component.scheduler" in modules else []
    return (*found, *(["wasi"] if "wasi" in modules else []))


def _exports(
    aliases: Collection[str], wanted: Mapping[str, tuple[str, ...]] | None
) -> list[tuple[str, str]]:
    """What Python may import: (module, name)."""
    places = list(EXPORTED)
    for module in aliases:
        if wanted is not None:
            names = wanted[module]
        else:
            names = ("run",) if module == "wasi" else sorted(public.face(module)[0])
        places += [(module, name) for name in names]
    return places


def _stands_for(name: str, aliases: Collection[str]) -> list[str]:
    """Names of modules that the main module is found by, besides its own."""
    names = [f"{PACKAGE}.{alias}".split(".") for alias in aliases]
    found = {".".join(parts[:i]) for parts in names for i in range(2, len(parts) + 1)}
    return sorted(found) + [PACKAGE] * (name != PACKAGE)


def _facts(
    image: Contents,
    form: str,
    with_policies: bool,
    places: Mapping[tuple[str, str], str],
    modules: Collection[str],
) -> Facts:
    """What an image tells. places: globals of the merged program by (module, name)."""
    attributes = attributes_of(image, form)
    attributes["is_component"] = "component" in modules
    if not with_policies:
        attributes["policies"] = ()
    truths = set()
    if "component.resources" in modules:
        truths.add("resources")
    else:
        attributes["resources"] = None
    if "component.scheduler" not in modules:
        attributes["scheduler"] = None
    elif is_concurrent(image):
        truths.add("scheduler")
    if "engine.collect" not in modules:
        attributes["collector"] = None
    groups = dict.fromkeys(KINDS, "kind") | dict.fromkeys(ENCODINGS, "encoding")
    found = {
        places[("component.plan", name)]: group
        for name, group in groups.items()
        if ("component.plan", name) in places
    }
    constants: dict[str, int | str] = {
        places[("", "MADE_FOR")]: image.header["crc"],
        places[("engine", "FORM")]: form,
    }
    return Facts(ranges_of(image), found, attributes, constants, frozenset(truths))
