"""Linking core module instances into one store, on the host."""

from .entities import Extern, Instance
from .store import Store

__all__ = ["Extern", "Instance", "Store"]
