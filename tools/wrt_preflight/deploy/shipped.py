"""The runtime as it goes to a device with a program: linked for it, or in modules.

Linked it lies beside the image and serves no other one: docs/linked.md. In modules it lies in the
folder `lib`, where programs share it; they are for what the linker does not serve.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from ..functions import imports
from ..image import Contents
from ..linked import UnlinkableError, linked_files
from ..runtime import is_wasi, runtime_modules
from .device import Device


@dataclass(frozen=True, slots=True)
class Shipped:
    """A runtime for a program.

    info: what app.json says of it. own: files of the program's own, by name. modules: those that
    it shares, as "component/app". shared: their files, by path in `wrt`.
    """

    info: dict[str, str]
    own: dict[str, bytes]
    modules: list[str]
    shared: dict[str, bytes]


def ship(
    image: Contents, form: str, device: Device, options: Collection[str], host: str
) -> Shipped:
    """The runtime for a program on a device.

    form: folder of its engine, or "native". options: as for runtime_modules. host: source of the
    Python that comes with it, "" if there is none.
    """
    if "packages" not in options:  # else there are images that nobody knows yet
        try:
            return _linked(image, form, device, options, host)
        except (UnlinkableError, SyntaxError):  # Python of a host that only MicroPython reads
            pass
    return _in_modules(image, form, device, options)


def _linked(
    image: Contents, form: str, device: Device, options: Collection[str], host: str
) -> Shipped:
    if host and any(is_wasi(function.interface or "") for function in imports(image)):
        host += "\nfrom wrt_micro.wasi import run\n"  # as wrt.run does
    compiler = device.micropython.mpy_options()
    files = linked_files(image, form, compiler, options, device.platform, host)
    main = next(iter(files)).removesuffix(".mpy")
    return Shipped({"linked": main}, files, [], {})


def _in_modules(image: Contents, form: str, device: Device, options: Collection[str]) -> Shipped:
    runtime = device.micropython.runtime()
    build = runtime.name.removeprefix("runtime-")[:12]
    modules = [
        module.removesuffix(".py")
        for module in runtime_modules(image, form, options, device.platform)
        if not module.startswith(f"engine/{form}/")  # an engine for this image alone goes along
    ]
    shared = {
        path: runtime.joinpath(*path.split("/")[2:]).read_bytes()
        for path in map(partial(module_path, build), modules)
    }
    return Shipped({"runtime": build}, {}, modules, shared)


def module_path(build: str, module: str) -> str:
    """Where a module of the runtime lies: ("2ff3...", "component/app") -> a path in `wrt`."""
    return f"lib/{build}/wrt_micro/{module}.mpy"
