"""WIT: text of worlds, packages from folders, and the same as data. wasm-tools does the work.

Nested names (🪺) and canonical versions (🔗) are not in its WIT, so components that have them
are shown to it under names that it knows; what comes back has the real ones.
"""

from .names import Disguise
from .tool import check_world, encode_wit, is_wit_package, wit_json, wit_of_path, wit_text

__all__ = [
    "Disguise",
    "check_world",
    "encode_wit",
    "is_wit_package",
    "wit_json",
    "wit_of_path",
    "wit_text",
]
