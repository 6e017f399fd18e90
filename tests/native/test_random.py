"""Random modules as machine code of boards, on emulated processors, and under wasmtime.

WRT_DIFFERENTIAL=N compares N modules of each kind on each board.
"""

from __future__ import annotations

import os

import pytest

from differential.compare import compare
from native.engine import interpreter
from wrt_preflight.native.target import TARGETS

BOARDS = [name for name in TARGETS if name != "x64"]
FEW = 3
MODULES = int(os.environ.get("WRT_DIFFERENTIAL", "0"))


@pytest.mark.parametrize("kind", ["smith", "program"])
@pytest.mark.parametrize("board", BOARDS)
def test_boards_are_as_wasmtime(tmp_path, board, kind):
    first = 0 if MODULES else FEW * BOARDS.index(board)
    seeds = range(first, first + (MODULES or FEW))
    found = compare(seeds, kind, interpreter(board), "native", tmp_path)
    assert not found.differences, "\n".join(found.differences)
    assert found.modules >= 0.9 * len(seeds)
    assert found.calls > 8 * found.modules
