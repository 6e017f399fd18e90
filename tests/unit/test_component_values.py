"""Values and start definitions: gate, validation without them, literals, linking and refusals."""

from __future__ import annotations

import pytest

from component.literals import LITERALS, PREAMBLE, export, leb, name, section, type_, value, vec
from component_text import component
from wrt_preflight.component import (
    SECTION,
    link_component,
    read_component,
    tree,
    validate_component,
)
from wrt_preflight.component.erase import Erased
from wrt_preflight.component.inspect import plan_text
from wrt_preflight.component.plan import HostFunction, InstantiateCore, Plan, Start
from wrt_preflight.errors import LinkError, ProfileError, ReadError, ValidationError
from wrt_preflight.lower import LowerOptions
from wrt_preflight.pipeline import Input, build

BOOL, U32, STRING = b"\x7f", b"\x79", b"\x73"
F = '(core module $M (func (export "f") (param i32) (result i32) local.get 0))'
G = '(core instance $m (instantiate $M)) (func $f (param "n" u32) (result u32)'
LIFTED = f'{F} {G} (canon lift (core func $m "f")))'


def link(data: bytes, bare_values: bool = False) -> Plan:
    tree = read_component(data, "x.wasm", bare_values)
    return link_component(tree, data, "x.wasm")[0]


def link_text(text: str) -> Plan:
    return link(component(text), bare_values=True)


def imported(label: str, extern: bytes) -> bytes:
    return section(10, vec(b"\0" + name(label) + extern))


def started(func: int, arguments: list[int], results: int) -> bytes:
    return section(9, leb(func) + vec(*map(leb, arguments)) + leb(results))


# Types of values in imports: with the byte of Binary.md, and without it, as wasm-tools has them.
SPEC = PREAMBLE + imported("v", b"\2\1" + U32) + export("v", 0, b"\1\2\1" + U32)
BARE = PREAMBLE + imported("v", b"\2" + U32) + export("v", 0, b"\1\2" + U32)


def test_both_forms_of_value_types_are_read() -> None:
    for data, bare in ((SPEC, False), (BARE, True)):
        given, exported = read_component(data, bare_values=bare).definitions
        assert given.type.valtype == exported.type.valtype == "u32"
        assert validate_component(data, None, False, ["values"]) is bare
        plan = link(data, bare)
        assert plan.exports.values["v"] is plan.imports.values["v"] is plan.values[0]
        assert (plan.values[0].name, plan.values[0].type.name) == ("v", "u32")


ONE_START = PREAMBLE + type_(b"\x40\0\1\0") + imported("f", b"\1\0") + started(0, [], 0)


@pytest.mark.parametrize(
    "data",
    [SPEC, BARE, LITERALS, ONE_START, ONE_START + started(0, [], 0)],
    ids=["as Binary.md", "as wasm-tools", "definitions", "start", "two starts"],
)
def test_values_are_gated(data) -> None:
    with pytest.raises(ProfileError, match="values or start definitions") as caught:
        build(Input("component", data, "x.wasm", None, False), LowerOptions())
    assert caught.value.hint == "--feature values allows them"
    assert caught.value.file == "x.wasm"
    build(Input("component", data, "x.wasm", None, False), LowerOptions(), ["values"])


def test_other_errors_stay_what_they_are() -> None:
    broken = component('(component (import "f" (func)) (import "f" (func)))')
    with pytest.raises(ValidationError, match="conflicts with previous name"):
        validate_component(broken, None, False, ["values"])
    with pytest.raises(ReadError, match="left in the component") as caught:
        validate_component(LITERALS[:-3], "x.wasm", False, ["values"])
    assert caught.value.file == "x.wasm" and caught.value.offset is not None


def test_the_rest_is_validated_without_values() -> None:
    outside = value(BOOL, b"\1") + export("a", 0)
    wrong = section(8, vec(b"\1\0\0\0"))  # canon lower of a function that is not there
    data = PREAMBLE + outside + section(4, PREAMBLE + value(U32, b"\1\0\0\0") + export("b", 0))
    erased = Erased(data, None)
    assert erased.data == PREAMBLE + section(11, b"\0") + section(4, PREAMBLE + section(11, b"\0"))
    with pytest.raises(ValidationError, match="unknown function") as caught:
        validate_component(data + wrong, "x.wasm", False, ["values"])
    assert caught.value.offset == len(data) + 3
    nested = PREAMBLE + outside + section(4, PREAMBLE + outside + wrong)
    with pytest.raises(ValidationError, match="unknown function") as caught:
        validate_component(nested, "x.wasm", False, ["values"])
    assert caught.value.offset == len(nested) - len(wrong) + 3


