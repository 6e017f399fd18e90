"""The names of a component where validation does not reach: canonical versions (Explainer.md, 🔗).

Names are compared here as they are, since wasm-tools sees other ones (see `rename`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..errors import PreflightError, ValidationError
from ..names import check_attributes, clash
from . import tree

Named = tuple[tree.Attributes, str]


def check_names(component: tree.Component, file: str | None) -> None:
    """Check all names of imports and exports with their attributes, and that they differ.

    Raises ValidationError with the offset of the first that is wrong.
    """
    for scope in scopes(component):
        for attributes, sort in scope:
            try:
                check_attributes(
                    attributes.name, sort, attributes.implements, attributes.version_suffix
                )
            except PreflightError as error:
                raise ValidationError(
                    error.message, file=file, offset=attributes.offset, hint=error.hint
                ) from None
        twice = clash(attributes.name for attributes, _ in scope)
        if twice:
            at = next(a.offset for a, _ in reversed(scope) if a.name == twice[0])
            raise ValidationError(
                f'the name "{twice[0]}" is too much like "{twice[1]}"', file=file, offset=at
            )


def scopes(component: tree.Component) -> Iterator[list[Named]]:
    """The names of each scope: imports, and exports, of all components, instances and types."""
    yield from _declared(component.definitions)
    for item in component.definitions:
        if isinstance(item, tree.Component):
            yield from scopes(item)
        elif isinstance(item, tree.InlineInstance):
            yield [(name, entry.sort) for name, entry in item.exports]


def _declared(items: Iterable[object]) -> Iterator[list[Named]]:
    imports: list[Named] = []
    exports: list[Named] = []
    for item in items:
        match item:
            case tree.Import(name=name, type=extern):
                imports.append((name, extern.sort))
            case tree.ExportDecl(name=name, type=extern):
                exports.append((name, extern.sort))
            case tree.Export(name=name, definition=entry):
                exports.append((name, entry.sort))
            case tree.Type(
                type=tree.ComponentTypeDef(declarations=inner)
                | tree.InstanceTypeDef(declarations=inner)
            ):
                yield from _declared(inner)
    yield imports
    yield exports
