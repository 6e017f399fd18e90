"""Results as a table for a terminal, as JSON, as Markdown, and as a plot."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from bench.protocol import GROUPS, Mean, Ratio, Results

MEANS = {group: f"geometric mean, {group}" for group in GROUPS}
COLOURS = {
    "wrt-micro": "#d9480f",
    "wrt-micro portable": "#f4a582",
    "wasmtime": "#4d9221",
    "pywasm": "#998ec3",
    "viper": "#2b8cbe",
    "MicroPython": "#636363",
}


def machine() -> str:
    """Processor, cores, system and Python, in one line."""
    processor = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                processor = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return (
        f"{processor}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}"
    )


def number(value: float) -> str:
    """Three significant digits, no exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def cell(entry: Ratio | str) -> str:
    if isinstance(entry, str):
        return "-"
    mark = "*" if entry.scaled else ""
    if entry.low == entry.high:
        return number(entry.median) + mark
    spread = max(entry.high / entry.median, entry.median / entry.low) - 1
    return f"{number(entry.median)}{mark} ±{100 * spread:.0f}%"


def mean_cell(mean: Mean | None) -> str:
    if mean is None:
        return "-"
    part = "" if mean.count == mean.total else f" ({mean.count} of {mean.total})"
    return number(mean.ratio) + part


def rows(results: Results) -> list[list[str]]:
    """Header, a row for each benchmark, then the geometric means."""
    peers = list(results.ratios)
    table = [["", *peers]]
    for benchmark in results.benchmarks:
        name = benchmark.name
        table.append([name, *(cell(results.ratios[peer][name]) for peer in peers)])
    for group in GROUPS:
        if any(results.mean(peer, group) for peer in peers):
            means = (mean_cell(results.mean(peer, group)) for peer in peers)
            table.append([MEANS[group], *means])
    return table


def notes(results: Results) -> list[str]:
    """What the numbers are, then why each missing number is missing."""
    lines = [
        f"Time as a multiple of {results.reference}'s (1.00): the median of {results.rounds} "
        "interleaved rounds, ± the farthest of them. Less is faster.",
    ]
    if any(
        isinstance(r, Ratio) and r.scaled for row in results.ratios.values() for r in row.values()
    ):
        lines.append("* measured on less work, scaled by WebAssembly instructions executed.")
    for peer, reason in results.absent.items():
        lines.append(f"{peer} did not run: {reason}.")
    reasons: dict[str, list[str]] = {}
    for peer, entries in results.ratios.items():
        for benchmark, entry in entries.items():
            if isinstance(entry, str):
                reasons.setdefault(f"{peer}: {entry}", []).append(benchmark)
    lines += [f"- {reason} ({', '.join(names)})." for reason, names in reasons.items()]
    return lines


def terminal(results: Results) -> Table:
    head, *body = rows(results)
    table = Table(caption="\n".join(notes(results)), caption_justify="left")
    for index, name in enumerate(head):
        table.add_column(name, justify="right" if index else "left", overflow="fold")
    for row in body:
        if row[0] == MEANS[GROUPS[0]]:
            table.add_section()
        table.add_row(*row)
    return table


def document(results: Results) -> dict[str, Any]:
    """What --json prints."""
    return {
        "machine": machine(),
        "versions": results.versions,
        "reference": results.reference,
        "rounds": results.rounds,
        "absent": results.absent,
        "wrong": results.wrong,
        "benchmarks": {
            b.name: {
                "what": b.what,
                "kind": b.kind,
                "n": b.n,
                "wasm_instructions": results.instructions[b.name],
            }
            for b in results.benchmarks
        },
        "ratios": {
            peer: {
                name: {"reason": entry} if isinstance(entry, str) else asdict(entry)
                for name, entry in entries.items()
            }
            for peer, entries in results.ratios.items()
        },
        "geometric_means": {
            peer: {group: asdict(mean) for group in GROUPS if (mean := results.mean(peer, group))}
            for peer in results.ratios
        },
    }


def markdown(results: Results) -> str:
    head, *body = rows(results)
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in body]
    lines += [
        "",
        *(line.replace("*", "\\*", 1) if line[0] == "*" else line for line in notes(results)),
    ]
    lines += [
        "",
        f"Machine: {machine()}. " + ", ".join(dict.fromkeys(results.versions.values())) + ".",
    ]
    return "\n".join(lines) + "\n"


def plot(results: Results, path: Path) -> None:
    """Bars from the reference (1) to each peer's ratio, on a logarithmic scale."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "wrt-micro"
    from matplotlib import pyplot

    peers = [peer for peer in results.ratios if peer != results.reference]
    groups = [(MEANS[g], {p: results.mean(p, g) for p in peers}) for g in reversed(GROUPS)]
    groups += [(b.name, {p: results.ratios[p][b.name] for p in peers}) for b in results.benchmarks]
    height = 0.86 / len(peers)
    figure, axes = pyplot.subplots(figsize=(10, 0.13 * len(peers) * len(groups) + 1.6))
    for index, peer in enumerate(peers):
        places, values = [], []
        for row, (_, entries) in enumerate(groups):
            entry = entries[peer]
            partial = isinstance(entry, Mean) and entry.count < entry.total
            if entry is None or isinstance(entry, str) or partial:
                continue
            place = row - 0.43 + (index + 0.5) * height
            value = entry.median if isinstance(entry, Ratio) else entry.ratio
            places.append(place)
            values.append(value)
            if isinstance(entry, Ratio):
                axes.plot([entry.low, entry.high], [place, place], color="black", linewidth=0.7)
            axes.annotate(
                number(value),
                (value, place),
                xytext=(4 if value >= 1 else -4, 0),
                textcoords="offset points",
                ha="left" if value >= 1 else "right",
                va="center",
                fontsize=6.5,
            )
        widths = [value - 1 for value in values]
        colour = COLOURS.get(peer)
        axes.barh(places, widths, height * 0.92, left=1, color=colour, label=peer)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    axes.axvline(1, color="black", linewidth=1)
    low, high = axes.get_xlim()
    axes.set_xlim(low / 1.6, high * 1.6)
    axes.set_yticks(range(len(groups)), [name for name, _ in groups], fontsize=9)
    axes.set_ylim(len(groups) - 0.4, -0.6)
    for row in range(len(groups) - 1):
        axes.axhline(row + 0.5, color="#dddddd", linewidth=0.6)
    axes.set_xlabel(f"time relative to {results.reference} (logarithmic; left is faster)")
    axes.grid(axis="x", color="#eeeeee")
    axes.set_axisbelow(True)
    axes.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.07), ncol=len(peers), frameon=False, fontsize=8
    )
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, bbox_inches="tight", dpi=150, metadata={"Date": None})
    pyplot.close(figure)
