"""The runtime, linked into one module for one program: link.py."""

from .files import linked_files
from .link import Linked, link
from .merge import UnlinkableError
from .passes import ENTRIES, FIRST, LOAD

__all__ = ["ENTRIES", "FIRST", "LOAD", "Linked", "UnlinkableError", "link", "linked_files"]
