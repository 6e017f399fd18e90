"""The forms of a numeric group, each as a function from cases to outcomes.

A case is (number in the group, operands); an outcome is (results, trap), without results after a
trap. Operands and results are u32 or u64 numbers, as the group says.
"""

from __future__ import annotations

import json
import subprocess
from array import array
from collections.abc import Callable
from pathlib import Path

from emulated.machine import Machine, compile_viper
from unit.viper_model import compile_model
from wrt_preflight.interp import intpy
from wrt_preflight.interp.numeric import Group

Case = tuple[int, tuple[int, ...]]
Outcome = tuple[tuple[int, ...], int]
RECORD = 16  # words: op, operands, results from word 10, trap in word 14
RESULTS, TRAP = 10, 14


def reference(group: Group) -> Callable[[list[Case]], list[Outcome]]:
    """The function itself, with the checking types of `words`."""
    types = [getattr(intpy, type) for _, type in group.params]

    def one(number: int, operands: tuple[int, ...]) -> Outcome:
        args = [type(value) for type, value in zip(types, (number, *operands), strict=True)]
        try:
            result = group.function(*args)
        except intpy.Trap as trap:
            return (), trap.kind
        results = result if isinstance(result, tuple) else (result,)
        return tuple(map(int, results)), 0

    return lambda cases: [one(*case) for case in cases]


def plain_source(group: Group) -> str:
    """A module whose `run` takes the parameters and gives the results and `trap`."""
    results = [name for name, _ in group.results]
    zeros = [f"{name} = 0" for name in [*results, "trap"]]
    lines = [
        *zeros,
        *intpy.translate(group.function, "plain"),
        f"return {', '.join(results)}, trap",
    ]
    params = ", ".join(name for name, _ in group.params)
    return f"def run({params}):\n" + "".join(f"  {line}\n" for line in lines)


def _plain_outcome(values: list[int]) -> Outcome:
    *results, trap = values
    return () if trap else tuple(results), trap


def plain(group: Group) -> Callable[[list[Case]], list[Outcome]]:
    """Plain Python under CPython."""
    scope: dict[str, Callable] = {}
    exec(plain_source(group), scope)
    run = scope["run"]
    return lambda cases: [_plain_outcome(run(op, *operands)) for op, operands in cases]


def _split(items: tuple[tuple[str, str], ...], bits: int) -> list[str]:
    """Names of the variables that hold the items in words of `bits` bits."""
    out: list[str] = []
    for name, type in items:
        wide = type == "u64" and bits == 32
        out += [f"{name}_lo", f"{name}_hi"] if wide else [name]
    return out


def _words(values: tuple[int, ...], types: list[str]) -> list[int]:
    """The 32-bit words of typed values."""
    out: list[int] = []
    for value, type in zip(values, types, strict=True):
        out += [value & 0xFFFFFFFF, value >> 32] if type == "u64" else [value]
    return out


def _join(words: list[int]) -> tuple[int, ...]:
    return tuple(low | high << 32 for low, high in zip(words[::2], words[1::2], strict=True))


def model(group: Group, bits: int) -> Callable[[list[Case]], list[Outcome]]:
    """The viper form under the checking model."""
    params, results = _split(group.params, bits), _split(group.results, bits)
    lines = intpy.translate(group.function, f"viper{bits}")
    run = compile_model(lines, bits, params, results)
    types = [type for _, type in group.params]

    def one(number: int, operands: tuple[int, ...]) -> Outcome:
        args = (number, *operands)
        *values, trap = run(*(_words(args, types) if bits == 32 else args))
        return () if trap else _join(values) if bits == 32 else tuple(values), trap

    return lambda cases: [one(*case) for case in cases]


