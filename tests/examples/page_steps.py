"""What a page of docs shows behind >>>, run as it stands and compared."""

from __future__ import annotations

import ast
import doctest
import json
import re
import subprocess
import sys
from pathlib import Path

from wrt_preflight import pipeline
from wrt_preflight.lower import LowerOptions

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RUNNER = HERE / "run_page.py"


class Page:
    """A page of docs, and its steps."""

    def __init__(self, name: str):
        self.text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        self.steps = doctest.DocTestParser().get_examples(self.text)

    def prepare(self, folder: Path) -> Path:
        """Put the images that the page loads into a folder, and what it runs."""
        sources = "".join(step.source for step in self.steps)
        for name in set(re.findall(r'load\(\s*"(\w+)\.wrt"', sources)):
            (path,) = (ROOT / "examples").glob(f"*/{name}.wat")
            built = pipeline.build(pipeline.read_input(str(path)), LowerOptions())
            (folder / f"{name}.wrt").write_bytes(built.image.data)
        (folder / "steps.json").write_text(json.dumps([step.source for step in self.steps]))
        return folder

    def on_micropython(self, micropython, engine: str) -> None:
        """Run the steps in the current folder, which prepare() has made."""
        arguments = [engine, "steps.json"]
        done = micropython.run(RUNNER, arguments, timeout=60, capture=True)
        assert not done.returncode, done.stderr
        self._check(done.stdout)

    def on_cpython(self, folder: Path) -> None:
        command = [sys.executable, str(RUNNER), "portable", "steps.json"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert not done.returncode, done.stderr
        self._check(done.stdout)

    def _check(self, output: str) -> None:
        outcomes = json.loads(output)
        assert len(outcomes) == len(self.steps) > 20
        for step, found in zip(self.steps, outcomes, strict=True):
            wanted = step.want.rstrip("\n")
            assert _equal(found, wanted), f"line {step.lineno + 1}: {step.source}{found}"


def _equal(found: str, wanted: str) -> bool:
    """The same text, or equal literals: the order in a dict or set is nobody's."""
    if found == wanted:
        return True
    try:
        return ast.literal_eval(found) == ast.literal_eval(wanted)
    except (SyntaxError, ValueError):
        return False
