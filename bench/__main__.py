"""`python -m bench`: measure, print the table, write the JSON, Markdown and plot.

`python -m bench calls` is a benchmark of another kind: calls.py.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from rich.console import Console

from bench import calls, pages, report, tasks
from bench.peers import PEERS
from bench.peers.base import Unavailable
from bench.protocol import measure
from bench.suite import BENCHMARKS, HERE, coremark

PEER_NAMES = [peer.name for peer in PEERS]


@click.command(help="Speed against other runtimes, as ratios from one interleaved run.")
@click.argument("names", nargs=-1, metavar="[BENCHMARK]...")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
@click.option("--peer", "chosen", multiple=True, type=click.Choice(PEER_NAMES), help="Repeatable.")
@click.option("--reference", default="wasm3", show_default=True, type=click.Choice(PEER_NAMES))
@click.option(
    "--coremark",
    "coremark_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A module that you built, with an export run(iterations: i32) -> i32.",
)
@click.option("--out", default=HERE.parent / "build" / "bench", type=click.Path(path_type=Path))
@click.option("--docs", is_flag=True, help="Also write docs/benchmarks.md and its plot.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON in place of the table.")
def main(names, chosen, rounds, reference, coremark_file, out, docs, as_json) -> None:
    console = Console(stderr=True)
    try:
        table = BENCHMARKS + ([coremark(coremark_file)] if coremark_file else [])
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--coremark") from None
    if unknown := set(names) - {b.name for b in table}:
        known = ", ".join(b.name for b in table)
        raise click.UsageError(f"no benchmark {', '.join(sorted(unknown))}; there are {known}")
    benchmarks = [b for b in table if not names or b.name in names]
    peers = [p for p in PEERS if not chosen or p.name in chosen or p.name == reference]
    try:
        if console.is_terminal:
            with console.status("") as status:
                results = measure(peers, benchmarks, reference, rounds, status.update)
        else:
            results = measure(peers, benchmarks, reference, rounds, lambda text: None)
    except Unavailable as error:
        raise click.ClickException(f"{reference}, which all ratios refer to: {error}") from None

    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report.document(results), indent=2) + "\n"
    (out / "results.json").write_text(text)
    (out / "results.md").write_text(report.markdown(results))
    report.plot(results, out / "benchmarks.svg")
    if docs:
        pages.write("benchmarks.md", "results", report.markdown(results))
        (pages.DOCS / "benchmarks.svg").write_bytes((out / "benchmarks.svg").read_bytes())
    if as_json:
        print(text, end="")
    else:
        output = Console()
        output.width = max(output.width, 100)  # a narrow table breaks its names
        output.print(report.terminal(results))
    if results.wrong:
        sys.exit("wrong results:\n" + "\n".join(results.wrong))


if __name__ == "__main__":
    if sys.argv[1:2] == ["calls"]:
        calls.main(sys.argv[2:])
    if sys.argv[1:2] == ["tasks"]:
        tasks.main(sys.argv[2:])
    main()
