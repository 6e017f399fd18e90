"""Damaged images: both readers refuse them in one clear sentence, whatever the damage."""

import struct
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wrt_micro
import wrt_micro.image as device
from sample_program import sample_program
from wrt_preflight import errors, image
from wrt_preflight.image import format as fmt

IMAGE = image.write(sample_program(), {fmt.COMPONENT: b"plan"}).data
HEADER_FIELDS = [name for name, _, _ in fmt.HEADER.fields]
ENTRY_FIELDS = [name for name, _, _ in fmt.DIRECTORY.fields]
ENTRIES = len(fmt.SECTIONS) + 1
# With a right CRC nothing contradicts other values of these (15 is the component section).
FREE = {"stack_bytes", "exceptions", "features", "element_segments", "size of entry 15"}


def host(data: bytes) -> str:
    """The message with which the host refuses an image."""
    with pytest.raises(errors.ImageError) as caught:
        image.read(data, "bad.wrt")
    text = str(caught.value)
    assert text.startswith("bad.wrt") and "hint: " in text
    return text


def board(data: bytes) -> str:
    """The message with which the device refuses an image."""
    with pytest.raises(wrt_micro.ImageError) as caught:
        wrt_micro.load(data)
    return str(caught.value)


def signed(data: bytes) -> bytes:
    """The same bytes with a right CRC."""
    data = bytearray(data)
    if len(data) >= fmt.HEADER.size:
        struct.pack_into("<I", data, fmt.HEADER.offset("crc"), fmt.checksum(data))
    return bytes(data)


def put(data: bytes, offset: int, size: int, value: int) -> bytes:
    """The bytes with a little-endian number replaced."""
    return (
        data[:offset] + (value % (1 << 8 * size)).to_bytes(size, "little") + data[offset + size :]
    )


def places() -> list[tuple[str, int, int]]:
    """(name, offset, size) of every field of the header and the directory."""
    found = []
    for name, kind, _ in fmt.HEADER.fields:
        size = {"u16": 2, "u32": 4, "bytes4": 4}[kind]
        found.append((name, fmt.HEADER.offset(name), size))
    for i in range(ENTRIES):
        at = fmt.HEADER.size + fmt.DIRECTORY.size * i
        found += [(f"{n} of entry {i}", at + fmt.DIRECTORY.offset(n), 4) for n in ENTRY_FIELDS]
    return found


def test_the_sample_itself_is_right():
    image.read(IMAGE)
    device.Image(IMAGE)


def test_other_files_are_refused():
    assert "not an image" in host(b"\0asm\1\0\0\0" + bytes(100))
    assert "not an image" in board(b"\0asm\1\0\0\0" + bytes(100))
    assert "at least 56 bytes, this file has 0" in host(b"")
    assert board(b"") == "an image has at least 56 bytes, here are 0"


def test_other_versions_are_refused():
    for version in (0, 2, 65535):
        data = signed(put(IMAGE, 4, 2, version))
        assert f"image format {version}, this wrt-micro reads 1" in host(data)
        assert f"image format {version}, this runtime reads 1" in board(data)


def test_other_instruction_sets_are_refused():
    data = signed(put(IMAGE, fmt.HEADER.offset("instructions"), 4, 0x1234))
    assert "instruction set 00001234, this wrt-micro has" in host(data)
    assert "instruction set 00001234, this runtime has" in board(data)


def test_truncation_at_every_section():
    contents = image.read(IMAGE)
    cuts = [0, 1, 55, 56, 60, len(IMAGE) - 1]
    for section in contents.sections.values():
        cuts += [section["offset"], section["offset"] + section["size"] - 1]
    for cut in cuts:
        cut = max(cut, 0)
        if cut >= len(IMAGE):
            continue
        for data in (IMAGE[:cut], signed(IMAGE[:cut])):
            assert "bytes" in host(data)
            assert "bytes" in board(data)
        shorter = IMAGE[:cut]
        if cut >= fmt.HEADER.size:
            shorter = signed(put(shorter, fmt.HEADER.offset("size"), 4, cut))
            host(shorter)
            board(shorter)


def test_longer_files_are_refused():
    assert f"has {len(IMAGE)} bytes, this file has {len(IMAGE) + 1}" in host(IMAGE + b"\0")
    assert f"has {len(IMAGE)} bytes, here are {len(IMAGE) + 1}" in board(IMAGE + b"\0")


@pytest.mark.parametrize(("name", "offset", "size"), places())
def test_every_field_is_guarded(name, offset, size):
    """A changed field is refused; with the CRC put right, wherever another number contradicts."""
    number = int.from_bytes(IMAGE[offset : offset + size], "little")
    for value in (0, 1, number + 1, number - 1, number + 4, 0x7FFFFFFF, (1 << 8 * size) - 1):
        data = put(IMAGE, offset, size, value)
        if data == IMAGE:
            continue
        host(data)
        board(data)
        if name == "crc":
            continue
        data = signed(data)
        try:
            image.read(data)
        except errors.ImageError as error:
            assert error.message
        else:
            assert name in FREE, f"{name} = {value}"
        try:
            device.Image(data)
        except wrt_micro.ImageError as error:
            assert str(error)


def test_unknown_sections_are_refused():
    at = fmt.HEADER.size + fmt.DIRECTORY.size * len(fmt.SECTIONS)
    data = signed(put(IMAGE, at, 4, 99))
    assert "section 16 has the id 99" in host(data)
    assert "section 99 is unknown to image format 1" in board(data)


@settings(max_examples=300)
@given(st.lists(st.integers(0, 8 * len(IMAGE) - 1), min_size=1, max_size=8, unique=True))
def test_flipped_bits_are_always_found(bits):
    data = bytearray(IMAGE)
    for bit in bits:
        data[bit >> 3] ^= 1 << (bit & 7)
    host(bytes(data))
    board(bytes(data))


@settings(max_examples=300)
@given(st.integers(0, len(IMAGE) - 1), st.integers(0, 255))
def test_signed_damage_never_breaks_the_host(at, value):
    """The host reads any image with a right CRC, or says what is wrong with it."""
    data = signed(IMAGE[:at] + bytes([value]) + IMAGE[at + 1 :])
    try:
        contents = image.read(data)
    except errors.ImageError:
        return
    image.inspect_text(contents)
    image.inspect_json(contents)


SCRIPT = """
import sys
import wrt_micro
data = bytearray(open(sys.argv[1], "rb").read())
refused = 0
for at in range(len(data)):
    for bit in (0, 7):
        data[at] ^= 1 << bit
        try:
            wrt_micro.load(data)
        except wrt_micro.ImageError:
            refused += 1
        data[at] ^= 1 << bit
for cut in range(0, len(data), 7):
    try:
        wrt_micro.load(data[:cut])
    except wrt_micro.ImageError:
        refused += 1
print(refused)
"""


@pytest.mark.micropython
def test_micropython_refuses_every_flip_and_cut(micropython, tmp_path):
    (tmp_path / "sample.wrt").write_bytes(IMAGE)
    (tmp_path / "script.py").write_text(SCRIPT)
    done: subprocess.CompletedProcess = micropython.run(
        tmp_path / "script.py", [str(tmp_path / "sample.wrt")], timeout=60, capture=True
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == 2 * len(IMAGE) + len(range(0, len(IMAGE), 7))
