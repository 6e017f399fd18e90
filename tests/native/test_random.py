"""Random modules as machine code of boards, on emulated processors, and under wasmtime.

With WRT_DIFFERENTIAL=N a tenth of N of each kind on each board, in place of a few.
"""

from __future__ import annotations

import os

import pytest

from differential.compare import compare
from native.engine import interpreter
from wrt_preflight.native.target import TARGETS

BOARDS = [name for name in TARGETS if name != "x64"]
FEW = 3
CHUNK = 20
MORE = int(os.environ.get("WRT_DIFFERENTIAL", "0")) // 10


def seeds_for(board: str) -> list[range]:
    """Seeds, a few at a time; others on each board where they are few."""
    if not MORE:
        first = FEW * BOARDS.index(board)
        return [range(first, first + FEW)]
    return [range(first, min(first + CHUNK, MORE)) for first in range(0, MORE, CHUNK)]


CASES = [
    pytest.param(board, seeds, id=f"{board}-from{seeds.start}")
    for board in BOARDS
    for seeds in seeds_for(board)
]


@pytest.mark.parametrize("kind", ["smith", "program"])
@pytest.mark.parametrize("board, seeds", CASES)
def test_boards_are_as_wasmtime(tmp_path, board, seeds, kind):
    found = compare(seeds, kind, interpreter(board), "native", tmp_path)
    assert not found.differences, "\n".join(found.differences)
    assert found.modules >= 0.9 * len(seeds)
    assert found.calls > 8 * found.modules
