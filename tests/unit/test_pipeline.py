"""The way from a file to an image: what is taken, and damage of any kind is refused politely."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wrt_preflight import pipeline
from wrt_preflight.component.types import PRIMITIVES
from wrt_preflight.errors import PreflightError, ReadError, UsageError
from wrt_preflight.functions import exports, find_function, imports
from wrt_preflight.lower import LowerOptions
from wrt_preflight.pipeline import Input, build, read_input, to_image
from wrt_preflight.validate import to_binary

ROOT = Path(__file__).parents[2]
SOURCES = {
    "component": ROOT / "tests/cli/inputs/kit.wat",
    "greeter": ROOT / "examples/greeter/greeter.wat",
    "module": ROOT / "tests/cli/inputs/stuck.wat",
}
BINARIES = {name: to_binary(path.read_bytes()) for name, path in SOURCES.items()}


@pytest.mark.parametrize(
    ("name", "kind"), [("component", "component"), ("greeter", "component"), ("module", "module")]
)
def test_the_first_bytes_say_what_a_file_is(name, kind, tmp_path):
    path = tmp_path / "anything.xyz"
    path.write_bytes(BINARIES[name])
    source = read_input(str(path))
    assert (source.kind, source.text) == (kind, False)
    image = build(source, LowerOptions()).image.data
    path.write_bytes(image)
    assert read_input(str(path)).kind == "image"


def test_the_same_program_gives_the_same_image():
    source = read_input(str(SOURCES["component"]))
    assert build(source, LowerOptions()).image.data == build(source, LowerOptions()).image.data


def test_functions_of_an_image_have_their_types():
    image = build(read_input(str(SOURCES["greeter"])), LowerOptions()).image
    (greet,) = exports(image)
    (log,) = imports(image)
    assert str(greet) == "greet: func(name: string) -> string"
    assert str(log) == "log: func(msg: string)"
    assert greet.params == (("name", PRIMITIVES["string"]),)


def test_a_function_is_found_by_its_name_alone_or_in_full():
    image = build(read_input(str(SOURCES["component"])), LowerOptions()).image
    full = "demo:kit/calculator@1.0.0#add"
    assert find_function(image, "add", "kit.wat") == find_function(image, full, "kit.wat")
    with pytest.raises(UsageError, match="no function 'ad' is exported") as caught:
        find_function(image, "ad", "kit.wat")
    assert caught.value.file == "kit.wat"


def test_a_name_in_two_interfaces_must_be_full():
    calculator = '(instance $calculator (export "add" (func $add)))'
    text = SOURCES["component"].read_text()
    text = text.replace(calculator, f'{calculator} (export "demo:kit/b" (instance $calculator))')
    data = to_binary(text.encode())
    image = build(Input("component", data, "kit", None, True), LowerOptions()).image
    with pytest.raises(UsageError, match="2 interfaces export 'add'") as caught:
        find_function(image, "add", "kit")
    assert "demo:kit/b#add" in caught.value.hint


def test_an_image_keeps_its_capacities(tmp_path):
    built = build(read_input(str(SOURCES["module"])), LowerOptions()).image
    source = Input("image", built.data, "x.wrt", tmp_path / "x.wrt", False)
    assert to_image(source, LowerOptions()).image.data == built.data
    with pytest.raises(UsageError, match="capacities are fixed"):
        to_image(source, LowerOptions(stack_bytes=64))


def test_symbols_of_another_image_are_not_used(tmp_path):
    path = tmp_path / "x.wrt"
    built = build(read_input(str(SOURCES["module"])), LowerOptions()).image
    path.write_bytes(built.data)
    for text in ("", "{", "[1]", '{"version": 1, "crc": 1, "functions": []}'):
        path.with_suffix(".sym").write_text(text)
        assert to_image(read_input(str(path)), LowerOptions()).image.symbols == {}


def test_offsets_in_text_are_explained():
    source = read_input(str(ROOT / "tests/cli/inputs/invalid.wat"))
    with pytest.raises(PreflightError) as caught:
        build(source, LowerOptions())
    assert caught.value.hint == "the offset is one of the binary: wasm-tools parse FILE -o BINARY"


@given(data=st.data(), name=st.sampled_from(sorted(BINARIES)))
@settings(deadline=None, max_examples=150)
def test_damage_is_refused_or_harmless(data, name, tmp_path_factory):
    binary = bytearray(BINARIES[name])
    if data.draw(st.booleans(), label="cut"):
        del binary[data.draw(st.integers(0, len(binary) - 1), label="size") :]
    else:
        bit = data.draw(st.integers(0, 8 * len(binary) - 1), label="bit")
        binary[bit // 8] ^= 1 << bit % 8
    path = tmp_path_factory.mktemp("damage") / "damaged.wasm"
    path.write_bytes(binary)
    try:
        image = build(read_input(str(path)), LowerOptions()).image
    except PreflightError as error:
        assert str(path) in str(error)
    else:
        assert all(str(function) for function in exports(image) + imports(image))


def test_standard_input_is_a_file(monkeypatch):
    class Stdin:
        class buffer:  # noqa: N801
            @staticmethod
            def read() -> bytes:
                return b""

    monkeypatch.setattr(pipeline.sys, "stdin", Stdin)
    with pytest.raises(ReadError, match="standard input: the file is empty"):
        read_input("-")
