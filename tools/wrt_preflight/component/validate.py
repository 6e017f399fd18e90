"""Validates a component, with or without what Explainer.md gates (Gated Features).

wasm-tools is the authority, but of values (gate 🪙) it knows no definitions and one start
function at most, and it writes their types in imports and exports without the byte that Binary.md
puts in front. What it does not take with values, it validates without them; linking checks them.
"""

from __future__ import annotations

from collections.abc import Collection

from ..errors import PreflightError, ProfileError, ReadError, ValidationError
from ..validate import FEATURES, validate
from .erase import Erased

# Names of features that have to be allowed, and what wasm-tools calls them.
GATED = {"values": "cm-values"}


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
        bare_values = _with_values(data, file, text, error)
    if "values" not in features:
        raise ProfileError(
            "the component has values or start definitions, which the specification gates",
            file=file,
            hint="--feature values allows them",
        )
    return bare_values


def _with_values(data: bytes, file: str | None, text: bool, error: PreflightError) -> bool:
    """As validate_component, with values. error: what is wrong without them."""
    try:
        validate(data, file, (*FEATURES, GATED["values"]))
        return True
    except ValidationError:
        pass
    for bare_values in (True,) if text else (False, True):
        try:
            erased = Erased(data, file, bare_values)
        except ReadError as broken:
            if "section id: 12" in error.message:  # of values: wasm-tools reads no further
                error = broken
            continue
        if erased.data == data:
            break
        try:
            validate(erased.data, file)
        except ValidationError as left:
            left.offset = None if left.offset is None else erased.original(left.offset)
            raise
        return bare_values
    raise error
