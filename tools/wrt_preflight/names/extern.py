"""`externname` and what it consists of (Explainer.md, Import and Export Definitions).

    plain name        label  [constructor]label  [method]label.label  [static]label.label
    interface name    namespace:package/interface@version
    nested (🪺)       namespace:inner:package/nested/interface@version
    canonical (🔗)    namespace:package/interface@1, @0.2, @0.0.3

and package names (WIT.md), which are interface names without their last part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from ..errors import ReadError
from .semver import Version, is_canonical, parse_version

_LABEL = re.compile(r"(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)(?:-(?:[0-9a-z]+|[0-9A-Z]+))*")
_WORDS = re.compile(r"[a-z][0-9a-z]*(?:-[0-9a-z]+)*")
_ANNOTATED = re.compile(r"\[(constructor|method|static)\](.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PlainName:
    """kind: "label", "constructor", "method" or "static". member: of the latter two, else None.

    label: the name itself, or of the resource.
    """

    kind: str
    label: str
    member: str | None = None

    def __str__(self) -> str:
        text = self.label if self.member is None else f"{self.label}.{self.member}"
        return text if self.kind == "label" else f"[{self.kind}]{text}"


@dataclass(frozen=True, slots=True)
class PackageName:
    """namespaces: outermost first. nested: packages inside of the package, outermost first."""

    namespaces: tuple[str, ...]
    package: str
    nested: tuple[str, ...] = ()
    version: Version | None = None

    @property
    def unversioned(self) -> str:
        return ":".join((*self.namespaces, "/".join((self.package, *self.nested))))

    @property
    def is_nested(self) -> bool:
        """Whether it needs 🪺: more than one namespace, or a package in the package."""
        return len(self.namespaces) > 1 or bool(self.nested)

    def __str__(self) -> str:
        return self.unversioned + (f"@{self.version}" if self.version else "")


@dataclass(frozen=True, slots=True)
class InterfaceName:
    """An interface of a package. version: in full, or None.

    canonical: the `canonversion` where the name has that in place of a full version; if it has a
    `versionsuffix` beside it, see `with_suffix`. Of a full version that is canonical too (0.0.3),
    both are there.
    """

    package: PackageName
    interface: str
    canonical: str | None = None

    @property
    def version(self) -> Version | None:
        return self.package.version

    @property
    def unversioned(self) -> str:
        return f"{self.package.unversioned}/{self.interface}"

    @property
    def track(self) -> str | None:
        """The `canonversion` of its version, whichever way that is written; None without one."""
        return self.canonical or (self.version.canonical if self.version else None)

    def with_suffix(self, suffix: str) -> InterfaceName:
        """The same with a version in full. Raises ReadError if that is no version."""
        if self.canonical is None:
            raise ReadError(
                f'"{self}" has a version suffix, which only a canonical version can have',
                hint="1, 0.2 and 0.0.3 are canonical versions, 1.2.0 is not",
            )
        package = self.package
        version = parse_version(self.canonical + suffix)
        whole = PackageName(package.namespaces, package.package, package.nested, version)
        return InterfaceName(whole, self.interface)

    def __str__(self) -> str:
        version = self.version or self.canonical
        return self.unversioned + (f"@{version}" if version else "")


def parse_extern(text: str) -> PlainName | InterfaceName:
    """The name of an import or export. Raises ReadError that says what is wrong with it."""
    return parse_interface(text) if ":" in text else _plain(text)


def parse_interface(text: str) -> InterfaceName:
    """An `interfacename`. Raises ReadError."""
    name, at, version = text.partition("@")
    namespaces, parts = _path(name, text)
    if len(parts) < 2:
        _wrong(text, f'expected "/" and an interface behind the package "{name}"')
    *nested, interface = parts[1:]
    _check(_LABEL, [*nested, interface], text, "label")
    full = canonical = None
    if at:
        canonical = version if is_canonical(version) else None
        full = _version(version, text) if canonical is None or version.count(".") == 2 else None
    return InterfaceName(
        PackageName(namespaces, parts[0], tuple(nested), full), interface, canonical
    )


def parse_package(text: str) -> PackageName:
    """The name of a package, with or without version. Raises ReadError."""
    name, at, version = text.partition("@")
    namespaces, parts = _path(name, text)
    _check(_LABEL, parts[1:], text, "label")
    full = _version(version, text) if at else None
    return PackageName(namespaces, parts[0], tuple(parts[1:]), full)


def _plain(text: str) -> PlainName:
    found = _ANNOTATED.fullmatch(text)
    kind, rest = found.groups() if found else ("label", text)
    label, dot, member = rest.partition(".")
    if kind in ("method", "static"):
        if not dot:
            _wrong(text, f'expected "[{kind}]", a resource, "." and a name')
        _check(_LABEL, [label, member], text, "label")
        return PlainName(kind, label, member)
    _check(_LABEL, [rest], text, "label")
    return PlainName(kind, rest)


def _path(name: str, text: str) -> tuple[tuple[str, ...], list[str]]:
    """The namespaces, and what stands behind them: the package and everything behind a `/`."""
    *namespaces, path = name.split(":")
    if not namespaces:
        _wrong(text, 'expected a namespace and ":" before the package')
    parts = path.split("/")
    _check(_WORDS, [*namespaces, parts[0]], text, "lower-case word")
    return tuple(namespaces), parts


def _version(version: str, text: str) -> Version:
    try:
        return parse_version(version)
    except ReadError as error:
        _wrong(text, error.message, error.hint)


def _check(pattern: re.Pattern, parts: list[str], text: str, what: str) -> None:
    for part in parts:
        if not pattern.fullmatch(part):
            _wrong(
                text,
                f'expected a {what}, found "{part}"',
                "letters and digits with hyphens between words, each word in one case, and a "
                "letter first: is-XML",
            )


def _wrong(text: str, message: str, hint: str | None = None) -> NoReturn:
    raise ReadError(f'the name "{text}" is not valid: {message}', hint=hint)
