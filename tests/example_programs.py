"""The example programs: where each is, and what its README says that it prints."""

from __future__ import annotations

from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = sorted(
    path.parent.name
    for path in EXAMPLES.glob("*/host.py")
    if "\nprints" in path.with_name("README.md").read_text()
)
LAUNCHER = Path(__file__).parent / "examples" / "run_example.py"


def expected(name: str) -> str:
    """The indented block of a README behind the line that says what is printed."""
    lines = (EXAMPLES / name / "README.md").read_text().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("prints"))
    block = [line[4:] for line in lines[start + 1 :] if line.startswith("    ")]
    return "\n".join(block) + "\n"


def source(name: str) -> Path:
    (found,) = [p for p in (EXAMPLES / name).iterdir() if p.suffix in (".wat", ".wasm")]
    return found
