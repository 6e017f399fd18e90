"""The functions that an image exports and imports, with their types."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from wrt_micro.version import newest

from .component.signatures import Signatures, read_signatures
from .component.types import FuncType
from .errors import UsageError
from .image import COMPONENT, Contents
from .image.contents import Export
from .wasm.types import FuncType as CoreFuncType
from .wave import Type, type_text

# What runs without --invoke: wasi:cli/run of any version, or the start of a core module.
STARTS = re.compile(r"_start|wasi:cli/run(@[^#]*)?#run")


@dataclass(frozen=True, slots=True)
class Function:
    """A function and its types.

    interface: name of the instance it is in (of a core import, the module's name), or None.
    params: (name, type); the name is "" in a core function.
    """

    name: str
    interface: str | None
    params: tuple[tuple[str, Type], ...]
    results: tuple[Type, ...]
    is_async: bool = False

    @property
    def full_name(self) -> str:
        """As `--invoke` takes it: `ns:pkg/iface#f`, or `f`."""
        return f"{self.interface}#{self.name}" if self.interface else self.name

    @property
    def wit(self) -> str:
        """Its type as WIT has it: `func(a: u8) -> string`."""
        params = ", ".join(
            f"{name}: {type_text(type)}" if name else type_text(type) for name, type in self.params
        )
        results = ", ".join(map(type_text, self.results))
        if len(self.results) > 1:
            results = f"({results})"
        return f"{'async ' if self.is_async else ''}func({params})" + (
            f" -> {results}" if results else ""
        )

    def __str__(self) -> str:
        return f"{self.full_name}: {self.wit}"


def exports(image: Contents) -> list[Function]:
    """All functions that an image exports, in order. Raises ImageError."""
    if COMPONENT not in image.optional:
        found = [export for export in core_exports(image) if export.kind == "func"]
        return [_core_function(export.name, None, image.types[export.type]) for export in found]
    return _component_functions(_signatures(image).exports)


def imports(image: Contents) -> list[Function]:
    """All functions that an image needs from its host, in order. Raises ImageError."""
    if COMPONENT not in image.optional:
        return [
            _core_function(item.name, item.module, image.types[item.type])
            for item in image.imports
        ]
    return _component_functions(_signatures(image).imports)


def _signatures(image: Contents) -> Signatures:
    return read_signatures(image.optional[COMPONENT])


def core_exports(image: Contents) -> list[Export]:
    """What a core program exports: the exports of its last instance."""
    return image.instances[-1].exports if image.instances else []


def _core_function(name: str, module: str | None, type: CoreFuncType) -> Function:
    return Function(name, module, tuple(("", t) for t in type.params), type.results)


def _component_functions(types: dict[tuple[str, str], FuncType]) -> list[Function]:
    return [
        Function(
            name,
            interface or None,
            type.params,
            () if type.result is None else (type.result,),
            type.async_,
        )
        for (interface, name), type in types.items()
    ]


def find_function(image: Contents, name: str | None, file: str) -> Function:
    """The function that `--invoke` names; None: the one that starts the program.

    file: what the image was made of, for messages. Raises UsageError, which lists what there is,
    if there is no such function or more than one.
    """
    known = exports(image)
    if name is None:
        # A program may have the starts of two versions of WASI: the newer one runs it.
        found = sorted((f for f in known if STARTS.fullmatch(f.full_name)), key=str)[-1:]
        wanted = "no function to start with (wasi:cli/run, or _start of a module)"
    else:
        found = [function for function in known if function.full_name == name]
        found = found or [function for function in known if function.name == name]
        found = found or _compatible(name, known)
        wanted = f"no function {name!r}"
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"{len(found)} interfaces export {name!r}",
            file=file,
            hint="name one of: " + ", ".join(function.full_name for function in found),
        )
    raise UsageError(f"{wanted} is exported", file=file, hint=_suggestion(name, known))


def _compatible(name: str, known: list[Function]) -> list[Function]:
    """The function of an interface in the newest version that fits `ns:pkg/iface@1#f`."""
    interface, _, label = name.partition("#")
    there = [f for f in known if f.interface and f.name == label]
    chosen = newest([f.interface for f in there], interface)
    return [f for f in there if f.interface == chosen]


def _suggestion(name: str | None, known: list[Function]) -> str:
    if not known:
        return "no function at all is exported"
    names = [function.full_name for function in known]
    near = difflib.get_close_matches(name or "", names, n=1)
    shown = [str(function) for function in known if not near or function.full_name in near]
    if near:
        return f"did you mean {shown[0]}?"
    more = f", and {len(shown) - 8} more" if len(shown) > 8 else ""
    return f"functions are: {', '.join(shown[:8])}{more}"
