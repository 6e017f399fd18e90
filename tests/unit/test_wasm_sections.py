"""Each section of a core module, read from what wasm-tools makes of text."""

from __future__ import annotations

import pytest

from wrt_preflight.errors import ReadError
from wrt_preflight.validate import to_binary
from wrt_preflight.wasm import (
    EXNREF,
    EXTERNREF,
    FUNCREF,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    RefType,
    SubType,
    TableType,
    decode_body,
    is_reference,
    read_module,
    slots,
)


def read(text: str):
    return read_module(to_binary(text.encode()), "test.wat")


def plain(expression):
    """An expression as (name, immediates) pairs, without offsets."""
    return [(instruction.name, immediates) for _, instruction, immediates in expression]


def test_empty_module():
    module = read("(module)")
    assert (module.types, module.code, module.start, module.data_count) == ([], [], None, None)
    assert module.file == "test.wat"


def test_value_types():
    module = read(
        """(module
          (type $t (func))
          (type (func (param i32 i64 f32 f64 funcref externref exnref)
                      (result (ref func) (ref extern) (ref exn) (ref $t) (ref null $t)
                              nullfuncref nullexternref nullexnref (ref nofunc)))))"""
    )
    assert module.types[1] == FuncType(
        ("i32", "i64", "f32", "f64", FUNCREF, EXTERNREF, EXNREF),
        (
            RefType(False, "func"),
            RefType(False, "extern"),
            RefType(False, "exn"),
            RefType(False, 0),
            RefType(True, 0),
            RefType(True, "nofunc"),
            RefType(True, "noextern"),
            RefType(True, "noexn"),
            RefType(False, "nofunc"),
        ),
    )


def test_types_print_as_in_text():
    assert str(FuncType(("i32", FUNCREF), ("f64",))) == "(i32 funcref) -> (f64)"
    assert str(RefType(False, 3)) == "(ref 3)"
    assert str(RefType(True, "noexn")) == "(ref null noexn)"


def test_slots_and_references():
    assert [slots(t) for t in ("i32", "i64", "f32", "f64", FUNCREF)] == [1, 2, 1, 2, 1]
    assert [is_reference(t) for t in ("i32", EXNREF)] == [False, True]


def test_recursion_groups_and_subtypes():
    module = read(
        """(module
          (type (func))
          (rec (type $a (sub (func (param (ref null $b))))) (type $b (func (result (ref $a)))))
          (type (sub final $a (func (param (ref null $b))))))"""
    )
    assert module.groups == [range(0, 1), range(1, 3), range(3, 4)]
    assert module.subtypes == [SubType(), SubType(final=False), SubType(), SubType(True, 1)]
    assert module.types[1] == FuncType((RefType(True, 2),), ())


def test_imports_of_every_kind():
    module = read(
        """(module
          (type (func (param i32)))
          (import "m" "f" (func (type 0)))
          (import "m" "t" (table 1 2 funcref))
          (import "m" "mem" (memory 3))
          (import "m" "g" (global (mut i64)))
          (import "" "é" (tag (type 0))))"""
    )
    assert [(i.module, i.name, i.kind, i.type) for i in module.imports] == [
        ("m", "f", "func", 0),
        ("m", "t", "table", TableType(FUNCREF, Limits(1, 2))),
        ("m", "mem", "memory", MemoryType(Limits(3, None))),
        ("m", "g", "global", GlobalType("i64", True)),
        ("", "é", "tag", 0),
    ]
    first = module.imports[0].offset
    assert module.data[first : first + 5] == b"\x01m\x01f\x00"
    assert [i.name for i in module.imported("memory")] == ["mem"]


