"""An engine for one image: the interpreter with the instructions that it has, and no others.

It is one module with a name that has the image's CRC, so no other image ever gets it. A device
takes it where it finds it, else the general engine (`wrt_micro.engine.engine_for`).
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from ..image import Contents
from ..image.instructions import walk
from ..mpy_compile import INTERPRETERS, compile_mpy, mpy_options
from ..ops.cold import CLASSES
from ..ops.needs import Needs
from .bulk.plain_exception import UNWIND
from .cold import cold_plain, cold_viper
from .generate import VIPER
from .loop import plain_loop, viper_loop

_FLOATS = ("f32", "f64")


def module_name(image: Contents) -> str:
    """The name of the module, as the device looks for it."""
    return f"engine_{image.header['crc']:08x}"


def needs_of(image: Contents) -> Needs:
    """The instructions that an image of register code has, and the one that returns: a loop has
    to know something, even if there is no code."""
    rows, numbers = {"ret"}, set()
    for function in image.functions:
        for _, name, fields, _ in walk(image.data, *function.code):
            rows.add(name)
            if name == "slow":
                numbers.add((CLASSES[fields["n"] >> 8], fields["n"] & 0xFF))
    return Needs(frozenset(rows), frozenset(numbers))


def tailored_source(image: Contents, form: str) -> str:
    """Source of the module: `loop`, and a function for each cold class that is not in the loop.

    form: "portable", or a folder of `wrt_micro/engine` for viper.
    """
    needs = needs_of(image)
    head = f"# An engine for the image with CRC {image.header['crc']:08x} only.\n"
    head += f'form = "{form}"\n'
    if form == "portable":
        unwind = UNWIND if "exception" in needs.classes else ""
        cold = [cold_plain(name, needs, name) for name in needs.classes]
        return "\n\n".join([head + unwind, plain_loop(needs, "loop"), *cold])
    bits, strict = VIPER[form]
    floats = tuple(name for name in _FLOATS if name in needs.classes)
    cold = [
        cold_viper(name, bits, strict, needs, name)
        for name in needs.classes
        if name not in _FLOATS
    ]
    loop = viper_loop(bits, strict, floats, needs, "loop")
    return "\n\n".join([head + "import micropython\n", loop, *cold])


def tailored_engine(
    image: Contents, arch: str | None, form: str | None = None
) -> tuple[str, bytes]:
    """(file name, bytes) of the compiled module.

    arch: mpy-cross's name of the machine code; None for form portable on a device that runs none.
    form: as for `tailored_source`; the viper form of the architecture if left out.
    Raises MicroPythonError if it cannot be compiled.
    """
    name = module_name(image)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"{name}.py")
        source.write_text(tailored_source(image, form or INTERPRETERS[arch]))
        target = source.with_suffix(".mpy")
        compile_mpy(source, target, mpy_options(arch) if arch else (), source.name)
        return target.name, target.read_bytes()
