"""What docs/deploy.md shows is what happens: its transcript, run with a board."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.programs import FAC, GREETER

PAGE = Path(__file__).parents[2] / "docs" / "deploy.md"
BLOCK = re.compile(r"<!-- transcript -->\n(.*?)<!-- end -->", re.DOTALL)

# What differs from one build of MicroPython, of the runtime or of a program to the next.
MASKS = [
    (re.compile(r"linux \[[^]]*\] version"), "linux"),
    (re.compile(r"MicroPython [\d.]+"), "MicroPython X"),
    (re.compile(r"\b[0-9a-f]{12}\b"), "VERSION"),
    (re.compile(r"\d[\d,]*(?= (bytes|files|sent))"), "N"),
    (re.compile(r"flash +[\d,]+ +[\d,]+"), "flash N N"),
    (re.compile(r" +$", re.MULTILINE), ""),
    (re.compile(r" {2,}(?=\S)"), " "),
]


def masked(text: str) -> str:
    for pattern, mask in MASKS:
        text = pattern.sub(mask, text)
    return text


def run(command: str, folder: Path, port: str) -> str:
    tools = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", f"{command} --port {port}"],
        cwd=folder,
        env=os.environ | {"PATH": tools, "NO_COLOR": "1", "TERM": "dumb"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    lines = [f"$ {command}", *done.stdout.splitlines()]
    lines += [f"! {line}" for line in done.stderr.splitlines()]
    if done.returncode:
        lines.append(f"[exit {done.returncode}]")
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.micropython
def test_the_transcript(board, micropython, tmp_path):
    if micropython.arch != "x64":
        pytest.skip(f"the page shows MicroPython for x64, this is {micropython}")
    for program in (GREETER, FAC):
        shutil.copy(program, tmp_path)
    block = BLOCK.search(PAGE.read_text(encoding="utf-8"))[1]
    shown = "".join(f"{line[4:]}\n" for line in block.splitlines())
    commands = [line[2:] for line in shown.splitlines() if line.startswith("$ ")]
    found = "\n".join(run(command, tmp_path, board.port) for command in commands)
    assert masked(found) == masked(shown)
