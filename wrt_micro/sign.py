# Signed images: load(..., key=K) takes no other ones. docs/updates.md describes them.

import struct
from binascii import hexlify, unhexlify

from .trap import ImageError

MAGIC = b"\0sig"
LAYOUT = "<4sHHI32s"  # magic, version, flags, counter, device; then the MAC
VERSION = 1
MODULE = 1  # flag: the MAC goes over the module of machine code too
MAC_BYTES = 32
_BLOCK = 64  # bytes that SHA-256 takes at once


def check(image, key, device=None, counter=0):
    """Raise ImageError unless an image is signed with a key, for this device, and new enough.

    key: bytes, or 64 hex digits as in a key file. device: this device's name; its unique id in
    hex, if None. counter: images with a smaller one are refused.
    """
    block = image.signature
    if block is None:
        raise ImageError(
            "the image is not signed, and only signed ones are taken here: build it with --key"
        )
    _, version, flags, found, name = struct.unpack_from(LAYOUT, block, 0)
    if version != VERSION or flags != MODULE * image.machine_code:
        raise ImageError("the signature is of another kind than this runtime knows")
    parts = [image.data, block[:-MAC_BYTES]]
    if image.machine_code:
        parts.append(_module(image))
    if not _same(hmac(_key(key), parts), block[-MAC_BYTES:]):
        raise ImageError(
            "the signature is wrong: the image was changed, or signed with another key"
        )
    name = str(bytes(name).rstrip(b"\0"), "utf-8")
    if name and name != (device or device_id()):
        raise ImageError(
            "the image is for the device %s, this is %s" % (name, device or device_id() or "none")
        )
    if found < counter:
        raise ImageError(
            "the image has the counter %d, and this device has had %d: it is too old"
            % (found, counter)
        )


def counter_of(image):
    """The counter in an image's signature, 0 without one. Only `check` says whether it is true."""
    return struct.unpack_from(LAYOUT, image.signature, 0)[3] if image.signature else 0


def device_id():
    """The unique id of this device in hex, or None if it has none."""
    try:
        from machine import unique_id
    except ImportError:
        return None
    return str(hexlify(unique_id()), "utf-8")


def hmac(key, parts):
    """HMAC-SHA-256 (RFC 2104) over parts that are bytes, one after the other, or iterables of it.

    Allocates some 400 bytes.
    """
    try:
        from hashlib import sha256
    except ImportError:
        raise ImageError("this firmware has no SHA-256: signatures cannot be checked") from None
    if len(key) > _BLOCK:
        key = sha256(key).digest()
    key = key + bytes(_BLOCK - len(key))
    inner = sha256(bytes([octet ^ 0x36 for octet in key]))
    for part in parts:
        if isinstance(part, (bytes, bytearray, memoryview)):
            inner.update(part)
        else:
            for piece in part:
                inner.update(piece)
    outer = sha256(bytes([octet ^ 0x5C for octet in key]))
    outer.update(inner.digest())
    return outer.digest()


def _key(key):
    if isinstance(key, str):
        try:
            key = unhexlify(key.strip())
        except ValueError:
            key = b""
    if not isinstance(key, (bytes, bytearray)) or len(key) < 16:
        raise ImageError("expected a key of 16 bytes or more, or 64 hex digits")
    return key


def _same(a, b):
    """Whether two MACs are equal, in a time that does not tell where they differ."""
    difference = len(a) ^ len(b)
    for i in range(len(a)):
        difference |= a[i] ^ b[i]
    return not difference


def _module(image):
    """The pieces of the file with the machine code of an image."""
    from .engine.native import module_file

    if not image.path:
        raise ImageError("the signature of machine code needs the image's path: load it by that")
    file = module_file(image.path)
    piece = bytearray(256)
    view = memoryview(piece)
    try:
        with open(file, "rb") as stream:
            while True:
                count = stream.readinto(piece)
                if not count:
                    return
                yield view[:count]
    except OSError:
        raise ImageError("%s is missing: the machine code of the image" % file) from None