def test_imports_come_first_in_every_index_space():
    module = read(
        """(module
          (type $i (func (param i32))) (type $l (func (result i64)))
          (import "m" "f" (func (type $i)))
          (import "m" "t" (table 1 funcref))
          (import "m" "mem" (memory 1))
          (import "m" "g" (global i32))
          (import "m" "e" (tag (type $i)))
          (func (type $l) i64.const 0)
          (table 2 externref) (memory 2) (global f32 f32.const 0) (tag (type $i)))"""
    )
    assert module.function_types() == [0, 1]
    assert module.func_type(1) == FuncType((), ("i64",))
    assert [t.element for t in module.table_types()] == [FUNCREF, EXTERNREF]
    assert [m.limits.minimum for m in module.memory_types()] == [1, 2]
    assert [g.value for g in module.global_types()] == ["i32", "f32"]
    assert module.tag_types() == [0, 0]


def test_indices_out_of_range_are_errors():
    module = read("(module (func))")
    with pytest.raises(ReadError, match="function index below 1, found 1"):
        module.func_type(1)
    with pytest.raises(ReadError, match="type index below 1, found -1"):
        module.type(-1)


def test_tables():
    module = read(
        """(module
          (table 1 funcref)
          (table i64 2 0x1_0000_0000 externref)
          (table 3 (ref func) (ref.func $f))
          (func $f))"""
    )
    assert [t.type for t in module.tables] == [
        TableType(FUNCREF, Limits(1, None)),
        TableType(EXTERNREF, Limits(2, 2**32), table64=True),
        TableType(RefType(False, "func"), Limits(3, None)),
    ]
    assert module.tables[0].init is None
    assert plain(module.tables[2].init) == [("ref.func", (0,))]


def test_memories():
    module = read(
        """(module
          (memory 1)
          (memory 2 3 shared)
          (memory i64 4)
          (memory 1000 2000 (pagesize 1))
          (memory i64 5 6 shared (pagesize 65536)))"""
    )
    assert module.memories == [
        MemoryType(Limits(1, None)),
        MemoryType(Limits(2, 3), shared=True),
        MemoryType(Limits(4, None), memory64=True),
        MemoryType(Limits(1000, 2000), page_shift=0),
        MemoryType(Limits(5, 6), memory64=True, shared=True, page_shift=16),
    ]


def test_globals_and_constant_expressions():
    module = read(
        """(module
          (global i32 (i32.const -7))
          (global (mut i64) (i64.add (i64.const 1) (i64.const 2)))
          (global i32 (global.get 0))
          (global funcref (ref.null func)))"""
    )
    assert [g.type.mutable for g in module.globals] == [False, True, False, False]
    assert [plain(g.init) for g in module.globals] == [
        [("i32.const", (-7,))],
        [("i64.const", (1,)), ("i64.const", (2,)), ("i64.add", ())],
        [("global.get", (0,))],
        [("ref.null", ("func",))],
    ]
    offset = module.globals[0].init[0][0]
    assert module.data[offset : offset + 2] == b"\x41\x79"


def test_tags_exports_and_start():
    module = read(
        """(module
          (func $f (export "a") (export "b"))
          (tag (export "e"))
          (memory (export "m") 1)
          (start $f))"""
    )
    assert module.tags == [0]
    assert [(e.name, e.kind, e.index) for e in module.exports] == [
        ("a", "func", 0),
        ("b", "func", 0),
        ("e", "tag", 0),
        ("m", "memory", 0),
    ]
    assert module.start == 0


