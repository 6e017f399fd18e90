"""The files of a binding: the module, its stub, and a host to begin with."""

from __future__ import annotations

from dataclasses import dataclass

from .host import host_text
from .naming import module_name
from .resolve import World
from .stub import Stub

MODULE = '''\
# Loads {what}. Written by wrt-micro bindgen; {name}.pyi has the types.

import wrt_micro

IMAGE = "{image}"


def load(imports=None, image=IMAGE, **options):
    """Load the image and instantiate it: an App. See wrt_micro.load."""
    return wrt_micro.load(image, imports, **options)
'''


@dataclass(frozen=True, slots=True)
class Binding:
    """name: of the Python module. module, stub, host: the texts of its files."""

    name: str
    module: str
    stub: str
    host: str


def bind(table: dict, stem: str, what: str, world: str | None = None) -> Binding:
    """The binding of a world. table: its WIT, as wasm-tools gives it in JSON.

    stem: name of the image and, as an identifier, of the module. what: for people. Raises
    UsageError where the world is not clear.
    """
    found = World(table, world)
    name = module_name(stem)
    stub = Stub(found, name, f"Types of {what}.")
    module = MODULE.format(what=what, name=name, image=f"{stem}.wrt")
    return Binding(name, module, stub.text, host_text(found, stub, name))
