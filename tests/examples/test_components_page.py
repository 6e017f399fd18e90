"""What docs/components.md shows is what happens."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import wrt_micro
from component.generate import forward, same
from component_text import component_image
from examples.page_steps import Page
from wrt_preflight.component import types
from wrt_preflight.component.types import PRIMITIVES

PAGE = Page("components.md")

BOOL, U8, U16, U32, STRING, F32 = (
    PRIMITIVES[name] for name in ("bool", "u8", "u16", "u32", "string", "f32")
)
TYPES = {
    **PRIMITIVES,
    "list<u8>": types.List(U8, None),
    "list<u16>": types.List(U16, None),
    "list<u16, 3>": types.List(U16, 3),
    "tuple<u8, string>": types.Tuple((U8, STRING)),
    "record { x: u8, name: string }": types.Record((("x", U8), ("name", STRING))),
    "variant { none, circle(f32) }": types.Variant((("none", None), ("circle", F32))),
    "enum { red, green }": types.Enum(("red", "green")),
    "flags { read, write }": types.Flags(("read", "write")),
    "option<string>": types.Option(STRING),
    "option<option<u8>>": types.Option(types.Option(U8)),
    "result<u8, string>": types.Result(U8, STRING),
    "map<string, u8>": types.Map(STRING, U8),
}


def type_rows() -> list[tuple[str, str]]:
    """(type, example) of the page's table."""
    table = PAGE.text.split("<!-- types: each row is a test -->")[1].split("<!-- end -->")[0]
    rows = [line.strip("| ").split(" | ") for line in table.strip().splitlines()[2:]]
    return [
        (name, cells[-1].strip("`")) for cells in rows for name in re.findall("`(.*?)`", cells[0])
    ]


@pytest.mark.parametrize(("name", "example"), type_rows())
def test_the_table_of_types(name, example):
    value = ast.literal_eval(example)
    if name.startswith("u") and isinstance(value, int):
        value = -value
    seen = []
    image = component_image(forward(TYPES[name], ("utf8",)))
    app = wrt_micro.load(image, {"g": seen.append}, engine="portable")
    app.f(value)
    assert len(seen) == 1 and same(seen[0], value), (seen, value)


def test_the_table_has_every_type():
    assert {name for name, _ in type_rows()} == TYPES.keys() - {"error-context"}


@pytest.fixture(scope="session")
def shown(tmp_path_factory) -> Path:
    """A folder with the images that the page loads, and what it runs."""
    return PAGE.prepare(tmp_path_factory.mktemp("page"))


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
def test_micropython(micropython, runs, shown, monkeypatch, engine):
    runs(engine)
    monkeypatch.chdir(shown)
    PAGE.on_micropython(micropython, engine)


def test_cpython(shown):
    PAGE.on_cpython(shown)
