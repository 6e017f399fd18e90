"""Whether what is provided is what an import asks for (spec: Validation, Import Matching)."""

from __future__ import annotations

from ..errors import LinkError
from ..wasm.module import Import
from ..wasm.types import Limits
from .entities import Extern, Instance
from .types import StoreTypes, matches


def provide(
    types: StoreTypes, instance: Instance, item: Import, extern: Extern | None
) -> Extern | None:
    """The provider of an import of the instance, or None where the host has to be it.

    Raises LinkError if there is none, or if it has the wrong kind or type. A minimum size that
    only running code can check is added to the instance's checks.
    """
    if extern is None:
        if item.kind == "func":
            return None
        raise _error(
            instance,
            item,
            f"expected a {item.kind}, found nothing",
            f'link a module that exports "{item.name}" as "{item.module}"; '
            "only functions can come from the device",
        )
    if extern.kind != item.kind:
        raise _error(instance, item, f"expected a {item.kind}, found a {extern.kind}")
    _MATCH[item.kind](types, instance, item, extern)
    return extern


def _error(instance: Instance, item: Import, message: str, hint: str | None = None) -> LinkError:
    text = f'import "{item.module}" "{item.name}" of {instance.name}: {message}'
    return LinkError(text, file=instance.module.file, offset=item.offset, hint=hint)


def _match_type(types: StoreTypes, instance: Instance, item: Import, extern: Extern) -> None:
    wanted = instance.types[item.type]
    if wanted != extern.type:
        what = "tag type" if item.kind == "tag" else "type"
        raise _error(
            instance,
            item,
            f"expected {what} {types.types[wanted]}, found {types.types[extern.type]}",
        )


def _match_global(types: StoreTypes, instance: Instance, item: Import, extern: Extern) -> None:
    wanted = types.value(item.type.value, instance.types)
    found = extern.type
    same = wanted == found.value if item.type.mutable else matches(found.value, wanted)
    if item.type.mutable != found.mutable or not same:
        kinds = {True: "a mutable", False: "an immutable"}
        raise _error(
            instance,
            item,
            f"expected {kinds[item.type.mutable]} global of type {wanted}, "
            f"found {kinds[found.mutable]} one of type {found.value}",
        )


def _match_table(types: StoreTypes, instance: Instance, item: Import, extern: Extern) -> None:
    wanted = types.value(item.type.element, instance.types)
    if wanted != extern.type.element:
        raise _error(
            instance, item, f"expected a table of {wanted}, found one of {extern.type.element}"
        )
    if item.type.table64 != extern.type.table64:
        raise _error(instance, item, "one table has 64-bit indices, the other has not")
    _match_limits(instance, item, item.type.limits, extern, "elements")


def _match_memory(types: StoreTypes, instance: Instance, item: Import, extern: Extern) -> None:
    for attribute, text in (
        ("memory64", "64-bit addresses"),
        ("shared", "the shared flag"),
        ("page_shift", "that page size"),
    ):
        if getattr(item.type, attribute) != getattr(extern.type, attribute):
            raise _error(instance, item, f"one memory has {text}, the other has not")
    _match_limits(instance, item, item.type.limits, extern, "pages")


def _match_limits(
    instance: Instance, item: Import, wanted: Limits, extern: Extern, unit: str
) -> None:
    found = extern.type.limits
    if wanted.maximum is not None and (found.maximum is None or found.maximum > wanted.maximum):
        maximum = "no maximum" if found.maximum is None else f"a maximum of {found.maximum}"
        raise _error(
            instance, item, f"expected a maximum of {wanted.maximum} {unit}, found {maximum}"
        )
    if found.minimum >= wanted.minimum:
        return
    if found.maximum is not None and found.maximum < wanted.minimum:
        raise _error(
            instance,
            item,
            f"expected at least {wanted.minimum} {unit}, found at most {found.maximum}",
        )
    instance.checks.append((item.kind, extern.index, wanted.minimum))


_MATCH = {
    "func": _match_type,
    "tag": _match_type,
    "global": _match_global,
    "table": _match_table,
    "memory": _match_memory,
}
