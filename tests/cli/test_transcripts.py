"""Transcripts of the command line: what each command prints, and how it ends.

A transcript holds commands, each a line `$ ...` for the shell, followed by what is expected:
lines of standard output as they are, lines of standard error behind `! `, and `[exit N]` where N
is not 0. They run in a folder with the files of inputs/ and examples/. With WRT_UPDATE=1 the files
are written anew from what came.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TRANSCRIPTS = sorted((HERE / "transcripts").glob("*.txt"))

# What differs from one version to the next, of the compiler or of Python.
MASKS = [
    (re.compile(r"(image: |\.wrt: )[\d,]+ bytes"), r"\1N bytes"),
    (re.compile(r"\d+ bytes of heap"), "N bytes of heap"),
    (re.compile(r"the image has \d+ bytes"), "the image has N bytes"),
    (re.compile(r"its CRC is [0-9a-f]+, expected [0-9a-f]+"), "its CRC is X, expected Y"),
    (re.compile(r"\(\d+ times\)"), "(N times)"),
    (re.compile(r"CPython [\d.]+"), "CPython X"),
    (re.compile(r'"(image|unstripped)_bytes": \d+'), r'"\1_bytes": N'),
    (re.compile(r"[\d,]+ (bytes )?before"), r"N \1before"),
]


@pytest.fixture
def folder(tmp_path):
    """A folder with all inputs, and those that cannot be kept as files."""
    for path in HERE.joinpath("inputs").iterdir():
        shutil.copy(path, tmp_path)
    shutil.copytree(HERE.parents[1] / "examples", tmp_path / "examples")
    (tmp_path / "empty.wasm").touch()
    (tmp_path / "garbage.wasm").write_bytes(b"\x7fELF\x02\x01\x01\0\0\0\0\0")
    (tmp_path / "short.wasm").write_bytes(b"\0asm\1")
    (tmp_path / "folder").mkdir()
    return tmp_path


def run(command: str, folder: Path) -> str:
    """What a command does, as a transcript has it."""
    tools = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = os.environ | {"PATH": tools, "COLUMNS": "99", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    lines += [f"! {line}".rstrip() for line in done.stderr.splitlines()]
    if done.returncode:
        lines.append(f"[exit {done.returncode}]")
    text = "".join(f"{line}\n" for line in [f"$ {command}", *lines])
    for pattern, mask in MASKS:
        text = pattern.sub(mask, text)
    return text


@pytest.mark.micropython
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(path, folder, micropython):
    if not micropython.interpreter:
        pytest.skip(
            f"transcripts are those of the interp engine, which does not run: {micropython}"
        )
    expected = path.read_text(encoding="utf-8")
    commands = [line[2:] for line in expected.splitlines() if line.startswith("$ ")]
    head = expected[: expected.index("$ ")]
    found = head + "\n".join(run(command, folder) for command in commands)
    if os.environ.get("WRT_UPDATE"):
        path.write_text(found, encoding="utf-8")
    assert found == expected