def test_everything_of_values_is_erased() -> None:
    text = f"""(component
      (import "v" (value $v u32)) (import "w" (value $w string))
      (import "i" (instance $i (export "f" (func)) (export "x" (value u8))))
      {LIFTED}
      (component $C (import "n" (value $n u32)) (export "m" (value $n)))
      (instance $c (instantiate $C (with "n" (value $v))))
      (alias export $c "m" (value $m))
      (alias export $i "x" (value $x))
      (start $f (value $m) (result (value $r)))
      (instance $o (export "r" (value $r)) (export "f" (func $f)))
      (export "o" (instance $o)) (export "w" (value $w)) (export "x" (value $x)))"""
    erased = Erased(component(text), None, bare_values=True)
    left = read_component(erased.data)
    validate_component(erased.data, None, False)
    kinds = [type(item) for item in left.definitions]
    assert tree.Start not in kinds and tree.Import in kinds and tree.Instantiate in kinds
    assert kinds.count(tree.ExportAlias) == 0
    assert [item.name.name for item in left.definitions if isinstance(item, tree.Import)] == ["i"]


def test_values_flow_through_instances_into_steps() -> None:
    plan = link_text(
        f"""(component
      (import "v" (value $v u32))
      (import "i" (instance $i (export "x" (value u32)) (export "g" (func (param "n" u32)))))
      (component $C
        (import "n" (value $n u32))
        {LIFTED}
        (start $f (value $n) (result (value $r)))
        (export "m" (value $r)))
      (instance $c (instantiate $C (with "n" (value $v))))
      (alias export $c "m" (value $m))
      (alias export $i "x" (value $x)) (alias export $i "g" (func $g))
      (start $g (value $x))
      (instance $o (export "r" (value $m)))
      (export "o" (instance $o)))"""
    )
    core, first, second = plan.steps
    assert isinstance(core, InstantiateCore)
    assert isinstance(first, Start) and isinstance(second, Start)
    given, held, made = plan.values
    assert (given.interface, given.name) == ("", "v")
    assert (held.interface, held.name) == ("i", "x")
    assert first.arguments == (given,) and first.result is made and first.instance == 1
    assert isinstance(second.callee, HostFunction)
    assert second.arguments == (held,) and second.result is None
    assert plan.exports.instances["o"].values == {"r": made}


def test_inspect_shows_values_and_starts() -> None:
    text = component(
        f"""(component (import "v" (value $v u32)) {LIFTED}
      (import "i" (instance $i (export "x" (value string)) (export "g" (func (param "s" string)))))
      (alias export $i "x" (value $x)) (alias export $i "g" (func $g))
      (component $C (import "s" (value $s string)) (import "g" (func $g (param "s" string)))
        (start $g (value $s)))
      (instance (instantiate $C (with "s" (value $x)) (with "g" (func $g))))
      (start $f (value $v) (result (value $r))) (export "r" (value $r)))"""
    )
    source = Input("component", text, "x.wasm", None, text=True)
    image = build(source, LowerOptions(), ["values"]).image
    shown = plan_text(image.optional[SECTION])
    for line in (
        "core instance 0, of 0",
        "start i#g(value 1) of 1",
        "start lift 0(value 0) of 0 makes value 2",
        "0 u32 of v",
        "1 string of i#x",
        "2 u32 of a start function",
        "r: u32",
    ):
        assert f"  {line}\n" in shown, shown


def test_an_export_equal_to_a_value() -> None:
    data = PREAMBLE + imported("v", b"\2\1" + U32) + export("v", 0, b"\1\2\0\0")
    assert link(data).exports.values["v"].name == "v"
    other = PREAMBLE + imported("v", b"\2\1" + U32) + imported("w", b"\2\1" + U32)
    other += export("v", 0, b"\1\2\0\1") + export("w", 1)
    with pytest.raises(LinkError, match="expected a value equal to value 1"):
        link(other)


