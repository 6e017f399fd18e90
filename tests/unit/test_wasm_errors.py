"""Malformed and unsupported modules: which error, at which byte, in which words."""

from __future__ import annotations

import re

import pytest

from wrt_preflight.errors import PreflightError, ProfileError, ReadError
from wrt_preflight.validate import to_binary
from wrt_preflight.wasm import decode, decode_body, read_module

PREAMBLE = b"\0asm\x01\0\0\0"
FUNCTION = b"\x01\x04\x01\x60\0\0" + b"\x03\x02\x01\0"  # type and function sections: 10 bytes


def section(id: int, content: bytes) -> bytes:
    return bytes([id, len(content)]) + content


def failure(data: bytes) -> PreflightError:
    """The error that reading `data` and decoding its bodies ends with."""
    with pytest.raises(PreflightError) as caught:
        module = read_module(data, "bad.wasm")
        for code in module.code:
            decode_body(module, code)
    assert caught.value.file == "bad.wasm"
    assert f"bad.wasm at offset 0x{caught.value.offset:x}: " in str(caught.value)
    return caught.value


# Content of one section that starts at byte 10 of the file: (id, content, offset, words)
SECTIONS = [
    (1, b"\x05", 10, "5 types, found 0 bytes in the type section"),
    (1, b"\x01\x61", 11, r"function type \(0x60\), found 0x61"),
    (1, b"\x01\x60\x01\x40\0", 13, "value type, found 0x40"),
    (1, b"\x01\x60\0", 13, "number of results, found the end of the type section"),
    (1, b"\x01\x60\0\0\0", 14, "end of the type section, found 1 byte"),
    (1, b"\x01\x60\x01\x63\x40\0", 14, "heap type, found -64"),
    (1, b"\x01\x50\x02\0\0\x60\0\0", 12, "at most one supertype, found 2"),
    (1, b"\x80\x80\x80\x80\x80\0", 10, "LEB128 integer too long for u32"),
    (1, b"\xff\xff\xff\xff\x1f", 10, "integer too large for u32"),
    (1, b"\xff\xff", 12, "number of types, found the end"),
    (2, b"\x01\x05ab", 12, "5 bytes of an import's module name, found 2 left"),
    (2, b"\x01\x02a\xff\0\0\0", 13, "import's module name in UTF-8"),
    (2, b"\x01\0\0\x05\0", 13, r"import kind \(.*\), found 0x05"),
    (2, b"\x01\0\0\x02\x10\0", 14, "memory limits, found flags 0x10"),
    (2, b"\x01\0\0\x02\x08\0\x0c", 16, r"page size of 1 or 65536 bytes .*found 2\^12"),
    (2, b"\x01\0\0\x01\x70\x08\0", 15, "table limits, found flags 0x08"),
    (2, b"\x01\0\0\x01\x7f\x00\0", 14, "reference type, found 0x7f"),
    (2, b"\x01\0\0\x03\x7f\x02", 15, r"mutability \(0x00 or 0x01\), found 0x02"),
    (2, b"\x01\0\0\x04\x01\0", 14, r"tag attribute \(0x00\), found 0x01"),
    (4, b"\x01\x40\x01\x70\0\0", 12, r"reserved byte \(0x00\), found 0x01"),
    (6, b"\x01\x7f\0\x41\0", 15, "instruction, found the end of the global section"),
    (7, b"\x01\0\x07\0", 12, "export kind"),
    (9, b"\x01\x08", 11, r"element segment \(0 to 7\), found 8"),
    (9, b"\x01\x01\x01\0", 12, r"element kind \(0x00\), found 0x01"),
    (11, b"\x01\x03", 11, r"data segment \(0, 1 or 2\), found 3"),
    (11, b"\x01\x01\x09abc", 13, "9 bytes of data, found 3 left"),
    (11, b"\x01\x01\xff\xff\xff\xff\x0f", 17, "4294967295 bytes of data, found 0 left"),
    (14, b"", 8, "section id"),
    (0, b"\x04nam", 11, "4 bytes of a custom section's name, found 3 left"),
]


