"""The image: what pre-flight hands to the device. docs/image-format.md specifies it."""

from .disassemble import inspect_json, inspect_text
from .format import COMPONENT, MAGIC, VERSION
from .reader import Contents, read
from .symbols import Place, place
from .writer import Image, write

__all__ = [
    "COMPONENT",
    "MAGIC",
    "VERSION",
    "Contents",
    "Image",
    "Place",
    "inspect_json",
    "inspect_text",
    "place",
    "read",
    "write",
]