@pytest.mark.parametrize(
    ("t", "data", "words"),
    [
        (BOOL, b"\2", "a bool (0x00 or 0x01), found 0x02"),
        (BOOL, b"", "expected a bool"),
        (BOOL, b"\1\1", "expected the end of the value, found 1 byte"),
        (U32, b"\1\2\3", "expected 4 bytes of u32"),
        (b"\x76", b"\1\0\xc0\x7f", "expected the canonical NaN 00 00 c0 7f"),
        (b"\x75", b"\0\0\0\0\0\0\xf8\xff", "expected the canonical NaN"),
        (b"\x74", b"\xed\xa0\x80", "expected a char in UTF-8, found ed a0 80"),
        (b"\x74", b"\x80", "expected a char in UTF-8"),
        (STRING, b"\2\xc3\x28", "UTF-8"),
        (STRING, b"\5ab", "expected 5 bytes"),
        (b"\x70\x7d", b"\3ab", "expected 3 elements"),
        (b"\x6d" + vec(name("a"), name("b")), b"\2", "expected a case below 2, found 2"),
        (b"\x6b\x7d", b"\2", "a case"),
        (b"\x6e" + vec(*[name(f"f{i}") for i in range(9)]), b"\0\2", "expected 9 flags"),
        (b"\x67\x7d\2", b"\0\0", "a list cannot be written as a value"),
        (b"\x63\x73\x7d", b"\0", "a map cannot be written as a value"),
        (b"\x64", b"\0", "an error-context cannot be written as a value"),
    ],
)
def test_malformed_literals_are_refused(t, data, words) -> None:
    head = PREAMBLE if len(t) == 1 else PREAMBLE + type_(t)
    binary = head + value(t if len(t) == 1 else b"\0", data) + export("v", 0)
    with pytest.raises(ReadError) as caught:
        link(binary)
    assert words in caught.value.message
    assert caught.value.file == "x.wasm" and caught.value.offset > len(head)


@pytest.mark.parametrize(
    ("definitions", "error", "words"),
    [
        (b"", ReadError, "value 0 is never used"),
        (export("a", 0) + export("b", 0), ReadError, "value 0 is used more than once"),
        (export("a", 0) + export("b", 1), ReadError, "value 1 is used more than once"),
        (export("a", 3), ReadError, "expected a value index below 1, found 3"),
        (export("a", 0, b"\1\2\1" + STRING), LinkError, "not of the type that is declared"),
        (started(0, [], 0), LinkError, "expects 1 arguments of its types, found 0"),
        (started(0, [0], 1), LinkError, "has 0 results, the definition 1"),
        (started(1, [0], 0), LinkError, "expects 1 arguments of its types"),
        (started(2, [0], 0), LinkError, "a start function cannot be async"),
        (started(0, [0, 0], 0), ReadError, "value 0 is used more than once"),
        (started(7, [0], 0), ReadError, "expected a func index below 3, found 7"),
    ],
)
def test_misuse_is_refused(definitions, error, words) -> None:
    # Functions of the host's: 0 takes a bool, 1 a string, 2 is async.
    types_ = type_(b"\x40" + vec(name("x") + BOOL) + b"\1\0")
    types_ += type_(b"\x40" + vec(name("x") + STRING) + b"\1\0")
    types_ += type_(b"\x43" + vec(name("x") + BOOL) + b"\1\0")
    functions = b"".join(imported(f"f{i}", b"\1" + leb(i)) for i in range(3))
    data = PREAMBLE + types_ + functions + value(BOOL, b"\1") + definitions
    with pytest.raises(error) as caught:
        link(data)
    assert words in caught.value.message, caught.value.message
    assert caught.value.offset is not None and caught.value.file == "x.wasm"


@pytest.mark.parametrize(
    "definition",
    [b"\x66\1\x7d", b"\x65\0", b"\x70\x64", b"\x6b\x64"],
    ids=["stream", "future", "list of error-context", "option of error-context"],
)
def test_what_cannot_be_kept_is_no_value(definition) -> None:
    data = PREAMBLE + type_(definition) + imported("v", b"\2\1\0") + export("v", 0)
    with pytest.raises(ProfileError, match="cannot have a borrow, stream, future") as caught:
        link(data)
    assert caught.value.offset is not None and caught.value.file == "x.wasm"


def test_an_argument_of_another_type_is_refused() -> None:
    text = """(component
      (import "v" (value $v u32))
      (component $C (import "n" (value $n string)) (export "m" (value $n)))
      (instance $c (instantiate $C (with "n" (value $v))))
      (alias export $c "m" (value $m)) (export "m" (value $m)))"""
    with pytest.raises(LinkError, match="not of the type that is declared"):
        link_text(text)
