"""Names that WIT does not know, in and out of ones that it does."""

from __future__ import annotations

import re

from ..component import read_component
from ..component.names import scopes
from ..component.rename import Renamed, with_full_version
from ..errors import ReadError
from ..names import InterfaceName, parse_version

# No package of anybody's has this namespace.
_NAMESPACE = "wrt-micro-nested"
_FULL = re.compile(r"@(\d+\.\d+\.\d+)\+canonical")


class Disguise:
    """A component under names that WIT knows, versions in full. data: its bytes."""

    def __init__(self, data: bytes) -> None:
        self._packages: dict[str, str] = {}
        self._suffixes: dict[str, str] = {}
        try:
            for scope in scopes(read_component(data, bare_values=True)):
                for found, _ in scope:
                    if found.version_suffix is not None:
                        self._suffixes[found.name] = found.version_suffix
            self.data = Renamed(data, None, self._name, bare_values=True).data
        except ReadError:
            self.data = data  # wasm-tools will say what is wrong with it

    def _name(self, name: InterfaceName) -> str:
        suffix = self._suffixes.get(str(name))
        text = with_full_version(name) if suffix is None else str(name.with_suffix(suffix))
        if not name.package.is_nested:
            return text
        package = name.package.unversioned
        number = len(self._packages)
        disguised = self._packages.setdefault(package, f"{_NAMESPACE}:p{number}")
        return disguised + text[len(package) :]

    def lift(self, text: str) -> str:
        """Text about the component, with the names that it really has."""
        for package, disguised in self._packages.items():
            text = re.sub(rf"{re.escape(disguised)}(?![0-9])", package, text)
        return _FULL.sub(_canonical, text)


def _canonical(found: re.Match) -> str:
    return "@" + parse_version(found[1]).canonical
