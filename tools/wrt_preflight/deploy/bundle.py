"""The files that a program consists of on a device."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from .. import __version__
from ..errors import UsageError
from ..functions import STARTS, exports, imports
from ..image import Contents
from ..image.format import NATIVE
from ..interp.tailor import tailored_engine
from ..mpy_compile import ARCHITECTURES, compile_mpy
from ..native import made_for, runs_on
from ..pipeline import Built, check_module
from ..runtime import is_provided
from .connection import DeviceError
from .device import Device
from .shipped import ship

STARTER = Path(__file__).parent / "on_device" / "starter.py"
STARTER_NAME = "__init__.mpy"
FILES = "files.json"  # what belongs to a version
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,31}")
_RESERVED = ("lib",)  # the folder of the runtime


@dataclass(frozen=True, slots=True)
class Bundle:
    """A program for a device. Paths are those in the folder `wrt` there.

    name: of the program. version: of what it consists of, a digest. files: the bytes by path,
    in the order in which they are copied.
    """

    name: str
    version: str
    files: dict[str, bytes]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(map(len, self.files.values()))


def program_name(text: str) -> str:
    """A name for a program on a device. Raises UsageError."""
    if not _NAME.fullmatch(text) or text in _RESERVED:
        raise UsageError(
            f"{text!r} is no name for a program on a device",
            hint="give one with --name: up to 32 letters, digits, - and _, and not lib",
        )
    return text


def make_bundle(
    name: str,
    built: Built,
    device: Device,
    form: str,
    *,
    data: bytes | None = None,
    host: Path | None = None,
    grants: bytes | None = None,
    options: Collection[str] = (),
) -> Bundle:
    """All files of a program.

    form: folder of its engine, or "native". data: the image with its signature. host: a Python
    file with the functions that it imports. grants: JSON, what it may use of WASI. options: as for
    runtime_modules. Raises DeviceError for machine code of another architecture, MicroPythonError
    if Python does not compile.
    """
    image = built.image
    check_machine_code(built, device)
    micropython = device.micropython
    script = _compile(host, micropython.mpy_options(), host.name) if host else b""
    text = host.read_text(encoding="utf-8", errors="replace") if host else ""
    runtime = ship(image, form, device, options, text)
    start = next((f for f in exports(image) if STARTS.fullmatch(f.full_name)), None)
    info = {
        **runtime.info,
        "engine": form if form in ("portable", "native") else "interp",
        "host": _host_module(name) if host else None,
        "start": [start.interface, start.name] if start else None,
        "wasi": grants is not None,
        "wrt": __version__,
    }
    own = {"image.wrt": data or image.data, "app.json": json.dumps(info).encode(), **runtime.own}
    if built.module:
        own["image_native.mpy"] = built.module
    if form != "native":  # an engine that knows what this image has, in place of the general one
        engine, code = tailored_engine(image, micropython.arch, form)
        own[engine] = code
    if grants is not None:
        own["wasi.json"] = grants
    if host:
        own[f"{_host_module(name)}.mpy"] = script
    own[FILES] = json.dumps({"modules": runtime.modules, "own": [*own, FILES]}).encode()
    starter = {STARTER_NAME: _compile(STARTER, (), "wrt")}
    version = _digest({**runtime.shared, **own, **starter})
    files = dict(runtime.shared)
    # The starter comes last: programs that are there already use it too.
    files |= {f"{name}/{version}/{path}": data for path, data in own.items()} | starter
    return Bundle(name, version, files)


def check_machine_code(built: Built, device: Device) -> None:
    """Raise DeviceError if an image is machine code that the device does not run."""
    section = built.image.optional.get(NATIVE)
    if section is None:
        return
    arch, own = ARCHITECTURES[section[0]], device.micropython.arch
    if not runs_on(arch, own or ""):
        fitting = made_for(own)
        raise DeviceError(
            f"the image is machine code for {arch}, the device runs {own or 'none'}",
            hint=f"build it with --arch {fitting}, or without --engine native"
            if fitting
            else "build it without --engine native",
        )
    check_module(built.module)


def _digest(files: dict[str, bytes]) -> str:
    sums = [(path, hashlib.sha256(data).hexdigest()) for path, data in files.items()]
    return hashlib.sha256(json.dumps(sums).encode()).hexdigest()[:12]


def check_startable(image: Contents, host: Path | None, file: str) -> None:
    """Raise UsageError if a program cannot start by itself, at boot."""
    script = host.read_text(encoding="utf-8", errors="replace") if host else ""
    if re.search(r"^(async )?def main\(", script, re.MULTILINE):
        return
    missing = [f.full_name for f in imports(image) if not is_provided(f.interface)]
    if missing and not host:
        raise UsageError(
            f"cannot start at boot: nobody provides what it imports, {', '.join(missing)}",
            file=file,
            hint="give a Python file that does with --host, or leave out --main and write main.py",
        )
    if not any(STARTS.fullmatch(function.full_name) for function in exports(image)):
        raise UsageError(
            "cannot start at boot: it has no function to start with (wasi:cli/run, or _start of a "
            "module)",
            file=file,
            hint="give a Python file with a function main(app) with --host",
        )


def _host_module(name: str) -> str:
    return f"host_{name}"


def _compile(source: Path, options: tuple[str, ...], name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "made.mpy")
        compile_mpy(source, target, options, name)
        return target.read_bytes()
