"""Validates a component, with or without what Explainer.md gates (Gated Features).

wasm-tools is the authority. Of two gates it knows less than the specification, so a component
that uses them is validated without what it does not know, and the rest is checked here:

* values (🪙): it knows no definitions and one start function at most, and it writes their types
  in imports and exports without the byte that Binary.md puts in front. Linking checks them.
* canonical names (🔗): it knows `a:b/c@1` of instances only, and only beside a version suffix.
  `names` checks them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..errors import PreflightError, ProfileError, ReadError, ValidationError
from ..validate import FEATURES, validate
from .erase import Erased
from .names import check_names
from .reader import read_component
from .rename import Renamed, with_full_version

# Names of features that have to be allowed, and what wasm-tools calls them, where it has them.
GATED: dict[str, tuple[str, ...]] = {
    "values": ("cm-values",),
    "nested-names": ("cm-nested-names",),
    "canonical-names": (),
    "shared-threads": ("shared-everything-threads",),
}
_WHAT = {
    "values": "values or start definitions",
    "nested-names": "names with nested namespaces or packages",
    "canonical-names": "canonical versions in names",
    "shared-threads": "threads of shared functions, thread.spawn-ref or thread.spawn-indirect",
}


def validate_component(
    data: bytes, file: str | None, text: bool, features: Collection[str] = ()
) -> bool:
    """Raises ValidationError, and ProfileError for what would be valid with another feature.

    text: wasm-tools made the bytes of text. features: names of GATED.
    Returns whether values are as wasm-tools writes them, for read_component.
    """
    try:
        validate(data, file)
        return False
    except ValidationError as error:
        if GATED["shared-threads"][0] in error.message:
            validate(data, file, (*FEATURES, *GATED["shared-threads"]))
            bare_values, gates = False, ["shared-threads"]
        else:
            bare_values, gates = _gated(data, file, text, error)
    for gate in gates:
        if gate not in features:
            raise ProfileError(
                f"the component has {_WHAT[gate]}, which the specification gates",
                file=file,
                hint=f"--feature {gate} allows them",
            )
    return bare_values


def _gated(
    data: bytes, file: str | None, text: bool, error: PreflightError
) -> tuple[bool, list[str]]:
    """As validate_component, with everything that is gated; also the gates that it took.

    error: what is wrong without them.
    """
    forms = (True,) if text else (False, True)
    renamed = _renamed(data, file, forms)
    gates = []
    if renamed and any(name.package.is_nested for name in renamed.names):
        gates.append("nested-names")
    if renamed and renamed.data != data:
        gates.append("canonical-names")
    if not gates:
        return _with_values(data, file, forms, error), ["values"]
    tools = tuple(tool for gate in gates for tool in GATED[gate])
    try:
        try:
            validate(renamed.data, file, (*FEATURES, *tools))
            bare_values = False
        except ValidationError as left:
            bare_values = _with_values(renamed.data, file, forms, left, tools)
            gates.append("values")
    except ValidationError as left:
        left.offset = None if left.offset is None else renamed.original(left.offset)
        raise
    check_names(read_component(data, file, bare_values), file)
    return bare_values, gates


def _renamed(data: bytes, file: str | None, forms: Iterable[bool]) -> Renamed | None:
    """The component with versions in full, or None if it cannot be read."""
    for bare_values in forms:
        try:
            return Renamed(data, file, with_full_version, bare_values)
        except ReadError:
            continue
    return None


def _with_values(
    data: bytes,
    file: str | None,
    forms: Iterable[bool],
    error: PreflightError,
    tools: tuple[str, ...] = (),
) -> bool:
    """As validate_component, with values. error: what is wrong without. tools: features too."""
    try:
        validate(data, file, (*FEATURES, *tools, *GATED["values"]))
        return True
    except ValidationError:
        pass
    for bare_values in forms:
        try:
            erased = Erased(data, file, bare_values)
        except ReadError as broken:
            if "section id: 12" in error.message:  # of values: wasm-tools reads no further
                error = broken
            continue
        if erased.data == data:
            break
        try:
            validate(erased.data, file, (*FEATURES, *tools))
        except ValidationError as left:
            left.offset = None if left.offset is None else erased.original(left.offset)
            raise
        return bare_values
    raise error
