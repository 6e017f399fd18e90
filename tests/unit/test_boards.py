"""Boards: the files that come with wrt-micro, a user's own, and what is said of wrong ones."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from wrt_preflight.boards import board_files, boards, find_board, read_board
from wrt_preflight.cli import main
from wrt_preflight.errors import UsageError
from wrt_preflight.lower import LowerOptions

WANTED = (
    "pico pico-w pico2 pico2-riscv esp32 esp32-s3 esp32-c3 esp32-c6 pyboard nucleo-f411re "
    "nucleo-l476rg nrf52840-dk itsybitsy-m4 teensy41 unix"
).split()


def test_all_boards_are_there_and_right():
    assert sorted(board.id for board in boards()) == sorted(WANTED)


@pytest.mark.parametrize("name", WANTED)
def test_sizes_fit_one_another(name):
    board = find_board(name)
    assert board.files + board.romfs <= board.flash or name in ("itsybitsy-m4", "teensy41")
    assert 32 * 1024 < board.largest_block <= board.free < board.heap
    # An object of the collector starts at a block of four words.
    assert board.heap % (4 * board.word) == 0
    assert all(text.strip() for text in board.source.values())


@pytest.mark.parametrize(
    ("native", "names"),
    [
        ("armv6m", "pico pico-w"),
        ("armv7emsp", "pico2 pyboard nucleo-f411re nucleo-l476rg nrf52840-dk itsybitsy-m4"),
        ("armv7emdp", "teensy41"),
        ("rv32imc", "pico2-riscv esp32-c3 esp32-c6"),
        ("x64", "unix"),
        (None, "esp32 esp32-s3"),
    ],
)
def test_machine_code_is_for_what_the_firmware_says_it_loads(native, names):
    assert {find_board(name).native for name in names.split()} == {native}


@pytest.mark.parametrize(
    ("arch", "code"), [("armv7em", "armv7m"), ("armv7m", "armv7m"), ("xtensawin", None)]
)
def test_a_board_that_names_no_architecture_for_machine_code_gets_what_it_runs(
    tmp_path, arch, code
):
    mine = tmp_path / "mine.toml"
    text = board_files()["pico"].read_text()
    mine.write_text(text.replace('arch = "armv6m"', f'arch = "{arch}"', 1))
    assert read_board(mine).native == code


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--board esp32", "no machine code for ESP32, whose processor is xtensawin: use --engine"),
        ("--board pico --arch armv7m", "--arch armv7m and --board pico contradict each other"),
        ("--board pico2-riscv --arch armv6m", "runs machine code for rv32imc"),
    ],
)
def test_machine_code_that_a_board_does_not_run_is_not_built(capsys, options, message):
    path = str(Path(__file__).parents[2] / "examples" / "fac" / "fac.wat")
    assert main(["build", path, "-o", "-", "--engine", "native", *options.split()]) == 2
    assert message in capsys.readouterr().err


def test_machine_code_is_built_for_a_board_and_says_so(capsys, tmp_path):
    pytest.importorskip("llvmlite")
    path = str(Path(__file__).parents[2] / "examples" / "fac" / "fac.wat")
    out = tmp_path / "fac.wrt"
    assert main(["build", path, "-o", str(out), "--engine", "native", "--board", "pico2"]) == 0
    assert "for armv7emsp" in capsys.readouterr().err
    assert b"Raspberry Pi Pico 2 (ARM)" in out.read_bytes()
    module = tmp_path / "fac_native.mpy"
    assert main(["check", str(out), "--board", "pico2", "--json"]) == 0
    budget = json.loads(capsys.readouterr().out)["budget"]
    code = next(row for row in budget["rows"] if row["name"] == "native.mpy")
    assert budget["engine"] == "native" and code["flash"] == module.stat().st_size
    assert code["heap"] > 200
    assert main(["check", str(out), "--board", "pico"]) == 3
    assert "it is machine code for armv7emsp, the board runs armv6m" in capsys.readouterr().out
    module.unlink()
    assert main(["check", str(out), "--board", "pico2"]) == 2
    assert "keep OUT_native.mpy" in capsys.readouterr().err


def test_a_users_own_board_works_by_its_path(tmp_path):
    mine = tmp_path / "mine.toml"
    text = board_files()["pico"].read_text().replace("heap = 233_024", "heap = 250_000")
    mine.write_text(text)
    board = find_board(str(mine))
    assert (board.id, board.heap) == ("mine", 250_000)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('arch = "armv6m"', ""), "arch: expected the key, found nothing"),
        (('arch = "armv6m"', 'arch = "z80"'), "arch: expected one of armv6, armv6m"),
        (('arch = "armv6m"', 'arch = "armv6m"\nnative = "x64"'), "native: expected one of armv6m"),
        (
            ('arch = "armv6m"', 'arch = "armv6m"\nnative = "armv6m"'),
            "source.native: expected text",
        ),
        (('arch = "armv6m"', 'arch = "xtensa"\nnative = "x64"'), "native: expected no key"),
        (("word_bits = 32", "word_bits = 16"), "word_bits: expected one of 32, 64, found 16"),
        (("heap = 233_024", 'heap = "much"'), "heap: expected a number"),
        (("heap = 233_024", "heap = true"), "heap: expected a number"),
        (("in_use = 7_168", "in_use = -1"), "in_use: expected a number"),
        (("in_use = 7_168", "in_use = 200_000"), "largest_block: expected no more than"),
        (("romfs = 0", "romfs = 0\ncolour = 1"), "colour: expected one of the keys"),
        (("stack = 4096", "stak = 4096"), "limits.stak: expected one of the keys stack"),
        (("stack = 4096", "stack = -4"), "limits.stack: expected a number"),
        (("flash = 2_097_152", "flash = ="), "is no TOML"),
        (('files = "ports', 'fls = "ports'), "source.files: expected text"),
    ],
)
def test_a_wrong_file_is_told_by_its_key(tmp_path, change, message):
    mine = tmp_path / "mine.toml"
    text = board_files()["pico"].read_text()
    assert change[0] in text
    mine.write_text(text.replace(*change, 1))
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        read_board(mine)
    assert str(mine) in str(caught.value)


def test_a_name_that_is_close_is_suggested(capsys):
    assert main(["boards", "picos"]) == 2
    assert "did you mean pico" in capsys.readouterr().err
    assert main(["boards", "no-such-thing.toml"]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert main(["boards", "wwww"]) == 2
    assert "nucleo-f411re" in capsys.readouterr().err


def test_list_and_json(capsys):
    assert main(["boards"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in WANTED)
    assert main(["boards", "--json"]) == 0
    assert {row["id"] for row in json.loads(capsys.readouterr().out)} == set(WANTED)
    assert main(["boards", "pico", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["source"]["heap"]
    assert main(["boards", "pico"]) == 0
    assert "mem_info" in capsys.readouterr().out


def test_toml_of_a_board_is_one_to_start_from(capsys, tmp_path):
    assert main(["boards", "pico2", "--toml"]) == 0
    mine = tmp_path / "mine.toml"
    mine.write_text(capsys.readouterr().out)
    assert read_board(mine).heap == find_board("pico2").heap
    assert main(["boards", "--toml"]) == 2


def test_defaults_of_a_board_give_way_to_the_user():
    pico = find_board("pico")
    assert pico.lower_options(LowerOptions()).default_stack == 4096
    assert pico.lower_options(LowerOptions(exceptions=7)).exceptions == 7
    assert pico.lower_options(LowerOptions(stack_bytes=99)).stack_bytes == 99


@pytest.mark.slow
def test_a_wheel_has_the_boards(tmp_path):
    """Installed from a wheel, away from any checkout, the same boards are found."""
    root = Path(__file__).parents[2]
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    made = subprocess.run(
        [*pip, "wheel", "--no-deps", "-w", tmp_path, root],
        capture_output=True,
        text=True,
        check=False,
    )
    if "No matching distribution" in made.stderr:
        pytest.skip("setuptools cannot be had from PyPI here")
    assert made.returncode == 0, made.stderr
    (wheel,) = tmp_path.glob("*.whl")
    target = tmp_path / "site"
    subprocess.run([*pip, "install", "--no-deps", "--target", target, wheel], check=True)
    script = "import sys; sys.path.insert(0, sys.argv[1]); from wrt_preflight import boards; "
    script += "print(boards.__file__, *boards.board_files())"
    out = subprocess.run(
        [sys.executable, "-c", script, target], cwd=tmp_path, capture_output=True, text=True
    )
    assert out.stdout.split()[1:] == sorted(WANTED, key=lambda n: f"{n}.toml"), out.stderr
    assert out.stdout.startswith(str(target))
