"""Composes components: imports of one are satisfied by exports of others, by name and version.

What comes out is a standard component, with the parts inside as they are. Imports that nothing
provides become imports of the composition.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..component import read_component, validate_component
from ..errors import LinkError, PreflightError, UsageError, ValidationError
from ..names import clash
from .match import Link, find_links, in_order
from .outer import Outer, exports_of
from .part import Part

__all__ = ["Composition", "Link", "compose"]


@dataclass(frozen=True, slots=True)
class Composition:
    """data: the component. links: what was connected. open: names of imports that stay open.

    exports: names. unused: names of parts that nothing imports from, and which are not in it.
    """

    data: bytes
    links: list[Link]
    open: list[str]
    exports: list[str]
    unused: list[str]


def compose(
    parts: Sequence[tuple[str, bytes, bool]],
    features: Collection[str] = (),
    all_exports: bool = False,
) -> Composition:
    """Compose components. parts: (name for people, bytes, whether they were made of text).

    The first one is the root: its exports are exported, or with all_exports those of all.
    features: gated ones to allow. Raises ReadError, ValidationError, ProfileError; LinkError
    where parts do not fit, import in a circle, or export the same name twice.
    """
    if not parts:
        raise UsageError("expected a component to compose")
    read = []
    for name, data, text in parts:
        bare_values = validate_component(data, name, text, features)
        read.append(Part(name, data, read_component(data, name, bare_values)))
    links = find_links(read)
    ordered = in_order(read, list(links.values()), read[0])
    if all_exports:
        for part in read:
            ordered += [p for p in in_order(read, list(links.values()), part) if p not in ordered]
    exported = exports_of(ordered if all_exports else read[:1])
    _check_exports(exported)
    outer = Outer(links)
    for part in ordered:
        outer.collect(part)
    outer.write_imports()
    for part in ordered:
        outer.instantiate(part)
    for part, item in exported:
        outer.export(part, item)
    data = outer.finish()
    used = [link for link in links.values() if link.importer in ordered]
    _validate(data, used, outer, features)
    return Composition(
        data,
        used,
        [shared.name.name for shared in outer.open.values()],
        [item.name.name for _, item in exported],
        [part.name for part in read if part not in ordered],
    )


def _check_exports(exported: list) -> None:
    """Raises LinkError if two parts export names that cannot stand side by side."""
    twice = clash(item.name.name for _, item in exported)
    if twice:
        owners = [
            next(p.name for p, item in order if item.name.name == name)
            for name, order in zip(twice, (list(reversed(exported)), exported), strict=True)
        ]
        raise LinkError(
            f'{owners[1]} exports "{twice[1]}" and {owners[0]} "{twice[0]}"',
            hint="export those of the first component only: without --all-exports",
        )


def _validate(data: bytes, links: list[Link], outer: Outer, features: Collection[str]) -> None:
    try:
        validate_component(data, None, False, features)
    except ValidationError as error:
        hint = None
        named = [k for k in links if f"`{k.item.name.name}`" in error.message]
        if named:
            hint = "; ".join(f"connected was {link}" for link in named)
        for shared in outer.open.values():
            importers = [part.name for part, _ in shared.wants]
            if f"`{shared.name.name}`" in error.message and len(importers) > 1:
                hint = f"{' and '.join(importers)} import it, and must want the same"
        if "not valid to be used as export" in error.message:
            hint = (
                "an exported function has types of an interface that another component provides "
                "and nothing exports: --all-exports exports that, too"
            )
        raise LinkError(f"the components do not fit: {error.message}", hint=hint) from None
    except PreflightError as error:
        raise LinkError(f"the components do not fit: {error.message}", hint=error.hint) from None
