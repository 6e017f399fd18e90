"""Which instruction sequences the benchmarks execute, and how often: evidence for fusion.

Counts are exact: a counter is added to the text of each basic block, the program runs once under
wasmtime, and every sequence inside a block gets the block's count. Two views are printed:

* plain:  the WebAssembly instructions as they stand, 2 to 4 in a row;
* folded: the register instructions that are left once operands are folded, 1 to 3 in a row.
  Operands are L (a local), C (a constant) or T (the result of an instruction before); `=L` means
  that the result goes straight into a local, `=T` that a later instruction uses it.

Every benchmark weighs the same: its counts are scaled to 100 before they are added up.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import wasmtime

from bench.suite import BENCHMARKS, Benchmark, wasm_tools

TERMINATORS = {"br", "br_if", "br_table", "return", "unreachable", "if", "else", "end", "loop"}
BINARY = re.compile(
    r"\.(add|sub|mul|div|rem|and|or|xor|shl|shr|rotl|rotr|eq|ne|lt|le|gt|ge|min|max|copysign)(_[su])?$"
)
RESULTLESS = {"drop", "br_if", "br_table", "return", "global.set", "memory.copy", "memory.fill"}


class Block:
    """A basic block: its instructions as `(name, operand text)` and the number of its counter."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.instructions: list[tuple[str, str]] = []


def instrument(text: str) -> tuple[str, list[Block]]:
    """Module text as wasm-tools prints it, an instruction a line -> (with counters, blocks)."""
    out: list[str] = []
    blocks: list[Block] = []
    in_function = False

    def begin() -> None:
        blocks.append(Block(len(blocks)))
        counter = f"$count{len(blocks) - 1}"
        out.append(f"global.get {counter} i64.const 1 i64.add global.set {counter}")

    for line in text.splitlines():
        words = line.split(";;")[0].split()
        if line.startswith("  (func "):
            in_function, started = True, False
            out.append(line)
        elif in_function and line == "  )":
            in_function = False
            out.append(line)
        elif in_function and not line.lstrip().startswith("("):
            name, operands = words[0], re.sub(r"\(;.*?;\)", "", " ".join(words[1:])).strip()
            if not started and name not in ("block", "end"):
                if name != "loop":
                    begin()
                    started = True
            out.append(line)
            if name in TERMINATORS:
                if started:
                    blocks[-1].instructions.append((name, operands))
                started = name not in ("br", "br_table", "return", "unreachable")
                if started:
                    begin()
            elif name != "block":
                blocks[-1].instructions.append((name, operands))
        else:
            out.append(line)
    globals_ = [
        f'  (global $count{b.number} (export "count{b.number}") (mut i64) (i64.const 0))'
        for b in blocks
    ]
    end = max(i for i, line in enumerate(out) if line == ")")
    return "\n".join(out[:end] + globals_ + [")"]), blocks


def measure(program: bytes, n: int) -> list[tuple[list[tuple[str, str]], int]]:
    """(instructions, executions) of each basic block that ran in `run(n)`."""
    text, blocks = instrument(wasm_tools("print", program).decode())
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    instance = wasmtime.Instance(store, wasmtime.Module(engine, text), [])
    exports = instance.exports(store)
    exports["run"](store, n)
    counts = ((b.instructions, exports[f"count{b.number}"].value(store)) for b in blocks)
    return [(instructions, count) for instructions, count in counts if count]


@cache
def executed(program: bytes, n: int) -> int:
    """Number of WebAssembly instructions that `run(n)` executes; block, loop and end are none."""
    return sum(
        count * sum(name not in ("end", "loop") for name, _ in instructions)
        for instructions, count in measure(program, n)
    )


def operands_of(name: str) -> int:
    if BINARY.search(name) or ".store" in name:
        return 2
    if name in ("select", "memory.copy", "memory.fill"):
        return 3
    if name in ("br", "loop", "end", "else", "unreachable", "nop", "global.get", "call", "return"):
        return 0
    return 1


def fold(instructions: list[tuple[str, str]]) -> Iterator[str]:
    """Instructions of one block -> the register instructions they become."""
    stack: list[str] = []
    pending: str | None = None

    def settle(destination: str) -> Iterator[str]:
        nonlocal pending
        if pending is not None:
            yield f"{pending} ={destination}"
            pending = None

    for name, _ in instructions:
        if name == "local.get":
            stack.append("L")
        elif name.endswith(".const"):
            stack.append("C")
        elif name in ("local.set", "local.tee"):
            value = stack.pop() if stack else "T"
            if value == "T" and pending is not None:
                yield from settle("L")
            else:
                yield f"copy {value} =L"
            if name == "local.tee":
                stack.append("L")
        elif name in ("loop", "end"):
            yield from settle("T")
        else:
            count = operands_of(name)
            values = [stack.pop() if stack else "T" for _ in range(count)][::-1]
            compare = (
                pending if name in ("br_if", "if", "select") and values[-1:] == ["T"] else None
            )
            fusible = compare and re.search(r"\.(eqz|eq|ne|[lg][te](_[su])?)( |$)", compare)
            if fusible and name != "select":
                pending = None
                yield f"{name}+{compare}"
                continue
            yield from settle("T")
            text = " ".join([name, *values])
            if name in RESULTLESS or ".store" in name or name in TERMINATORS:
                yield text
            else:
                pending = text
                stack.append("T")
    yield from settle("T")


def sequences(items: list[str], shortest: int, longest: int) -> Iterator[str]:
    for length in range(shortest, longest + 1):
        for i in range(len(items) - length + 1):
            yield " ; ".join(items[i : i + length])


def profile(benchmark: Benchmark) -> tuple[Counter[str], Counter[str], int, int]:
    """Executions of plain and folded sequences, of wasm instructions, of folded instructions."""
    plain: Counter[str] = Counter()
    folded: Counter[str] = Counter()
    steps = 0
    for instructions, count in measure(benchmark.wasm(), benchmark.n):
        names = [n for n, _ in instructions if n not in ("end", "loop")]
        for sequence in sequences(names, 2, 4):
            plain[sequence] += count
        registers = list(fold(instructions))
        steps += count * len(registers)
        for sequence in sequences(registers, 1, 3):
            folded[sequence] += count
    return plain, folded, executed(benchmark.wasm(), benchmark.n), steps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="benchmarks (default: all)")
    parser.add_argument("--top", type=int, default=40, help="lines a table (default 40)")
    options = parser.parse_args()
    total_plain: Counter[str] = Counter()
    total_folded: Counter[str] = Counter()
    chosen = [b for b in BENCHMARKS if not options.names or b.name in options.names]
    if not chosen:
        parser.error(f"no such benchmark: {' '.join(options.names)}")
    for benchmark in chosen:
        plain, folded, instructions, steps = profile(benchmark)
        print(f"{benchmark.name}: {instructions} wasm instructions, {steps} after folding")
        for total, part, whole in (
            (total_plain, plain, instructions),
            (total_folded, folded, steps),
        ):
            for sequence, count in part.items():
                total[sequence] += 100 * count / whole
    for title, total in (("plain", total_plain), ("folded", total_folded)):
        print(f"\n{title}: percent of the instructions executed, mean over the benchmarks")
        for sequence, share in total.most_common(options.top):
            print(f"{share / len(chosen):7.2f}  {sequence}")


if __name__ == "__main__":
    main()
