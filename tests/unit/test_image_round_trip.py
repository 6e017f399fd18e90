"""The host writes an image and reads the same program back."""

import json
import struct

import pytest

import wrt_micro.image as device
from sample_program import function, sample_program
from wrt_preflight import image
from wrt_preflight.errors import ImageError, LimitError
from wrt_preflight.image import format as fmt
from wrt_preflight.image import types
from wrt_preflight.image.instructions import disassemble
from wrt_preflight.interp.fingerprint import fingerprint
from wrt_preflight.interp.numeric import INSTRUCTIONS
from wrt_preflight.lower.program import Memory, Program
from wrt_preflight.ops.cold import number
from wrt_preflight.ops.encoding import encode
from wrt_preflight.wasm.types import EXNREF, EXTERNREF, FUNCREF, FuncType, RefType


@pytest.fixture(scope="module")
def written():
    return image.write(sample_program())


@pytest.fixture(scope="module")
def contents(written):
    return image.read(written.data, "sample.wrt", written.symbols)


def test_everything_comes_back(contents):
    program = sample_program()
    assert contents.types == program.types
    assert contents.segments == program.data
    assert contents.tags == program.tags
    assert [(t.size, t.capacity, t.constant) for t in contents.tables] == [
        (4, 6, False),
        (2, 2, True),
    ]
    assert [t.items for t in contents.tables] == [[None, 0], [1, None]]
    headers = [f.header for f in contents.functions]
    assert contents.globals == [1, headers[4], 0xFFFFFFFF]
    assert contents.memories[0] | {"flags": 0} == {
        "length": 8,
        "capacity": 16,
        "declared": 32,
        "max_pages": 16,
        "page_shift": 0,
        "flags": 0,
        "reserved": 0,
    }
    assert contents.memories[1]["max_pages"] == 0xFFFFFFFF
    assert [(i.name, i.init) for i in contents.instances] == [("first", None), ("main", 5)]
    for built, found in zip(program.instances, contents.instances, strict=True):
        assert [(e.name, e.kind, e.index, e.mutable) for e in built.exports] == [
            (e.name, e.kind, e.index, e.mutable) for e in found.exports
        ]
    assert contents.instances[1].exports[6].type == FUNCREF
    assert [(i.module, i.name, i.type) for i in contents.imports] == [("env", "log", 0)]


def test_the_header_has_every_capacity(contents):
    header = contents.header
    assert header["stack_bytes"] == 256
    assert header["memory_bytes"] == 16 + 65536
    assert header["table_words"] == 6
    assert header["global_words"] == 3
    assert (header["exceptions"], header["exception_words"]) == (4, 4)
    assert header["element_segments"] == 1


def test_functions_lie_where_they_say(contents, written):
    program = sample_program()
    for built, found in zip(program.functions, contents.functions, strict=True):
        assert found.header % 4 == 0
        assert (found.frame_bytes, found.link) == (built.frame_bytes, built.link)
        code = written.data[found.code[0] : found.code[0] + len(built.code)]
        for relocation in built.relocations:
            target = struct.unpack_from("<I", code, relocation.offset)[0]
            assert target == contents.functions[relocation.function].header
        assert len(code) == len(built.code)


def test_handlers_become_absolute(contents):
    spin = contents.functions[3]
    code = spin.code[0]
    assert [(h["start"], h["end"], h["target"]) for h in spin.handlers] == [
        (code, code + 8, code + 8)
    ] * 2
    assert [h["tag"] for h in spin.handlers] == [1 | fmt.WITH_REF, fmt.CATCH_ALL]


def test_features_are_bits_in_class_order():
    program = sample_program()
    program.features = {"memory", "exception"}
    found = image.read(image.write(program).data)
    assert found.header["features"] == 0b100010
    assert found.features == program.features


def test_optional_sections_are_kept():
    data = image.write(sample_program(), {image.COMPONENT: b"a plan"}).data
    assert image.read(data).optional == {image.COMPONENT: b"a plan"}
    offset, size = device.Image(data).optional[image.COMPONENT]
    assert data[offset : offset + size] == b"a plan"


def test_an_empty_program():
    data = image.write(Program()).data
    assert image.read(data).functions == []
    assert device.Image(data).counts[device.FUNCTIONS] == 0


def test_symbols_name_addresses(written):
    symbols = json.loads(json.dumps(written.symbols))
    first = symbols["functions"][0]
    assert image.place(symbols, first["header"]).name == "add"
    place = image.place(symbols, first["header"] + 12 + 8)
    assert str(place) == "add at offset 0x67"
    assert image.place(symbols, 0) is None
    assert image.place(symbols, symbols["functions"][-1]["end"]) is None


def test_symbols_of_another_image_are_refused(written):
    other = sample_program()
    other.stack_bytes = 512
    with pytest.raises(ImageError, match="belong to another image"):
        image.read(image.write(other).data, symbols=written.symbols)


