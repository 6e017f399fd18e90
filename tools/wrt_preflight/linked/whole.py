"""The whole runtime linked, for no image in particular: what tests run with WRT_LINKED=1.

It is a package `wrt_micro` as the modules are, with the engines as they are. What a script takes
of other modules, as `from wrt_micro.store import Store`, it finds in a module that has that and
nothing else. docs/testing.md says what it is for.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from ..modules import module_name
from ..mpy_compile import ENGINE_FORMS, keep, runtime_source
from . import public
from .constants import Facts
from .files import sources_digest
from .link import EXPORTED, LATER, found_source
from .merge import merge
from .passes import Outside, link_merged
from .rewrite import PACKAGE
from .scopes import bound_names
from .walk import walk


def whole_runtime(form: str | None, options: Collection[str], script: Path) -> Path:
    """The folder to put on the module path of a device that runs a script. Made once for each
    content, in the user's cache folder.

    form: of its interpreter. options: of mpy-cross. Raises UnlinkableError.
    """
    hosts = [path.read_text(encoding="utf-8") for path in scripts_of(script)]
    digest = hashlib.sha256(repr((form, options, hosts, sources_digest())).encode()).hexdigest()

    def make() -> tuple[dict[str, str], dict[str, bytes]]:
        forms = [form, "portable"] if form else ["portable"]
        engines = _engines(forms)
        modules, texts = link_whole([*hosts, *engines.values()], hosts)
        return modules | engines, {f"{PACKAGE}/__init__.txt": texts}

    return keep(f"whole-{digest[:24]}", make, (*options, "-O3"))


def link_whole(users: Collection[str], scripts: Collection[str]) -> tuple[dict[str, str], bytes]:
    """(sources by path, messages) of the linked package.

    users: sources that use attributes of the runtime: scripts, and the engines. scripts: those
    of them that import it. Raises UnlinkableError.
    """
    source = runtime_source()
    paths = sorted(path.relative_to(source).as_posix() for path in source.rglob("*.py"))
    paths = [path for path in paths if not _is_generated(path)]
    sources = {path: source.joinpath(path).read_text(encoding="utf-8") for path in paths}
    kept = public.attributes(concurrent=True) | {"build", "entry"}
    kept = kept.union(*map(public.named_in, users))
    for path, text in sources.items():
        if path.startswith(("ports/", "wasi/")):  # they use what only firmware has
            kept |= public.named_in(text) | _members(text)
    sources["found.py"] = found_source(sources)
    modules = {module_name(path) for path in paths}
    merged = merge(sources, {m: m.rpartition(".")[2] for m in LATER})
    faces, externals = {}, {}
    for module, names in names_taken(scripts, modules).items():
        mine = _externals(sources, module)
        faces[f"{PACKAGE}.{module}"] = {name: (module, name) for name in names if name not in mine}
        externals[f"{PACKAGE}.{module}"] = [mine[name] for name in names if name in mine]
    arguments = frozenset().union(*map(public.keywords_in, users))
    exports = {place: place[1] for place in EXPORTED}
    made, texts = link_merged(
        merged, Facts(), PACKAGE, Outside(exports, kept, arguments, (), faces)
    )
    for module, lines in externals.items():
        made[module] += "".join(f"{line}\n" for line in lines)
    folders = {module.rpartition(".")[0] for module in [*faces, f"{PACKAGE}.engine"]}
    return {_path(name, name in folders | {PACKAGE}): text for name, text in made.items()}, texts


def _members(source: str) -> set[str]:
    """Names that classes have: those of WASI have those of what programs import."""
    return {
        name
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef)
        for inner in node.body
        for name in bound_names(inner)
    }


def _is_generated(path: str) -> bool:
    return path.split("/")[0] == "engine" and path.split("/")[1] in ENGINE_FORMS


def _path(module: str, is_package: bool) -> str:
    return module.replace(".", "/") + ("/__init__.py" if is_package else ".py")


def _engines(forms: Collection[str]) -> dict[str, str]:
    """Sources of engines by path, as the runtime imports them."""
    source = runtime_source()
    return {
        f"{PACKAGE}/{path.relative_to(source).as_posix()}": path.read_text(encoding="utf-8")
        for form in forms
        for path in sorted(source.joinpath("engine", form).glob("*.py"))
    }


def _externals(sources: Mapping[str, str], module: str) -> dict[str, str]:
    """Statements of a module that import what is none of the runtime's, by name."""
    (text,) = (text for path, text in sources.items() if module_name(path) == module)
    return {
        (alias.asname or alias.name): ast.unparse(node)
        for node in ast.parse(text).body
        if isinstance(node, ast.Import) or isinstance(node, ast.ImportFrom) and not node.level
        for alias in node.names
    }


def names_taken(scripts: Collection[str], modules: Collection[str]) -> dict[str, list[str]]:
    """Names that scripts take, by module; a module that they take has what they use of it."""
    found: dict[str, set[str]] = {}
    for script in scripts:
        tree = ast.parse(script)
        aliases = {}
        for node in walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE:
                module = node.module.partition(".")[2]
                for alias in node.names:
                    whole = f"{module}.{alias.name}".strip(".")
                    if whole in modules:
                        aliases[alias.asname or alias.name] = whole
                    elif module:
                        found.setdefault(module, set()).add(alias.name)
        for node in walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.value.id in aliases:
                    found.setdefault(aliases[node.value.id], set()).add(node.attr)
    return {module: sorted(names) for module, names in sorted(found.items())}


def scripts_of(script: Path) -> list[Path]:
    """A script that runs on a device, with all that it may import of its own, from its folder and
    from that of tests/device. What is a case of a runner, or has the same place as the script, is
    linked for together: once."""
    folders = [script.parent, script.parent.parent / "device"]
    found: dict[Path, None] = {}
    waiting = [
        *sorted(script.parent.glob("cases_*.py")),
        *sorted(script.parent.glob("device_*.py")),
    ]
    waiting += [script] * (script not in waiting)
    while waiting:
        path = waiting.pop(0)
        if path in found:
            continue
        found[path] = None
        names = _imported(ast.parse(path.read_text(encoding="utf-8")))
        for name in names:
            beside = (folder / f"{name}.py" for folder in folders)
            waiting += [path for path in beside if path.exists()][:1]
    return list(found)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
