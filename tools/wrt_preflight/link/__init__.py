"""Linking core module instances into one store, on the host."""

from .store import Extern, Instance, Store

__all__ = ["Extern", "Instance", "Store"]