def viper_source(group: Group, bits: int) -> str:
    """A module whose `run(record)` does cases: their number, then RECORD words each."""
    out = ["left = record[0]", "record = ptr32(int(record) + 4)", "while left:"]
    body = ["trap = 0"]
    at = 0
    for name, type in group.params:
        if type != "u64":
            body.append(f"{name} = record[{at}]")
        elif bits == 64:
            body.append(f"{name} = record[{at}] | record[{at + 1}] << 32")
        else:
            body += [f"{name}_lo = record[{at}]", f"{name}_hi = record[{at + 1}]"]
        at += 2 if type == "u64" else 1
    assert at <= RESULTS
    body += [f"{name} = 0" for name in _split(group.results, bits)]
    body += intpy.translate(group.function, f"viper{bits}")
    at = RESULTS
    for name in _split(group.results, bits):
        body.append(f"record[{at}] = {name}")
        if bits == 64:
            body.append(f"record[{at + 1}] = {name} >> 32")
        at += 2 if bits == 64 else 1
    body += [f"record[{TRAP}] = trap", "left -= 1", f"record = ptr32(int(record) + {4 * RECORD})"]
    out += ["  " + line for line in body] + ["return 0"]
    head = "@micropython.viper\ndef run(record: ptr32) -> int:\n"
    return head + "".join(f"  {line}\n" for line in out)


def records(group: Group, cases: list[Case]) -> array:
    """The words that `run` works on."""
    types = [type for _, type in group.params]
    out = array("I", [len(cases)])
    for number, operands in cases:
        words = _words((number, *operands), types)
        out.extend(words + [0] * (RECORD - len(words)))
    return out


def outcomes(group: Group, words: array) -> list[Outcome]:
    """What `run` left in the words."""
    end = RESULTS + 2 * len(group.results)
    out = []
    for at in range(1, len(words), RECORD):
        trap = words[at + TRAP]
        out.append((() if trap else _join(list(words[at + RESULTS : at + end])), trap))
    return out


def emulated(group: Group, architecture: str) -> Callable[[list[Case]], list[Outcome]]:
    """The viper form as machine code of a 32-bit processor; it may not allocate."""
    machine = Machine(architecture)
    function = machine.load(compile_viper(viper_source(group, 32), architecture))["run"]

    def run(cases: list[Case]) -> list[Outcome]:
        words = records(group, cases)
        buffer = machine.map(words)
        machine.call(function, buffer)
        machine.unmap(buffer)
        assert machine.allocations == 0
        return outcomes(group, words)

    return run


_PLAIN_SCRIPT = """
import json, sys
work = json.load(open(sys.argv[1]))
out = []
for source, cases in work:
    scope = {}
    exec(source, scope)
    out.append([scope["run"](op, *operands) for op, operands in cases])
print(json.dumps(out))
"""

_VIPER_SCRIPT = """
import json, micropython, os, sys
for source, name in json.load(open(sys.argv[1])):
    scope = {"micropython": micropython}
    exec(source, scope)
    run = scope["run"]
    data = bytearray(os.stat(name)[6])
    with open(name, "rb") as file:
        file.readinto(data)
    micropython.heap_lock()
    run(data)
    micropython.heap_unlock()
    with open(name, "wb") as file:
        file.write(data)
"""


def _micropython(micropython, folder: Path, script: str, argument: object) -> str:
    """Output of a script under MicroPython, which gets a file with the argument as JSON."""
    (folder / "run.py").write_text(script)
    (folder / "argument.json").write_text(json.dumps(argument))
    files = [str(folder / "run.py"), str(folder / "argument.json")]
    command = [*micropython.command, "-X", "heapsize=256m", *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def plain_native(
    micropython, folder: Path, work: list[tuple[Group, list[Case]]]
) -> list[list[Outcome]]:
    """Plain Python under one MicroPython process."""
    jobs = [(plain_source(group), cases) for group, cases in work]
    out = json.loads(_micropython(micropython, folder, _PLAIN_SCRIPT, jobs))
    return [[_plain_outcome(values) for values in one] for one in out]


def native(micropython, folder: Path, work: list[tuple[Group, list[Case]]]) -> list[list[Outcome]]:
    """The 64-bit viper form of groups under one MicroPython process; it may not allocate."""
    jobs = []
    for index, (group, cases) in enumerate(work):
        path = folder / f"{index}.bin"
        path.write_bytes(records(group, cases).tobytes())
        jobs.append((viper_source(group, 64), str(path)))
    _micropython(micropython, folder, _VIPER_SCRIPT, jobs)
    out = []
    for (group, _), (_, name) in zip(work, jobs, strict=True):
        words = array("I")
        words.frombytes(Path(name).read_bytes())
        out.append(outcomes(group, words))
    return out