@pytest.mark.parametrize("id, content, offset, words", SECTIONS)
def test_sections(id, content, offset, words):
    error = failure(PREAMBLE + section(id, content))
    assert isinstance(error, ReadError)
    assert error.offset == offset
    assert re.search(words, error.message)


# (instructions of the body, offset from the body's start, words)
BODIES = [
    (b"", 0, "instruction, found the end of the function body"),
    (b"\x01", 1, "instruction, found the end of the function body"),
    (b"\x0b\x01", 1, "end of the function body, found 1 byte"),
    (b"\x02\x40\x0b", 3, "instruction, found the end of the function body"),
    (b"\x02", 1, "block type, found the end of the function body"),
    (b"\x02\x80\x7f\x0b\x0b", 1, "block type, found -128"),
    (b"\x02\x41\x0b\x0b", 1, "value type, found 0x41"),
    (b"\x10\xff\xff\xff\xff\x7f\x0b", 1, "function index, found an integer too large"),
    (b"\x41\xff\xff\xff\xff\x4f\x0b", 1, "i32, found an integer too large"),
    (b"\x41\x80\x80\x80\x80\x80\0\x0b", 1, "i32, found a LEB128 integer too long"),
    (b"\x42" + b"\xff" * 9 + b"\x3f\x0b", 1, "i64, found an integer too large"),
    (b"\x43\0\0\0", 1, "4 bytes of an f32, found 3 left"),
    (b"\x28\x80\x01\0\x0b", 1, "alignment, found flags 0x80"),
    (b"\x28\0", 2, "memory offset, found the end"),
    (b"\x0e\x7f\0\x0b", 1, "127 labels, found 2 bytes"),
    (b"\x1f\x40\x01\x04\0\x0b\x0b", 3, r"catch clause \(.*\), found 0x04"),
    (b"\xfe\x03\x01\x0b", 2, r"reserved byte \(0x00\), found 0x01"),
    (b"\xfc\x12\x0b", 0, "instruction, found 0xfc 0x12"),
    (b"\xfe\x4f\x0b", 0, "instruction, found 0xfe 0x4f"),
    (b"\x27\x0b", 0, "instruction, found 0x27"),
    (b"\xff\x0b", 0, "instruction, found 0xff"),
]
UNSUPPORTED_BODIES = [
    (b"\xfd\x0c" + b"\0" * 16 + b"\x1a\x0b", 0, "SIMD"),
    (b"\x02\x7b\x00\x0b\x0b", 1, "SIMD"),
    (b"\xfb\x1c\x0b", 0, "garbage collection"),
    (b"\xd0\x6e\x1a\x0b", 1, "garbage collection"),
    (b"\x00\xd3\x0b", 1, "garbage collection"),
    (b"\x06\x40\x0b\x0b", 0, "legacy exceptions"),
    (b"\xe0\0\x0b", 0, "stack switching"),
]


BODY = 23  # where with_body puts the instructions


def with_body(instructions: bytes) -> bytes:
    body = b"\0" + instructions
    return PREAMBLE + FUNCTION + section(10, b"\x01" + bytes([len(body)]) + body)


@pytest.mark.parametrize("body, offset, words", BODIES)
def test_bodies(body, offset, words):
    error = failure(with_body(body))
    assert isinstance(error, ReadError)
    assert error.offset == BODY + offset
    assert re.search(words, error.message)


@pytest.mark.parametrize("body, offset, proposal", UNSUPPORTED_BODIES)
def test_instructions_that_we_do_not_run(body, offset, proposal):
    error = failure(with_body(body))
    assert isinstance(error, ProfileError)
    assert error.offset == BODY + offset
    assert f"wrt-micro does not run {proposal}" in error.message
    assert error.hint == f"compile without {proposal}"


