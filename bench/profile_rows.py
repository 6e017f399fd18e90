"""Which register instructions the benchmarks execute: evidence for the op table's weights.

Runs each program on the portable engine under CPython, with a small n, and watches which handler
of the loop is entered. Prints the share of every instruction, and the most frequent sequences
without a jump in between. Every benchmark weighs the same.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from collections import Counter, deque
from pathlib import Path
from types import FrameType
from typing import Any

import wrt_micro
from bench.peers.wrt_micro import image
from bench.suite import BENCHMARKS, Benchmark, coremark

JUMPS = re.compile(r"(br|call|return_call|ret|throw|if|unreachable)\b|br_")


def handlers(path: Path) -> dict[int, str]:
    """Line of a handler's first statement -> its instruction, from the `# name` comments."""
    lines = path.read_text().splitlines()
    found = {}
    for number, line in enumerate(lines, 1):
        if match := re.fullmatch(r"\s+# ([a-z]\S*)", line):
            found[number + 1] = match[1]
    return found


def sequences(benchmark: Benchmark, longest: int) -> Counter[tuple[str, ...]]:
    """Executions of every sequence of 1 to `longest` instructions in `run(small_n)`."""
    loop = importlib.import_module("wrt_micro.engine.portable.loop")
    entry = handlers(Path(loop.__file__))
    code = loop.run.__code__
    counts: Counter[tuple[str, ...]] = Counter()
    recent: deque[str] = deque(maxlen=longest)

    def line(frame: FrameType, event: str, _: Any) -> Any:
        name = entry.get(frame.f_lineno) if event == "line" else None
        if name:
            recent.append(name)
            latest = tuple(recent)
            for start in range(len(latest)):
                counts[latest[start:]] += 1
            if JUMPS.match(name):
                recent.clear()
        return line

    app = wrt_micro.load(image(benchmark.path), engine="portable")
    sys.settrace(lambda frame, *_: line if frame.f_code is code else None)
    try:
        app["run"](benchmark.small_n)
    finally:
        sys.settrace(None)
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="benchmarks (default: all)")
    parser.add_argument("--coremark", type=Path, help="a module as for `python -m bench`")
    parser.add_argument("--top", type=int, default=60, help="lines a table (default 60)")
    options = parser.parse_args()
    try:
        table = BENCHMARKS + ([coremark(options.coremark)] if options.coremark else [])
    except ValueError as error:
        parser.error(str(error))
    chosen = [b for b in table if not options.names or b.name in options.names]
    if not chosen:
        parser.error(f"no such benchmark: {' '.join(options.names)}")
    shares: Counter[tuple[str, ...]] = Counter()
    for benchmark in chosen:
        counts = sequences(benchmark, 3)
        steps = sum(count for sequence, count in counts.items() if len(sequence) == 1)
        for sequence, count in counts.items():
            shares[sequence] += 100 * count / steps / len(chosen)
    for length in (1, 2, 3):
        print(f"{length} in a row: percent of the instructions executed")
        some = Counter({s: share for s, share in shares.items() if len(s) == length})
        for sequence, share in some.most_common(options.top):
            print(f"{share:7.2f}  {' ; '.join(sequence)}")


if __name__ == "__main__":
    main()
