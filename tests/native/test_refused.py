"""Machine code that is not for this board, not of this image, or damaged: each has its message."""

from __future__ import annotations

from pathlib import Path

import pytest

from lowered import program, write_files
from wrt_preflight import image
from wrt_preflight.image import format as fmt

SCRIPT = Path(__file__).with_name("refuse.py")
TEXT = '(module (func (export "f") (result i32) i32.const %d))'

pytestmark = pytest.mark.micropython


@pytest.fixture
def load(micropython, runs, tmp_path):
    """load(name, engine, module): what loading an image of tmp_path came to."""
    runs("native")

    def run(name: str = "a", *arguments: str) -> str:
        done = micropython.run(
            SCRIPT, [str(tmp_path / f"{name}.wrt"), *arguments], timeout=20, capture=True
        )
        assert not done.returncode, done.stderr + done.stdout
        return done.stdout.strip()

    return run


@pytest.fixture
def write(micropython, tmp_path):
    """write(name, number, **fields): a program whose f returns a number, as machine code.

    fields: bytes of the native code record, to be changed.
    """

    def make(name: str = "a", number: int = 7, **options) -> Path:
        arch = options.pop("arch", micropython.arch)
        fields = options.pop("fields", {})
        written = image.write(program(TEXT % number, native=arch, **options))
        write_files(tmp_path, name, written)
        data = bytearray(written.data)
        at = image.read(written.data, name).sections["native"]["offset"]
        for field, value in fields.items():
            place = at + fmt.NATIVE_CODE.offset(field)
            data[place : place + len(value)] = value
        crc = fmt.HEADER.offset("crc")
        data[crc : crc + 4] = fmt.checksum(bytes(data)).to_bytes(4, "little")
        (tmp_path / f"{name}.wrt").write_bytes(data)
        return tmp_path / f"{name}_native.mpy"

    return make


def test_the_right_ones_are_loaded(load, write):
    write()
    assert load() == load("a", "native") == "7"


def test_another_architecture(load, write):
    write(arch="armv7m", board="pico2")
    assert load() == (
        "ImageError: the machine code was built for pico2 (armv7m, .mpy 6.3), this is x64, "
        ".mpy 6.3: build it again for this board"
    )


@pytest.mark.parametrize(("field", "value", "shown"), [("mpy", 7, "7.3"), ("sub", 2, "6.2")])
def test_another_version_of_mpy_files(load, write, field, value, shown):
    write(fields={field: bytes([value])})
    assert f"was built for x64, .mpy {shown}, this is x64, .mpy 6.3" in load()


def test_no_module(load, write):
    write().unlink()
    assert load().startswith("ImageError: ")
    assert "a_native.mpy is missing: the machine code for x64, .mpy 6.3" in load()


@pytest.mark.parametrize("damage", ["cut", "longer", "bit"])
def test_a_damaged_module(load, write, damage):
    file = write()
    data = file.read_bytes()
    middle = len(data) // 2
    changed = {
        "cut": data[:-1],
        "longer": data + b"\0",
        "bit": data[:middle] + bytes([data[middle] ^ 4]) + data[middle + 1 :],
    }
    file.write_bytes(changed[damage])
    assert "is not the machine code of this image" in load()
    assert "copy both of one build" in load()


def test_the_module_of_another_image(load, write):
    other, mine = write("b", 8), write("a", 7)
    mine.write_bytes(other.read_bytes())
    assert "is not the machine code of this image" in load()


def test_a_module_that_is_given(load, write, tmp_path):
    write("b", 8)
    write("a", 7)
    assert load("a", "native", str(tmp_path / "a_native")) == "7"
    found = load("a", "native", str(tmp_path / "b_native"))
    assert found == (
        "ImageError: the machine code is not that of this image, built for x64, .mpy 6.3"
    )


def test_engines_and_images_that_do_not_belong_together(load, write, tmp_path):
    write()
    assert "which engine interp does not run: use engine='native'" in load("a", "interp")
    write_files(tmp_path, "c", image.write(program(TEXT % 9)))
    assert load("c", "native") == (
        "LimitError: the image holds no machine code: build it with --engine native"
    )
    assert load("c") == "9"


def test_frames_that_are_larger_than_the_stack(load, write):
    write(fields={"red_zone": (1 << 24).to_bytes(4, "little")})
    assert load() == (
        "LimitError: one function of this program, interrupts and what it calls take 16777216 "
        "bytes of the machine's stack, and 262144 are allowed: load(..., machine_stack=N) allows "
        "more, where the board has them"
    )