@pytest.mark.parametrize(
    "text, offset, words",
    [
        ("(type (func (param i32 v128)))", 14, "type v128, which is part of SIMD"),
        ("(type (struct))", 11, "a struct type, which is part of garbage collection"),
        ("(type (array i8))", 11, "an array type, which is part of garbage collection"),
        ("(global anyref (ref.null any))", 11, "type any, which is part of garbage collection"),
        ("(table 1 i31ref)", 11, "type i31, which is part of garbage collection"),
        ("(func (local v128))", 24, "type v128, which is part of SIMD"),
    ],
)
def test_types_that_we_do_not_run(text, offset, words):
    error = failure(to_binary(f"(module {text})".encode()))
    assert isinstance(error, ProfileError)
    assert error.offset == offset
    assert words in error.message


@pytest.mark.parametrize(
    "data, offset, words",
    [
        (b"", 0, "WebAssembly binary (00 61 73 6d), found nothing"),
        (b"\x7fELF....", 0, "found 7f 45 4c 46"),
        (b"\0as", 0, "found 00 61 73"),
        (b"\0asm\x01\0", 4, "4 bytes of version, found 2 left"),
        (b"\0asm\x02\0\0\0", 4, "core module (version 01 00 00 00), found version 02 00 00 00"),
        (b"\0asm\x0d\0\x01\0", 4, "core module (version 01 00 00 00), found a component"),
        (PREAMBLE + b"\x01", 9, "size of the type section, found the end of the module"),
        (PREAMBLE + b"\x01\x10\x01", 10, "16 bytes of type section, found 1 left in the module"),
    ],
)
def test_preamble_and_section_frames(data, offset, words):
    error = failure(data)
    assert isinstance(error, ReadError)
    assert error.offset == offset
    assert words in error.message


@pytest.mark.parametrize(
    "sections, offset, words",
    [
        (section(3, b"\0") + section(1, b"\0"), 11, "found the type section"),
        (section(1, b"\0") * 2, 11, "may follow the type section, found the type section"),
        (section(13, b"\0") + section(5, b"\0"), 11, "may follow the tag section"),
        (section(10, b"\0") + section(12, b"\0"), 11, "found the data count section"),
        (FUNCTION, 18, "1 function bodies, as declared, found 0"),
        (section(12, b"\x02"), 11, "2 data segments, as declared, found 0"),
    ],
)
def test_order_and_counts_of_sections(sections, offset, words):
    error = failure(PREAMBLE + sections)
    assert error.offset == offset
    assert words in error.message


def test_custom_sections_may_stand_anywhere():
    custom = section(0, b"\x01a")
    module = read_module(PREAMBLE + custom + section(1, b"\0") + custom + section(3, b"\0"))
    assert [name for name, _ in module.custom] == ["a", "a"]


def test_more_locals_than_a_function_can_have():
    runs = b"\x02" + b"\xff\xff\xff\xff\x0f\x7f" + b"\x01\x7e"
    body = runs + b"\x0b"
    code = section(10, b"\x01" + bytes([len(body)]) + body)
    error = failure(PREAMBLE + FUNCTION + code)
    assert error.offset == 22
    assert "at most 4294967295 locals, found 4294967296" in error.message


def test_offsets_count_from_the_start_of_the_file():
    with pytest.raises(ReadError) as caught:
        read_module(PREAMBLE + section(1, b"\x05"), base=0x100)
    assert caught.value.offset == 0x10A
    with pytest.raises(ReadError) as caught:
        decode(b"\xff", 0, 1, base=0x200)
    assert caught.value.offset == 0x200


def test_decoding_stops_where_the_body_ends():
    """Bytes behind the body belong to the next one, also for an immediate that runs into them."""
    with pytest.raises(ReadError) as caught:
        decode(b"\x41\x05\x0b", 0, 1)
    assert caught.value.offset == 1
    assert "i32, found the end of the function body" in caught.value.message
