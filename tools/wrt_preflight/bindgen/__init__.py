"""Typed Python for a component: a stub for what it exports, protocols for what it imports.

Types stand in the stub alone (NAME.pyi), which only type checkers and editors read: what runs on
the device is NAME.py and the host's own module, without `typing`.
"""

from .module import Binding, bind

__all__ = ["Binding", "bind"]
