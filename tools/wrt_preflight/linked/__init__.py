"""The runtime, linked into one module for one program: link.py."""

from .files import linked_files
from .link import Linked, link
from .passes import ENTRIES, FIRST, LOAD
from .rewrite import UnlinkableError

__all__ = ["ENTRIES", "FIRST", "LOAD", "Linked", "UnlinkableError", "link", "linked_files"]
