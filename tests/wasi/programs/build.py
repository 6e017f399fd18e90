"""Makes streams.wasm of streams.c and streams.wit: python tests/wasi/programs/build.py

It needs clang and lld; the test that uses it is skipped without them.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
EXAMPLES = FOLDER.parents[2] / "examples"


def build(output: Path) -> bool:
    """Compile and wrap, as the examples are. Returns False without the compiler."""
    spec = importlib.util.spec_from_file_location("examples_build", EXAMPLES / "build.py")
    recipes = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = recipes  # for its dataclass
    spec.loader.exec_module(recipes)
    with tempfile.TemporaryDirectory() as folder:
        core = Path(folder, "core.wasm")
        command = recipes.c_alone(FOLDER / "streams.c", core)
        if not command:
            return False
        subprocess.run([*command, "-fno-builtin"], check=True)
        recipes.wrap(FOLDER / "streams.wit", core, output)
    return True


if __name__ == "__main__":
    sys.exit(0 if build(FOLDER / "streams.wasm") else "no clang or wasm-ld here")
