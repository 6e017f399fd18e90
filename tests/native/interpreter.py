"""Stands in for the command `micropython`: runs a script in CPython, and the guest code of the
engine "native" as machine code of another processor.

    python tests/native/interpreter.py ARCHITECTURE SCRIPT [ARGUMENT...]
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


def main(architecture: str, script: str, *arguments: str) -> None:
    sys.path[:0] = [str(TESTS), str(Path(script).parent)]
    from native.engine import NativeProcessor, emulation

    sys.argv = [script, *arguments]
    with emulation(NativeProcessor(architecture)):
        runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