def test_numbers_that_do_not_fit_are_refused():
    program = sample_program()
    program.functions[0] = function("wide", 0, 70000, encode("ret", c=2))
    with pytest.raises(LimitError, match="function wide has 70000 frame bytes"):
        image.write(program)
    program = sample_program()
    program.imports *= 0x8001
    with pytest.raises(LimitError, match="imports 32769 host functions, at most 32768"):
        image.write(program)
    program = sample_program()
    program.memories = [Memory("huge", 0, 1 << 32, 16, None, 0)]
    with pytest.raises(LimitError, match="memory huge: 4294967296 reserved"):
        image.write(program)


@pytest.mark.parametrize(
    "valtype",
    ["i32", "f64", FUNCREF, EXTERNREF, EXNREF, RefType(False, "func"), RefType(True, 3)]
    + [RefType(False, 0xFEFF), RefType(True, "noextern"), RefType(False, "extern")],
)
def test_every_value_type_has_a_code(valtype):
    assert types.type_of(types.code_of(valtype)) == valtype
    functype = FuncType((valtype, "i32"), (valtype,))
    data = types.encode(functype)
    assert types.decode(data, 0, len(data)) == (functype, len(data))


def test_the_device_reads_the_same_layouts():
    assert device.HEADER == fmt.HEADER.layout
    assert device.HEADER_BYTES == fmt.HEADER.size
    assert device.FINGERPRINT == fingerprint()
    assert device.DIRECTORY == fmt.DIRECTORY.layout
    assert device.VERSION == fmt.VERSION
    assert device.KINDS == fmt.KINDS
    assert device.COMPONENT == fmt.COMPONENT
    assert device.FEATURES == (1 << len(fmt.CLASSES)) - 1
    layouts = [section.record and section.record.layout for section in fmt.SECTIONS]
    assert list(device.SECTIONS) == layouts
    for section in fmt.SECTIONS:
        assert getattr(device, section.name.upper()) == section.id


def test_the_device_reads_the_same_program(written, contents):
    seen = device.Image(written.data)
    assert [seen.function(i) for i in range(6)] == [f.header for f in contents.functions]
    assert [seen.function_at(f.code[0]) for f in contents.functions] == list(range(6))
    for i, functype in enumerate(contents.types):
        params, results = seen.functype(i)
        assert tuple(map(types.type_of, params)) == functype.params
        assert tuple(map(types.type_of, results)) == functype.results
    exports = seen.exports(1)
    assert exports["größe"] == ("func", 1, 0)
    assert exports["count"] == ("global", 0, 0x7F | 1 << 24)
    assert list(seen.exports(0)) == ["add"]


def test_inspect_shows_everything(contents):
    text = image.inspect_text(contents)
    for expected in (
        "stack_bytes             256 bytes",
        "instance main",
        "export 'log-it': func 2 (i32 i32) -> (i32)",
        "0 env.log (i32 i32) -> (i32)",
        "short of 32 declared",
        "catch all in",
        "i32.add          r0, r0, r1",
        "call             @4, add",
    ):
        assert expected in text
    assert "i32.add" not in image.inspect_text(contents, code=False)
    shown = json.loads(json.dumps(image.inspect_json(contents)))
    assert shown["functions"][1]["code"][2]["text"].endswith("add")
    assert shown["tables"][1]["segment"] and not shown["tables"][0]["segment"]


def test_disassembly_of_tables_and_cold_instructions():
    code = (
        encode("br_table", 0, c=1)
        + struct.pack("<ii", 16, 32)
        + encode("const64.w", 1, d=0xFFFD, n=0xFFFF, imm=0xFFFFFFFF)
        + slow("i32.trunc_f64_s", 3, 7)
        + slow("i64.add128", 3, 8)
        + encode("slow", 1, 2, 12, 16, number("memory", 2), 5)
        + encode("slow", n=number("f32", 250))
        + b"\1\2\3\4"
    )
    shown = [i.text for i in disassemble(code, 0, len(code), str)]
    assert [text.split() for text in shown] == [
        ["br_table", "r0,", "#1"],
        ["word", "0x10"],
        ["word", "0x20"],
        ["const64.w", "r1:2,", "#18446744073709551613"],
        ["i32.trunc_f64_s", "r3,", "r7:8"],
        ["i64.add128", "r3:6,", "r8:15"],
        ["memory.copy", "r2,", "r3,", "r4,", "#5"],
        ["f32.250", "r0,", "r0,", "r0,", "r0"],
        ["word", "#67305985"],
    ]


def slow(name, a, b):
    """A cold numeric instruction."""
    class_name, index = INSTRUCTIONS[name][:2]
    return encode("slow", a, b, n=number(class_name, index))
