"""Components as text, for tests."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path


@functools.cache
def component(text: str) -> bytes:
    """The binary of a component (or module) in WAT, not validated."""
    tool = Path(sys.executable).parent / "wasm-tools"
    done = subprocess.run(
        [str(tool), "parse", "-"],
        input=text.encode(),
        capture_output=True,
        env=os.environ | {"RUST_BACKTRACE": "0"},
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
