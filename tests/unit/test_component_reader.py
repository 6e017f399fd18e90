"""The component reader: every construct, byte offsets in errors, and hostile bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from component_text import component
from wrt_preflight.component import tree
from wrt_preflight.component.canon import BUILTINS
from wrt_preflight.component.reader import is_component, read_component
from wrt_preflight.errors import PreflightError, ReadError

PREAMBLE = b"\0asm\x0d\0\x01\0"

EVERYTHING = """
(component $all
  (import "log" (func $log (param "msg" string)))
  (import "demo:kit/io@1.0.0" (instance $io
    (export "file" (type $file (sub resource)))
    (type $err (enum "closed" "full"))
    (export "error" (type $error (eq $err)))
    (export "[method]file.read" (func (param "self" (borrow $file)) (result (list u8))))))
  (import "shape" (type $shape (sub resource)))
  (import "mod" (core module (type (func (param i32 f64) (result i64)))
    (import "a" "f" (func (type 0))) (import "a" "m" (memory 1 2))
    (import "a" "t" (table 1 funcref)) (import "a" "g" (global (mut i32)))
    (export "tag" (tag (param i32)))))
  (import "kid" (component (import "x" (func)) (export "y" (func (result u32)))))
  (core type $ft (func (param i32)))
  (core module $M
    (memory (export "mem") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "f") (param i32 i32) (result i32) unreachable)
    (func (export "post") (param i32))
    (func (export "drop") (param i32)))
  (core instance $m (instantiate $M))
  (core instance $inline (export "mem" (memory $m "mem")))
  (alias core export $m "drop" (core func $dtor))
  (type $res (resource (rep i32) (dtor (core func $dtor))))
  (type $record (record (field "a" u8) (field "b" (list string))))
  (type $variant (variant (case "none") (case "some" f32)))
  (type $fixed (list u16 4))
  (type $tuple (tuple s8 s64 char))
  (type $flags (flags "x" "y"))
  (type $option (option bool))
  (type $result (result u32 (error string)))
  (type $map (map string u32))
  (type $own (own $res))
  (type $stream (stream u8))
  (type $future (future))
  (func $f (param "s" string) (result string)
    (canon lift (core func $m "f") (memory (core memory $m "mem"))
      (realloc (core func $m "realloc")) (post-return (core func $m "post"))
      string-encoding=utf16))
  (core func $lowered (canon lower (func $log) (memory (core memory $m "mem"))))
  (core func (canon resource.new $res))
  (core func (canon stream.read $stream async (memory (core memory $m "mem"))))
  (core func (canon task.return (result u32)))
  (core func (canon context.get i32 1))
  (component $child
    (import "f" (func $x (param "s" string) (result string)))
    (export "g" (func $x)))
  (instance $kid (instantiate $child (with "f" (func $f))))
  (alias export $kid "g" (func $g))
  (instance $pair (export "f" (func $f)) (export "g" (func $g)))
  (export "pair" (instance $pair))
  (export "f" (func $f))
)
"""


def kinds(component: tree.Component) -> set[type]:
    found = {type(d) for d in component.definitions}
    return found | {type(d.type) for d in component.definitions if isinstance(d, tree.Type)}


def test_every_definition_is_read() -> None:
    read = read_component(component(EVERYTHING))
    missing = {
        tree.CoreModule,
        tree.CoreInstantiate,
        tree.CoreInlineInstance,
        tree.CoreType,
        tree.Component,
        tree.Instantiate,
        tree.InlineInstance,
        tree.ExportAlias,
        tree.CoreExportAlias,
        tree.CanonLift,
        tree.CanonLower,
        tree.CanonBuiltin,
        tree.Import,
        tree.Export,
        tree.RecordDef,
        tree.VariantDef,
        tree.ListDef,
        tree.TupleDef,
        tree.FlagsDef,
        tree.OptionDef,
        tree.ResultDef,
        tree.MapDef,
        tree.OwnDef,
        tree.StreamDef,
        tree.FutureDef,
        tree.FuncDef,
        tree.ResourceDef,
        tree.InstanceTypeDef,
        tree.ComponentTypeDef,
    } - kinds(read)
    assert not missing
    assert read.name == "all"
    assert "M" in read.names.values()


def test_content_of_definitions() -> None:
    read = read_component(component(EVERYTHING))
    lift = next(d for d in read.definitions if isinstance(d, tree.CanonLift))
    assert lift.options.encoding == "utf16"
    assert None not in (lift.options.memory, lift.options.realloc, lift.options.post_return)
    builtins = [d for d in read.definitions if isinstance(d, tree.CanonBuiltin)]
    assert [b.name for b in builtins] == [
        "resource.new",
        "stream.read",
        "task.return",
        "context.get",
    ]
    assert builtins[1].immediates["options"].async_
    assert builtins[2].immediates["result"] == "u32"
    assert builtins[3].immediates == {"core_valtype": "i32", "slot": 1}
    types = [d.type for d in read.definitions if isinstance(d, tree.Type)]
    lists = [t for t in types if isinstance(t, tree.ListDef)]
    assert [(t.element, t.length) for t in lists] == [("string", None), ("u16", 4)]
    imported = next(d for d in read.definitions if isinstance(d, tree.Import))
    assert imported.name.name == "log" and imported.type.sort == "func"


def test_core_modules_keep_their_byte_range() -> None:
    data = component(EVERYTHING)
    read = read_component(data)
    module = next(d for d in read.definitions if isinstance(d, tree.CoreModule))
    assert data[module.offset : module.offset + 8] == b"\0asm\x01\0\0\0"
    assert module.end < len(data)


def test_offsets_point_at_the_definition() -> None:
    data = component("(component (type (list u8)) (type (tuple u8 string)))")
    types = [d.type for d in read_component(data).definitions if isinstance(d, tree.Type)]
    assert [data[t.offset] for t in types] == [0x70, 0x6F]


def test_name_attributes() -> None:
    name = b"\x01a"
    section = b"\x01" + b"\x02" + name + b"\x02" + b"\x00\x03b:c" + b"\x02\x01d" + b"\x01\x00"
    data = PREAMBLE + b"\x0a" + bytes([len(section)]) + section
    read = read_component(data).definitions[0].name
    assert (read.name, read.implements, read.external_id) == ("a", "b:c", "d")
    assert read.version_suffix is None


def test_component_and_module_are_told_apart() -> None:
    assert is_component(component("(component)"))
    assert not is_component(component("(module)"))


@pytest.mark.parametrize("code", sorted(BUILTINS))
def test_every_canonical_opcode(code: int) -> None:
    immediates = {
        "options": b"\x00",
        "result": b"\x01\x00",
        "core_valtype": b"\x7f",
    }
    name, parts = BUILTINS[code]
    body = b"".join(immediates.get(key, b"\x01") for key, _ in parts)
    section = b"\x01" + bytes([code]) + body
    read = read_component(PREAMBLE + b"\x08" + bytes([len(section)]) + section)
    assert read.definitions[0].name == name
    assert list(read.definitions[0].immediates) == [key for key, _ in parts]


def test_definitions_that_only_the_binary_spells() -> None:
    start = PREAMBLE + b"\x09\x04\x03\x01\x02\x01"
    assert read_component(start).definitions == [tree.Start(3, (2,), 1, 10)]
    value = PREAMBLE + b"\x0c\x05\x01\x7d\x01\x2a"
    with pytest.raises(ReadError):
        read_component(value)
    value = PREAMBLE + b"\x0c\x04\x01\x7d\x01\x2a"
    assert read_component(value).definitions == [tree.Value("u8", 13, 14, 11)]


def test_non_final_subtype_needs_its_prefix() -> None:
    data = PREAMBLE + b"\x03\x07\x01\x00\x50\x00\x60\x00\x00"
    assert isinstance(read_component(data).definitions[0].type, tree.CoreTypeDef)
    assert isinstance(
        read_component(PREAMBLE + b"\x03\x03\x01\x50\x00").definitions[0].type,
        tree.CoreModuleTypeDef,
    )


@pytest.mark.parametrize(
    ("data", "offset", "words"),
    [
        (b"", 0, "magic"),
        (b"(component)", 0, "magic"),
        (b"\0asm\x01\0\0\0", 4, "core module"),
        (b"\0asm\x0c\0\x01\0", 4, "version"),
        (PREAMBLE + b"\x0d\x00", 8, "section"),
        (PREAMBLE + b"\x07\x05\x01", 10, "5 bytes"),
        (PREAMBLE + b"\x07\x02\x01\x7f\x00", 13, "size"),
        (PREAMBLE + b"\x07\x03\x01\x7f\x00", 12, "end of the type section"),
        (PREAMBLE + b"\x07\x02\x01\x6c", 11, "type definition"),
        (PREAMBLE + b"\x07\x04\x01\x67\x7d\x00", 11, "length"),
        (PREAMBLE + b"\x08\x02\x01\x3e", 11, "canonical definition"),
        (PREAMBLE + b"\x06\x04\x01\x01\x02\x00", 11, "outer alias"),
        (PREAMBLE + b"\x01\x04\0asm", 10, "core module"),
    ],
)
def test_errors_say_where(data: bytes, offset: int, words: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_component(data, "x.wasm")
    assert caught.value.file == "x.wasm"
    assert caught.value.offset == offset, str(caught.value)
    assert words in caught.value.message


def test_deep_nesting_is_refused_not_a_crash() -> None:
    data = PREAMBLE
    for _ in range(3000):
        size = len(data)
        data = PREAMBLE + b"\x04" + size.to_bytes(4, "little") + data
        head = bytes([size & 0x7F | 0x80, size >> 7 & 0x7F | 0x80, size >> 14 & 0x7F])
        data = PREAMBLE + b"\x04" + head + data[13:]
    with pytest.raises(ReadError, match="nest"):
        read_component(data)


def test_a_broken_name_section_is_ignored() -> None:
    section = b"\x0ecomponent-name" + b"\x00\x05\x09"
    assert read_component(PREAMBLE + b"\x00" + bytes([len(section)]) + section).name is None


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_bytes_give_a_clear_error_or_a_tree(data: st.DataObject) -> None:
    raw = bytearray(component(EVERYTHING))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at] ^= 1 << data.draw(st.integers(0, 7))
    raw = raw[: data.draw(st.integers(0, len(raw)))]
    try:
        read_component(bytes(raw), "damaged.wasm")
    except PreflightError as error:
        assert error.offset is not None
        assert 0 <= error.offset <= len(raw)