def test_element_segments_of_every_form():
    module = read(
        """(module
          (table 9 funcref) (table 9 funcref) (func $f) (func $g)
          (elem (i32.const 1) func $f $g)
          (elem func $g)
          (elem (table 1) (i32.const 2) func $f)
          (elem declare func $f)
          (elem (i32.const 3) funcref (ref.null func) (ref.func $g))
          (elem externref (ref.null extern))
          (elem (table 1) (i32.const 4) funcref (ref.func $f))
          (elem declare funcref (ref.func $g)))"""
    )
    function = RefType(False, "func")
    assert [(e.mode, e.table, e.type) for e in module.elements] == [
        ("active", 0, function),
        ("passive", None, function),
        ("active", 1, function),
        ("declarative", None, function),
        ("active", 0, FUNCREF),
        ("passive", None, EXTERNREF),
        ("active", 1, FUNCREF),
        ("declarative", None, FUNCREF),
    ]
    assert [plain(i) for i in module.elements[0].items] == [
        [("ref.func", (0,))],
        [("ref.func", (1,))],
    ]
    assert [plain(i) for i in module.elements[4].items] == [
        [("ref.null", ("func",))],
        [("ref.func", (1,))],
    ]
    assert [e.position and plain(e.position) for e in module.elements] == [
        [("i32.const", (1,))],
        None,
        [("i32.const", (2,))],
        None,
        [("i32.const", (3,))],
        None,
        [("i32.const", (4,))],
        None,
    ]


def test_data_segments_of_every_form():
    module = read(
        """(module
          (memory 1) (memory 1)
          (data (i32.const 5) "ab")
          (data "passive")
          (data (memory 1) (i32.const 6) "\\00\\ff")
          (func (data.drop 1)))"""
    )
    assert module.data_count == 3
    assert [(d.mode, d.memory, d.data) for d in module.datas] == [
        ("active", 0, b"ab"),
        ("passive", None, b"passive"),
        ("active", 1, b"\0\xff"),
    ]
    assert module.datas[1].position is None
    assert plain(module.datas[2].position) == [("i32.const", (6,))]


def test_code_and_locals():
    module = read(
        "(module (func) (func (param i32) (local i32 i32) (local f64) (local externref) nop))"
    )
    assert [c.locals for c in module.code] == [[], [(2, "i32"), (1, "f64"), (1, EXTERNREF)]]
    assert plain(decode_body(module, module.code[1])) == [("nop", ()), ("end", ())]
    code = module.code[0]
    assert module.data[code.start : code.end] == b"\x0b"


def test_names():
    module = read(
        """(module $module
          (import "host" "log" (func))
          (func $first (param $x i32) (local $y i64))
          (func (export "second"))
          (func)
          (table $t 1 funcref) (memory $m 1) (global $g i32 i32.const 0) (tag $e)
          (data $d "x"))"""
    )
    names = module.names
    assert names.module == "module"
    assert names.functions == {1: "first"}
    assert names.locals == {1: {0: "x", 1: "y"}}
    assert (names.tables, names.memories, names.globals) == ({0: "t"}, {0: "m"}, {0: "g"})
    assert (names.data, names.tags) == ({0: "d"}, {0: "e"})
    assert [module.function_name(i) for i in range(4)] == [
        "host.log",
        "first",
        "second",
        "func[3]",
    ]


def test_damaged_names_are_no_error():
    data = bytearray(to_binary(b"(module (func $one) (func $two))"))
    data[data.index(b"two")] = 0xFF
    module = read_module(bytes(data))
    assert module.names.functions == {0: "one"}


def test_custom_sections_are_kept_in_order():
    module = read(
        '(module (@custom "a" (before first) "x") (func) (@custom "b" (after code) "\\00y"))'
    )
    assert module.custom == [("a", b"x"), ("b", b"\0y")]


def test_a_module_inside_a_larger_file():
    """`base` shifts every offset, and nothing else."""
    data = to_binary(b'(module (func (export "f") nop))')
    module = read_module(data, "outer.wasm", base=1000)
    inner = read_module(data)
    assert module.exports[0].offset == inner.exports[0].offset + 1000
    assert decode_body(module, module.code[0])[0][0] == module.code[0].start + 1000


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_buffer_will_do(kind):
    data = kind(to_binary(b'(module $m (memory 1) (data "abc") (func i64.const -5 drop))'))
    module = read_module(data)
    assert (module.datas[0].data, module.names.module) == (b"abc", "m")
    assert plain(decode_body(module, module.code[0]))[0] == ("i64.const", (-5,))
