"""The way from a file to an image: read, text to binary, validate, link, lower, write.

Commands and tests go this way and no other. Every error carries the name of the file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from . import image, validate, wasm
from .component import (
    Plan,
    check_runnable,
    link_component,
    named_functions,
    read_component,
    reserve_stack,
    validate_component,
    write_plan,
)
from .errors import ImageError, PreflightError, ReadError, UsageError
from .image import Contents, Image
from .link import Store
from .lower import LowerOptions, lower
from .lower.program import Program
from .sign import split
from .strip import Stripped, strip
from .wasm import preamble

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """What a command was given, in binary. kind: "module", "component" or "image".

    file: its name for messages. path: where it lies, or None if it came through standard input.
    text: it was text, so that byte offsets are those of what was made of it. signature: what stood
    behind an image that is signed; it is not in data.
    """

    kind: str
    data: bytes
    file: str
    path: Path | None
    text: bool
    signature: bytes = b""

    @property
    def name(self) -> str:
        """A short name for it: of its file, without the ending."""
        return self.path.stem if self.path else "module"

    @property
    def what(self) -> str:
        """Its kind with an article, for messages."""
        return f"an {self.kind}" if self.kind == "image" else f"a {self.kind}"


@dataclass(frozen=True, slots=True)
class Built:
    """An image, and the program that it was made of, if it was made here.

    module: the bytes of the module with its machine code, or None. stripped: what was left out,
    or None if nothing was to be; before: bytes of the image with it.
    """

    image: Contents
    program: Program | None = None
    module: bytes | None = None
    stripped: Stripped | None = None
    before: int = 0


def read_input(file: str) -> Input:
    """Read a module, a component (both in binary or text) or an image; `-` is standard input.

    Raises UsageError if the file cannot be read, ReadError if it is none of these.
    """
    path = None if file == STDIN else Path(file)
    name = str(path) if path else "standard input"
    try:
        data = path.read_bytes() if path else sys.stdin.buffer.read()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", file=name) from None
    if not data:
        raise ReadError("the file is empty", file=name, hint=_WANTED)
    binary = validate.to_binary(data, name)
    kind = _kind(binary, name)
    binary, signature = split(binary) if kind == "image" else (binary, b"")
    return Input(kind, binary, name, path, binary is not data and not signature, signature)


_WANTED = "give a WebAssembly component or module (.wasm or .wat), or a built image (.wrt)"


def _kind(data: bytes, file: str) -> str:
    """What the first eight bytes say (Core: Modules; Component Model: Binary.md, preamble)."""
    if data.startswith(image.MAGIC):
        return "image"
    if data.startswith(preamble.MAGIC) and len(data) >= 8:
        # Version and layer are two bytes each; layer 1 is a component.
        return "component" if data[6:8] == preamble.COMPONENT_LAYER else "module"
    start = data[:4]
    shown = f"the bytes {start.hex(' ')}" + ("" if len(data) > 4 else ", and then its end")
    if len(data) < 8 and preamble.MAGIC.startswith(data[:4]):
        raise ReadError("the file ends inside the first 8 bytes", file=file, hint=_WANTED)
    raise ReadError(
        f"expected WebAssembly or an image, found {shown}", file=file, offset=0, hint=_WANTED
    )


def read_image(source: Input) -> Contents:
    """Read a built image, with the names from the `.sym` file beside it, if that is its own.

    Raises ImageError.
    """
    contents = image.read(source.data, source.file)
    beside = source.path and source.path.with_suffix(".sym")
    if beside and beside.exists():
        try:
            symbols = json.loads(beside.read_bytes())
            if isinstance(symbols, dict):
                contents = image.read(source.data, source.file, symbols)
        except (OSError, ImageError, ValueError):
            pass  # unreadable, or of an older build: the image is right, only without names
    return contents


def build(source: Input, options: LowerOptions, features: Collection[str] = ()) -> Built:
    """Make an image of a module or component. features: gated ones to allow, of GATED.

    Raises the PreflightError of the step that refuses, with the name of the file.
    """
    if source.kind == "image":
        raise UsageError("is an image already", file=source.file, hint=_WANTED)
    try:
        if source.kind == "component":
            bare_values = validate_component(source.data, source.file, source.text, features)
            made = _build_component(source, options, bare_values)
        else:
            validate.validate(source.data, source.file)
            made = _build_module(source, options)
    except PreflightError as error:
        error.file = error.file or source.file
        if source.text and error.offset is not None and not error.hint:
            error.hint = "the offset is one of the binary: wasm-tools parse FILE -o BINARY"
        raise
    program, written, stripped, before = made
    contents = image.read(written.data, source.file, written.symbols)
    return Built(contents, program, written.module, stripped, before)


_Made = tuple[Program, Image, Stripped | None, int]


def _build_module(source: Input, options: LowerOptions) -> _Made:
    store = Store()
    module = wasm.read_module(source.data, source.file)
    name = module.names.module or source.name
    store.instantiate(module, name, lambda module, field: None)
    program = lower(store, options)
    if not options.strip:
        return program, image.write(program), None, 0
    before = image.write(program)
    stripped = strip(program, None, options.keep)
    return program, image.write(program), stripped, len(before.data)


def _build_component(source: Input, options: LowerOptions, bare_values: bool) -> _Made:
    component = read_component(source.data, source.file, bare_values)
    plan, store = link_component(component, source.data, source.file)
    check_runnable(plan)
    program = lower(store, options, plan_calls=named_functions(plan))
    stripped, before = None, 0
    if options.strip:
        before = len(_component_image(plan, program).data)
        stripped = strip(program, plan, options.keep)
        plan = stripped.plan
    if options.stack_bytes is None:
        reserve_stack(plan, store, program, options.default_stack)
    return program, _component_image(plan, program), stripped, before


def _component_image(plan: Plan, program: Program) -> Image:
    return image.write(program, {image.COMPONENT: write_plan(plan, program)})


def to_image(source: Input, options: LowerOptions, features: Collection[str] = ()) -> Built:
    """The image of any input: read if it is one, else built. Raises PreflightError.

    Capacities of a built image are fixed: options other than the defaults are refused.
    """
    if source.kind != "image":
        return build(source, options, features)
    if replace(options, native=None) != LowerOptions():
        raise UsageError(
            "is an image, whose capacities are fixed",
            file=source.file,
            hint="give --limit and --memory to wrt-micro build",
        )
    module = source.path and source.path.with_name(f"{source.path.stem}_native.mpy")
    contents = read_image(source)
    if options.native and not contents.machine_code:
        raise UsageError(
            "is an image of register code",
            file=source.file,
            hint="build it with --engine native, or leave out --engine",
        )
    has_module = contents.machine_code and module and module.is_file()
    return Built(contents, module=module.read_bytes() if has_module else None)


def check_module(module: bytes | None) -> None:
    """Raise UsageError if the machine code of an image is missing."""
    if not module:
        raise UsageError(
            "the machine code of the image is not beside it",
            hint="keep OUT_native.mpy, which build wrote, beside OUT.wrt",
        )
