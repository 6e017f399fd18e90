"""`run --board`: the heap has room for as much as the board's, so what fits there runs here."""

import pytest

from example_programs import source
from wrt_preflight.boards import board_files
from wrt_preflight.cli import main

pytestmark = pytest.mark.micropython


def small(tmp_path, free):
    path = tmp_path / "small.toml"
    text = board_files()["pico"].read_text()
    text = text.replace("heap = 233_024", f"heap = {free + 7168}").replace("225_856", str(free))
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("engine", ["interp", "portable"])
@pytest.mark.parametrize(
    ("name", "call", "result"), [("fac", "fac(5)", "120"), ("strings", 'rot13("Uryyb")', "Hello")]
)
def test_what_fits_runs_and_what_does_not_is_refused(
    runs, tmp_path, capfd, name, call, result, engine
):
    runs(engine)
    program = str(source(name))
    arguments = ["--engine", engine, "--board"]
    for free, fits in ((100_000, True), (16_000, False)):
        board = small(tmp_path, free)
        assert (main(["check", program, *arguments, board]) == 0) == fits
        capfd.readouterr()
        status = main(["run", program, "--invoke", call, *arguments, board])
        said = capfd.readouterr()
        assert (status == 0) == fits, said.err
        assert "as much room as on Raspberry Pi Pico" in said.err
        assert (result in said.out) == fits


def test_a_name_that_is_no_board(capsys):
    assert main(["run", str(source("fac")), "--invoke", "fac(1)", "--board", "picp"]) == 2
    assert "did you mean pico" in capsys.readouterr().err
