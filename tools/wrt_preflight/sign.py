"""Signs images, and keeps the keys. docs/image-format.md has the record, docs/updates.md the use.

A signature is a record behind an image: HMAC-SHA-256 with a key that the devices have too.
"""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from .errors import UsageError
from .image import format as fmt

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Signing:
    """How to sign. key: its bytes. device: the only device that may load the image, or "".

    counter: devices refuse images with a smaller one than they have had.
    """

    key: bytes
    device: str = ""
    counter: int = 0


def new_key(path: Path) -> None:
    """Write a new key to a file that only its owner can read. Raises UsageError if it is there."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(
            "is there already, and a key that is lost cannot be made again", file=str(path)
        ) from None
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", file=str(path)) from None
    with os.fdopen(file, "w") as stream:
        stream.write(f"{secrets.token_hex(KEY_BYTES)}\n")


def read_key(path: Path) -> bytes:
    """The key in a file: a line of 64 hex digits. Raises UsageError."""
    try:
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", file=str(path)) from None
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise UsageError(
            f"expected a key, {2 * KEY_BYTES} hex digits, found something else",
            file=str(path),
            hint="wrt-micro key new FILE makes one",
        )
    return key


def sign(image: bytes, signing: Signing, module: bytes | None = None) -> bytes:
    """An image with a signature behind it. module: its module of machine code, if it has one.

    Raises UsageError if the name of the device is too long.
    """
    image, _ = split(image)
    device = signing.device.encode()
    room = 32
    if len(device) > room:
        raise UsageError(f"the device's name has {len(device)} bytes, at most {room} fit")
    fields = {
        "magic": fmt.SIGNATURE_MAGIC,
        "version": fmt.SIGNATURE_VERSION,
        "flags": fmt.SIGNED_MODULE * (module is not None),
        "counter": signing.counter,
        "device": device.ljust(room, b"\0"),
    }
    head = fmt.SIGNATURE.pack(**fields, mac=bytes(32))[:-32]
    mac = hmac.digest(signing.key, image + head + (module or b""), "sha256")
    return image + head + mac


def split(data: bytes) -> tuple[bytes, bytes]:
    """An image, and the signature behind it, or b""."""
    if len(data) < fmt.HEADER.size:
        return data, b""
    size = fmt.HEADER.unpack(data, 0)["size"]
    if len(data) - size != fmt.SIGNATURE.size or data[size:][:4] != fmt.SIGNATURE_MAGIC:
        return data, b""
    return data[:size], data[size:]


def describe(signature: bytes) -> dict[str, object]:
    """What a signature says, for `inspect`: {"device": ..., "counter": ..., "module": ...}."""
    fields = fmt.SIGNATURE.unpack(signature, 0)
    device = bytes(fields["device"]).rstrip(b"\0").decode("utf-8", "replace")
    return {
        "device": device or None,
        "counter": fields["counter"],
        "module": bool(fields["flags"] & fmt.SIGNED_MODULE),
    }
