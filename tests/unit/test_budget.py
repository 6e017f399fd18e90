"""The arithmetic of budgets, and what `check --board` says: fits or not, why, and what would help.

tests/examples/test_budget.py compares the numbers with what MicroPython says.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from example_programs import source
from wrt_preflight import pipeline
from wrt_preflight.boards import board_files, find_board
from wrt_preflight.budget.advice import advise
from wrt_preflight.budget.docs import TABLES, examples
from wrt_preflight.budget.heap import Heap
from wrt_preflight.budget.modules import module_cost, names_cost
from wrt_preflight.budget.program import CODE, ROOM, make_budget
from wrt_preflight.cli import main
from wrt_preflight.lower import LowerOptions
from wrt_preflight.mpy_compile import compile_mpy

PICO = find_board("pico")


def built(name, **options):
    return pipeline.build(pipeline.read_input(str(source(name))), LowerOptions(**options))


@pytest.fixture
def greeter():
    return built("greeter")


@pytest.mark.parametrize("word", [4, 8])
def test_allocations_are_blocks_of_four_words(word):
    heap = Heap(word)
    assert [heap.words(n) for n in (0, 1, 4, 5)] == [0, 4 * word, 4 * word, 8 * word]
    assert heap.bytes(4 * word + 1) == 8 * word
    assert heap.table(3) == heap.words(2 * 4) and heap.table(13) == heap.words(2 * 17)


@pytest.mark.parametrize("word", [4, 8])
@pytest.mark.parametrize("usable", [1, 1000, 77_616, 2_000_000])
def test_a_heap_for_so_many_bytes_has_them_and_few_more(word, usable):
    heap = Heap(word)
    size = heap.size_for(usable)
    assert usable <= heap.usable(size) <= usable + 2 * heap.block


def test_names_cost_their_letters_and_pools_that_double():
    heap = Heap(4)
    few, many = ([f"name{i:04}" for i in range(n)] for n in (10, 700))
    assert heap.names([]) == 0
    assert heap.names(few) == heap.bytes(20 + 20 * 7) + heap.bytes(128)
    assert heap.names(many) > 700 * (7 + 8)
    assert heap.names(many, in_rom=True) < heap.names(many) - 700 * 8


def test_a_modules_cost_follows_what_it_defines(tmp_path):
    def cost(text, **options):
        path = tmp_path / "m.py"
        path.write_text(text)
        compile_mpy(path, path.with_suffix(".mpy"), (), "m.py")
        return module_cost("m", path.with_suffix(".mpy").read_bytes(), Heap(4), **options)

    empty, function = cost(""), cost("def f(a):\n    return a + 1\n")
    assert empty.bytecode == 0 and 0 < function.bytecode < 100
    assert function.objects > empty.objects
    two = cost("def f(a):\n    return a + 1\ndef g(a):\n    return a + 2\n")
    assert two.bytecode == 2 * function.bytecode
    text = cost("x = 'some text that is longer than a name would be'\n")
    assert text.objects >= empty.objects + 16 + 48
    made = cost("class C:\n    def m(self):\n        return self.x\n")
    assert made.objects > function.objects + 80 and "C" in made.names
    assert cost("def f(a):\n    return a + 1\n", in_rom=True).bytecode == 0
    assert not cost("x = [].append\n").names & {"append"}
    assert names_cost([two, two], Heap(4)) == names_cost([two], Heap(4))


def test_romfs_keeps_code_and_image_out_of_the_heap(greeter):
    files = make_budget(greeter.image, PICO)
    rom = make_budget(greeter.image, replace(PICO, romfs=1 << 18))
    assert (files.place, rom.place) == ("files", "romfs")
    assert rom.heap < files.heap - 10_000 and rom.flash == files.flash
    small = make_budget(greeter.image, replace(PICO, romfs=1 << 12))
    assert small.place == "files" and small.heap == files.heap


def test_machine_code_outside_of_the_heap_costs_no_heap(greeter):
    inside = make_budget(greeter.image, PICO)
    apart = make_budget(greeter.image, replace(PICO, machine_code="apart"))
    assert 3000 < inside.heap - apart.heap < 6000


def test_portable_needs_no_machine_code_and_options_are_counted(greeter):
    assert make_budget(greeter.image, PICO, "portable").engine == "portable"
    usual, deep = (make_budget(greeter.image, PICO, options=o) for o in ({}, {"stack": 20_000}))
    assert deep.allocated - usual.allocated > 19_000


def test_what_a_program_has_not_is_not_counted():
    core, component, tasks = (
        {row.name for row in make_budget(built(name).image, PICO, linked=False).rows}
        for name in ("fac", "greeter", "pipeline")
    )
    assert "wrt_micro/component/lift.mpy" in component - core
    assert "wrt_micro/component/scheduler.mpy" in tasks - component
    assert "stacks of threads" in tasks - component


def test_a_component_with_one_task_takes_4_kib():
    """Besides code, the image and the guest's own memory."""
    one = dict.fromkeys(("tasks", "threads", "subtasks", "streams", "waitable_sets"), 1)
    budget = make_budget(built("pipeline").image, PICO, options=one | {"handles": 8})
    sizes = {row.name: row.heap for row in budget.rows if row.group != CODE}
    del sizes["image"], sizes["memories"], sizes[ROOM]
    assert sum(sizes.values()) <= 4096 and "stacks of threads" not in sizes


