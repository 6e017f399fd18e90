"""Calls a function of an image under MicroPython, in a process of its own."""

from __future__ import annotations

import json
import signal
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import ImageError, LimitError, LinkError, PreflightError
from ..micropython import MicroPython
from . import transport

SCRIPT = Path(__file__).with_name("device.py")
# More than any board has; the garbage collector takes 10 ms to look through it.
DEFAULT_HEAP = 64 << 20

INTERRUPTED = 130


class CallError(PreflightError):
    """The process ended without an answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call came to.

    value: what it returned. failed: `value` is the error case of the result it returned.
    exit: the status that the program ended itself with, or None.
    trap: kind of the trap that ended it, or None; message and backtrace describe it then, the
    latter as (function index, image offset), innermost first.
    """

    value: object = None
    failed: bool = False
    exit: int | None = None
    trap: str | None = None
    message: str = ""
    backtrace: list[tuple[int, int]] = field(default_factory=list)


def call(
    image: bytes,
    function: str,
    arguments: Sequence[object] = (),
    *,
    micropython: MicroPython,
    interface: str | None = None,
    engine: str | None = None,
    module: bytes | None = None,
    own_engine: tuple[str, bytes] | None = None,
    fuel: int | None = None,
    heap: int | None = None,
    limits: Mapping[str, int] | None = None,
    wasi: Mapping[str, object] | None = None,
) -> Reply:
    """Load an image and call an exported function with Python values.

    interface: the exported instance that holds the function, or None. engine: "interp",
    "portable", "native" or None for the best there is. module: the machine code, for native.
    own_engine: file name and bytes of an engine made for the image.
    fuel: jumps and calls it may take. heap: bytes. limits: options of wrt_micro.load. wasi: what
    the program may use, as load takes it. What the guest prints goes to our own standard output.
    Raises ImageError, LimitError or LinkError where the runtime refuses, and CallError.
    """
    with tempfile.TemporaryDirectory(prefix="wrt-micro-") as folder:
        request, reply, file = (Path(folder, name) for name in ("request", "reply", "image.wrt"))
        file.write_bytes(image)
        if module:
            file.with_name("image_native.mpy").write_bytes(module)
        if own_engine:
            file.with_name(own_engine[0]).write_bytes(own_engine[1])
        content = {
            "image": str(file),
            "interface": interface,
            "function": function,
            "arguments": [transport.to_json(value) for value in arguments],
            "engine": engine,
            "fuel": fuel,
            "limits": dict(limits or {}),
            "wasi": None if wasi is None else dict(wasi),
        }
        # MicroPython's JSON reader knows no surrogate pairs: write every character as itself.
        request.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        done = micropython.run(SCRIPT, [str(request), str(reply)], heap=heap or DEFAULT_HEAP)
        if done.returncode == INTERRUPTED:
            raise KeyboardInterrupt
        if not reply.exists():
            raise CallError(f"{micropython} {_ending(done.returncode)} and gave no answer")
        answer = json.loads(reply.read_text(encoding="utf-8"))
    return _reply(answer)


def _ending(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"


def _reply(answer: dict) -> Reply:
    if "value" in answer:
        return Reply(transport.from_json(answer["value"]))
    if "error_value" in answer:
        return Reply(transport.from_json(answer["error_value"]), failed=True)
    if "exit" in answer:
        return Reply(exit=answer["exit"])
    if "trap" in answer:
        frames = [(index, offset) for index, offset in answer["backtrace"]]
        return Reply(trap=answer["trap"], message=answer["message"], backtrace=frames)
    if "bug" in answer:
        raise RuntimeError(f"the runtime failed:\n{answer['bug']}")
    kind, hint = _REFUSALS[answer["refused"]]
    raise kind(answer["message"], hint=hint)


# Exceptions of wrt_micro, as ours, and what to do about them.
_REFUSALS = {
    "ImageError": (ImageError, "build the image again with wrt-micro build"),
    "LimitError": (LimitError, "--heap BYTES gives MicroPython more"),
    "LinkError": (
        LinkError,
        "a program with imports is loaded from Python: wrt_micro.load(image, imports)",
    ),
}
