"""Names of the Component Model, and versions: parsed, checked, matched.

Explainer.md, Import and Export Definitions; WIT.md, Package Names; Semantic Versioning 2.0.
"""

from .attributes import check_attributes
from .extern import (
    InterfaceName,
    PackageName,
    PlainName,
    parse_extern,
    parse_interface,
    parse_package,
)
from .match import best, satisfies
from .ranges import Range, parse_range
from .semver import Version, parse_version
from .unique import canonical_form, clash

__all__ = [
    "InterfaceName",
    "PackageName",
    "PlainName",
    "Range",
    "Version",
    "best",
    "canonical_form",
    "check_attributes",
    "clash",
    "parse_extern",
    "parse_interface",
    "parse_package",
    "parse_range",
    "parse_version",
    "satisfies",
]
