"""Stands in for the command `micropython`: runs a script in CPython, and the guest code of the
engine "interp" as machine code of another processor.

    python tests/emulated/interpreter.py ARCHITECTURE SCRIPT [ARGUMENT...]

Unaligned accesses fault on armv6m, whose model has this built in. On rv32imc, which runs the same
sources, checking every access would take forty times as long; test_rows.py does it.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


def main(architecture: str, script: str, *arguments: str) -> None:
    sys.path[:0] = [str(TESTS), str(Path(script).parent)]
    from emulated.engine import Processor, emulation

    sys.argv = [script, *arguments]
    with emulation(Processor(architecture, strict=False)):
        runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
