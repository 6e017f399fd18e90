"""Bytes of machine code: `python -m bench.native_sizes` prints them, `--docs` writes them.

For each benchmark: its WebAssembly, its image for the interpreters, and its module of machine
code for each architecture, which holds the library functions that it needs.
"""

from __future__ import annotations

import sys

from bench import pages
from bench.pages import table
from bench.peers.wrt_micro import built
from bench.suite import BENCHMARKS
from wrt_preflight.native import ARCHITECTURES


def document() -> str:
    """A Markdown table."""
    rows: list[list[object]] = [["", "wasm", "image for interp", *ARCHITECTURES]]
    for benchmark in BENCHMARKS:
        modules = [len(built(benchmark.path, arch).module) for arch in ARCHITECTURES]
        image = built(benchmark.path).image.data
        rows.append([benchmark.name, len(benchmark.wasm()), len(image), *modules])
    sums = [sum(row[i] for row in rows[1:]) for i in range(1, len(rows[0]))]
    return table([*rows, ["all", *sums]])


def main() -> None:
    if sys.argv[1:] == ["--docs"]:
        pages.write("engines.md", "native-sizes", document())
    elif sys.argv[1:]:
        sys.exit("usage: python -m bench.native_sizes [--docs]")
    else:
        print(document(), end="")


if __name__ == "__main__":
    main()
