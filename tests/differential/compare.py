"""Modules of seeds on one of our engines and under wasmtime, and where the two differ."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from differential import oracle, programs, smith
from differential.calls import plan
from differential.smith import MEMORY_BYTES, TABLE_ELEMENTS
from wrt_preflight import image
from wrt_preflight.link import Store
from wrt_preflight.lower import LowerOptions, lower
from wrt_preflight.micropython import MicroPython
from wrt_preflight.wasm import read_module

OPTIONS = LowerOptions(
    memory_reserve=MEMORY_BYTES,
    table_reserve=TABLE_ELEMENTS,
    default_stack=1 << 20,
    exceptions=256,
    deterministic=True,
)
HEAP = 256 << 20
KINDS = {
    "smith": smith.generate,
    "program": lambda seed, folder: programs.generate(seed),
}


@dataclass
class Comparison:
    """differences: a line each. The rest counts what was compared."""

    differences: list[str] = field(default_factory=list)
    modules: int = 0
    calls: int = 0
    traps: int = 0


def compare(
    seeds: range, kind: str, interpreter: MicroPython, engine: str, folder: Path
) -> Comparison:
    """Run the modules of the seeds on both. kind: one of KINDS. folder: an empty one."""
    native = interpreter.arch if engine == "native" else None
    options = replace(OPTIONS, native=native)
    expected = {}
    with (folder / "plans").open("w", encoding="utf-8") as plans:
        for seed in seeds:
            data = KINDS[kind](seed, folder)
            if data is None:
                continue
            module = read_module(data, f"seed {seed}")
            wanted = plan(module, seed)
            store = Store()
            store.instantiate(module, "main", lambda module, field: None)
            made = image.write(lower(store, options))
            (folder / f"{seed}.wrt").write_bytes(made.data)
            if made.module:
                (folder / f"{seed}_native.mpy").write_bytes(made.module)
            plans.write(json.dumps([seed, wanted], ensure_ascii=False) + "\n")
            expected[seed] = wanted, oracle.outcome(data, wanted)
    script = Path(__file__).with_name("device.py")
    done = interpreter.run(script, [str(folder), engine], heap=HEAP, timeout=600, capture=True)
    outcomes = folder / "outcomes"
    lines = outcomes.read_text("utf-8", "replace").splitlines() if outcomes.exists() else []
    result = Comparison()
    for (seed, (wanted, theirs)), line in zip(expected.items(), lines, strict=False):
        result.modules += 1
        _compare(result, seed, wanted, json.loads(line), theirs)
    if done.returncode or len(lines) != len(expected):
        missing = list(expected)[len(lines) :]
        text = (done.stdout + done.stderr).strip().rpartition("\n")[2]
        result.differences.append(f"ended with status {done.returncode} at {missing[:1]}: {text}")
    return result


def _compare(result: Comparison, seed: int, wanted: dict, ours: dict, theirs: dict) -> None:
    def differ(what: str, mine, other) -> None:
        result.differences.append(f"seed {seed}, {what}: wrt-micro {mine}, wasmtime {other}")

    if "error" in ours or ours["init"] not in (theirs["init"] or ("",)):
        differ("instantiation", ours.get("error") or ours["init"], theirs["init"])
        return
    if theirs["init"]:
        return
    pairs = zip(wanted["calls"], ours["calls"], theirs["calls"], strict=True)
    for (name, arguments), mine, other in pairs:
        result.calls += 1
        result.traps += other[0] is not None
        if mine[0] not in (other[0] or (None,)) or not _same(mine[1:], other[1:]):
            differ(f"{name}{arguments}", mine, other)
            return  # what follows would differ too
    for kind in ("globals", "memories", "tables"):
        if not _same(ours[kind], theirs[kind]):
            differ(f"{kind} {wanted[kind]}", ours[kind], theirs[kind])


def _same(mine, other) -> bool:
    return mine == other
