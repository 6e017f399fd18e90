"""docs/instructions.md is what the tables say."""

from pathlib import Path

from wrt_preflight.ops import docs
from wrt_preflight.ops.instructions import INSTRUCTIONS
from wrt_preflight.ops.machine import TABLE

PAGE = Path(__file__).parents[2] / "docs" / "instructions.md"


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == docs.page(), "run make generate"


def test_every_instruction_is_in_it():
    page = docs.page()
    for name in [row.name for row in TABLE] + [i.name for i in INSTRUCTIONS]:
        assert f"| `{name}` |" in page
