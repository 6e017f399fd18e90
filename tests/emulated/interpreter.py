"""Stands in for the command `micropython`: runs a script in CPython, and the guest code of the
engine "interp" as machine code of another processor.

    python tests/emulated/interpreter.py ARCHITECTURE SCRIPT [ARGUMENT...]
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from unittest.mock import patch

TESTS = Path(__file__).resolve().parents[1]


def main(architecture: str, script: str, *arguments: str) -> None:
    sys.path[:0] = [str(TESTS), str(Path(script).parent)]
    from emulated.engine import EmulatedInterp, Processor

    processor = Processor(architecture)

    def open_engine(name: str | None, features: int) -> EmulatedInterp:
        return EmulatedInterp(processor, features)

    sys.argv = [script, *arguments]
    with patch("wrt_micro.store.open_engine", open_engine):
        runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
