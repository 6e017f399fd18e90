"""Sizes: the parts add up to the whole, in the terminal, as JSON and as a page."""

import io
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from example_programs import source
from wrt_preflight import pipeline
from wrt_preflight.boards import find_board
from wrt_preflight.budget.program import make_budget
from wrt_preflight.cli import main
from wrt_preflight.lower import LowerOptions
from wrt_preflight.size.bars import show
from wrt_preflight.size.page import page
from wrt_preflight.size.squarify import squarify
from wrt_preflight.size.tree import Part, flash, heap

THERMOMETER = str(source("c-thermometer"))


@pytest.fixture(scope="module")
def image():
    return pipeline.build(pipeline.read_input(THERMOMETER), LowerOptions()).image


@pytest.fixture(scope="module")
def budget(image):
    return make_budget(image, find_board("pico"))


def adds_up(part: Part) -> bool:
    inner = sum(child.size for child in part.parts)
    return (not part.parts or inner == part.size) and all(map(adds_up, part.parts))


def test_flash_is_the_bytes_of_all_files(image, budget):
    alone, with_runtime = flash(image), flash(image, budget)
    assert alone.size == len(image.data) and adds_up(alone)
    assert with_runtime.size == budget.flash and adds_up(with_runtime)
    names = {part.name for part in alone.parts[0].parts}
    assert "measure" in names and alone.parts[0].name == "functions"
    (runtime,) = (part for part in with_runtime.parts if part.name == "runtime")
    modules = {part.name for part in runtime.parts}
    assert {"wrt_micro", "wrt_micro_0: load", "wrt_micro_3: traps"} <= modules


def test_heap_is_that_of_the_budget(image, budget):
    tree = heap(image, budget)
    assert tree.size == budget.heap
    assert [part.name for part in tree.parts] == ["runtime", "program"]


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=40))
def test_rectangles_fill_the_box_and_do_not_overlap(sizes):
    sizes.sort(reverse=True)
    boxes = squarify(sizes, (0, 0, 120, 50))
    areas = [width * height for _, _, width, height in boxes]
    scale = 120 * 50 / sum(sizes)
    assert areas == pytest.approx([size * scale for size in sizes])
    for left, top, width, height in boxes:
        assert left >= -1e-6 and top >= -1e-6
        assert left + width <= 120 + 1e-6 and top + height <= 50 + 1e-6
    for i, (l1, t1, w1, h1) in enumerate(boxes):
        for l2, t2, w2, h2 in boxes[i + 1 :]:
            across = min(l1 + w1, l2 + w2) - max(l1, l2)
            down = min(t1 + h1, t2 + h2) - max(t1, t2)
            assert across <= 1e-6 or down <= 1e-6


class Reader(HTMLParser):
    """Tags, and whether each that was opened was closed."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.links = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href")]
        if tag in ("svg", "g", "details", "title", "text", "table"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in ("svg", "g", "details", "title", "text", "table"):
            assert self.open.pop() == tag


def test_the_page_stands_alone_and_names_everything(image, budget):
    text = page("thermometer", [flash(image, budget), heap(image, budget)], budget)
    reader = Reader()
    reader.feed(text)
    assert not reader.open and not reader.links and "script" not in reader.seen
    assert "http" not in text and "prefers-color-scheme: dark" in text
    assert reader.seen.count("svg") == 2
    for name in ("measure", "memory 0", "wrt_micro.txt", "Raspberry Pi Pico"):
        assert name in text
    titles = re.findall(r"<title>([^<]*): ([\d,]+) bytes", text)
    assert int(dict(titles)["image"].replace(",", "")) == len(image.data)


def test_names_are_text_and_no_markup():
    tree = Part("flash")
    tree.add(Part("<script>alert(1)</script>[bold]", 100, '"&'))
    text = page("<b>", [tree], None)
    assert "<script>" not in text and "&lt;script&gt;" in text and "<b>:" not in text
    shown = Console(file=io.StringIO(), width=120)
    show(shown, tree)
    assert "[bold]" in shown.file.getvalue()


def test_bars_are_as_long_as_their_sizes():
    tree = Part("flash")
    for name, size in (("a", 300), ("b", 150), ("c", 10)):
        tree.add(Part(name, size))
    console = Console(file=io.TextIOWrapper(io.BytesIO(), "utf-8"), width=120)
    show(console, tree)
    console.file.seek(0)
    bars = [line.count("█") for line in console.file.read().splitlines() if "%" in line]
    assert bars == [30, 15, 1]


def test_command(capsys, tmp_path):
    assert main(["size", THERMOMETER]) == 0
    shown = capsys.readouterr().out
    assert "measure" in shown and "image:" in shown and "heap" not in shown
    assert main(["size", THERMOMETER, "--board", "pico", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["heap"]["parts"][0]["name"] in ("program", "runtime")
    out = tmp_path / "size.html"
    assert main(["size", THERMOMETER, "--board", "pico", "--html", str(out)]) == 0
    assert out.read_text().startswith("<!doctype html>")
    assert main(["size", THERMOMETER, "--html", str(tmp_path / "no" / "x.html")]) == 2
    assert main(["size", THERMOMETER, "--board", "nope"]) == 2
