"""The README's program does what the README says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from wrt_preflight import cli

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


@pytest.mark.micropython
def test_the_eight_lines(micropython, tmp_path, monkeypatch):
    text = README.read_text(encoding="utf-8")
    command = re.search(r"`wrt-micro (build [^`]*)`", text)[1]
    program = re.search(r"(?:^    .*\n|^\n)*?^    app = (?:.*\n)(?:^    .*\n|^\n)*", text, re.M)[0]
    lines = [line.removeprefix("    ") for line in program.splitlines()]
    assert sum(bool(line) for line in lines) == 8
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    assert cli.main(command.split()) == 0
    script = tmp_path / "script.py"
    script.write_text("\n".join(lines))
    done = micropython.run(script, capture=True)
    printed = done.stdout.split("\n")
    assert (done.returncode, printed[:2]) == (0, ["2432902008176640000", "120"])
    assert "'capacity': 16384" in printed[2]