def test_a_large_memory_does_not_fit_into_pieces():
    thermometer = built("c-thermometer").image
    budget = make_budget(thermometer, replace(PICO, heap=300_000, largest_block=50_000))
    assert not budget.fits and "in one piece" in budget.reasons[0]


def test_advice_that_is_enough_is_enough():
    thermometer = built("c-thermometer")
    board = replace(PICO, heap=100_000, largest_block=95_000)
    budget = make_budget(thermometer.image, board)
    assert not budget.fits
    (best, *_) = advise(thermometer, budget)
    assert best.option.startswith("--memory ") and best.enough
    short = built("c-thermometer", memory_bytes=int(best.option.split()[1]))
    after = make_budget(short.image, board)
    assert after.fits
    saved = budget.heap - after.heap
    assert abs(saved - best.saves) < 0.05 * best.saves  # room to work gets smaller as well


def test_advice_for_a_program_with_tasks_names_options_of_load():
    pipes = built("pipeline")
    board = replace(PICO, heap=110_000, largest_block=100_000)
    (best, *_) = advise(pipes, make_budget(pipes.image, board))
    assert best.option.startswith("load(") and best.saves > 12_000


@pytest.fixture
def small_board(tmp_path) -> str:
    path = tmp_path / "small.toml"
    text = board_files()["pico"].read_text()
    text = text.replace("heap = 233_024", "heap = 40_000").replace("225_856", "32_000")
    path.write_text(text)
    return str(path)


def test_check_ends_with_what_it_found(capsys, tmp_path, small_board):
    greeter = str(source("greeter"))
    assert main(["check", greeter, "--board", "pico"]) == 0
    assert "fits:" in capsys.readouterr().out
    assert main(["check", greeter, "--board", small_board]) == 3
    shown = capsys.readouterr().out
    assert "bytes too small" in shown and "largest:" in shown and "--engine portable" in shown
    assert main(["check", greeter, "--board", "no-board"]) == 2
    assert "hint" in capsys.readouterr().err
    wrong = tmp_path / "wrong.wat"
    wrong.write_text("(module (func (result i32)))")
    assert main(["check", str(wrong), "--board", "pico"]) == 1


def test_check_as_json(capsys, small_board):
    greeter = str(source("greeter"))
    assert main(["check", greeter, "--board", small_board, "--json"]) == 3
    said = json.loads(capsys.readouterr().out)
    budget = said["budget"]
    assert said["ok"] and not budget["fits"] and budget["heap"]["over"] > 0
    assert budget["heap"]["needed"] == sum(row["heap"] for row in budget["rows"])
    assert budget["flash"]["needed"] == sum(row["flash"] for row in budget["rows"])
    assert budget["reasons"] and {"option", "saves", "enough", "what"} <= set(budget["advice"][0])


def test_options_of_check_reach_the_budget(capsys):
    pipes = str(source("pipeline"))
    needed = []
    for more in ([], ["--load", "tasks=2", "--load", "threads=2"], ["--engine", "portable"]):
        main(["check", pipes, "--board", "pico", "--json", *more])
        needed.append(json.loads(capsys.readouterr().out)["budget"]["heap"]["needed"])
    assert needed[1] < needed[0] - 6_000 and needed[2] != needed[0]
    assert main(["check", pipes, "--board", "pico", "--load", "speed=9"]) == 2


def test_defaults_of_the_board_are_taken(capsys):
    factorial = str(source("fac"))
    main(["check", factorial, "--board", "pico", "--json"])
    limits = json.loads(capsys.readouterr().out)["limits"]
    assert [limit["value"] for limit in limits if limit["name"] == "stack"] == [4096]


def test_and_for_components_that_recurse(capsys, tmp_path):
    path = tmp_path / "recurses.wat"
    path.write_text(
        """(component
        (core module $M (func $f (export "f") (param i32) (result i32)
          (if (result i32) (local.get 0)
            (then (call $f (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 0)))))
        (core instance $m (instantiate $M))
        (func (export "f") (param "n" u32) (result u32) (canon lift (core func $m "f"))))"""
    )
    main(["check", str(path), "--board", "pico", "--json"])
    limits = json.loads(capsys.readouterr().out)["limits"]
    assert [limit["value"] for limit in limits if limit["name"] == "stack"] == [4096]


def test_an_image_that_was_built_is_checked_as_it_is(tmp_path, capsys):
    image = tmp_path / "fac.wrt"
    assert main(["build", str(source("fac")), "-o", str(image)]) == 0
    assert main(["check", str(image), "--board", "pico", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["image_bytes"] == Path(image).stat().st_size


def test_the_pages_have_every_board_and_example():
    docs = Path(__file__).parents[2] / "docs"
    page, budget = (docs.joinpath(name).read_text() for name in ("boards.md", "budget.md"))
    assert all(f"`{name}`" in page for name in board_files())
    assert all(f"[{name}]" in page for name in examples())
    assert all(f"<!-- {name} -->\n\n| " in budget for name in TABLES)


def test_tables_of_the_pages_are_made_of_budgets():
    rows = [line.split(" | ") for line in TABLES["hello"]().splitlines()[2:]]
    assert [row[0].strip("| ") for row in rows] == ["interp", "interp", "portable", "portable"]
    in_files, in_rom = (int(row[2].replace(",", "")) for row in rows[:2])
    assert 12_000 < in_rom < in_files < 98_304
