"""Measures the Python objects of loaded programs: `python -m wrt_preflight.budget.measure`.

Writes `objects.py`. Programs that differ in one thing, such as the number of exports, are loaded
under MicroPython when all modules are there already; what `gc.mem_alloc()` grows by, less the
buffers whose sizes are known, are objects. They are made of machine words, so they are counted in
blocks of the heap, which is what a board with another word size needs of them as well.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from .. import pipeline
from ..interp.tailor import tailored_engine
from ..lower import LowerOptions
from ..micropython import MicroPython, find
from .heap import Heap
from .program import linked_runtime
from .state import buffers, counts

PROBE = Path(__file__).with_name("probe.py")
MORE = 8  # of a thing, in the second program of a pair
ONE_OF_EACH = dict.fromkeys(("tasks", "threads", "subtasks", "streams", "waitable_sets"), 1)


def core(export: int = 0, imports: int = 0, memory: int = 0, table: int = 0, segment: int = 0):
    """A core module with so many of these."""
    parts = [f'(import "m" "i{i}" (func))' for i in range(imports)]
    parts += [f"(memory $m{i} 16 (pagesize 1))" for i in range(memory)]
    parts += [f"(table {i + 1} funcref)" for i in range(table)]
    parts += [f'(func (export "f{i}"))' for i in range(export)]
    parts += [f'(data "{i}")' for i in range(segment)]
    return f"(module {' '.join(parts)})"


def component(
    export: int = 1, imports: int = 0, instance: int = 0, resource: int = 0, canon: int = 0
) -> str:
    """A component with so many of these. canon: built-ins besides one for each import."""
    inner = '(component (core module $M (func (export "f"))) (core instance (instantiate $M)))'
    nested = [f"(component $C{i} {inner[11:]}" for i in range(instance)]
    nested += [f"(instance (instantiate $C{i}))" for i in range(instance)]
    taken = [f'(import "i{i}" (func $i{i}))' for i in range(imports)]
    made = [f"(core func $i{i}' (canon lower (func $i{i})))" for i in range(imports)]
    types = [
        f"(type $r{i}' (resource (rep i32))) (export $r{i} \"r{i}\" (type $r{i}'))"
        for i in range(resource)
    ]
    types += ["(type $r (resource (rep i32)))"] if canon else []
    builtins = [f"(core func $c{i} (canon resource.rep $r))" for i in range(canon)]
    builtins += [f"(core func $r{i}'' (canon resource.rep $r{i}))" for i in range(resource)]
    given = [f'(export "i{i}" (func $i{i}\'))' for i in range(imports)]
    given += [f'(export "c{i}" (func $c{i}))' for i in range(canon)]
    given += [f"(export \"r{i}\" (func $r{i}''))" for i in range(resource)]
    wanted = [f'(import "" "i{i}" (func))' for i in range(imports)]
    wanted += [f'(import "" "c{i}" (func (param i32) (result i32)))' for i in range(canon)]
    wanted += [f'(import "" "r{i}" (func (param i32) (result i32)))' for i in range(resource)]
    functions = [f'(func (export "f{i}"))' for i in range(export)]
    lifts = [f'(func (export "f{i}") (canon lift (core func $m "f{i}")))' for i in range(export)]
    return "\n".join(
        [
            "(component",
            *(taken + types + made + builtins + nested),
            f"(core module $M {' '.join(wanted + functions)})",
            f'(core instance $m (instantiate $M (with "" (instance {" ".join(given)}))))',
            *lifts,
            ")",
        ]
    )


def tasks(call: int = 0, builtin: int = 0, context: int = 0, sets: int = 0) -> str:
    """A component with tasks, and so many calls to another one, built-ins, and memories.

    sets: whether it can make waitable sets.
    """
    numbers = range(builtin + context)
    inner = """(component $C (core module $M (func (export "f")))
      (core instance $m (instantiate $M))
      (func (export "f") async (canon lift (core func $m "f") async)))"""
    made = [inner, "(instance $c (instantiate $C))"]
    made += [f'(core func $l{i} (canon lower (func $c "f")))' for i in range(call)]
    made += ['(core module $Memory (memory (export "m") 16 (pagesize 1)))']
    made += [f"(core instance $m{i} (instantiate $Memory))" for i in range(context)]
    # Element types that differ, as equal ones share an object.
    made += [f"(type $t{i} (tuple{' u8' * (i + 1)}))" for i in numbers]
    made += [f"(type $s{i} (stream $t{i}))" for i in numbers]
    made += [f"(core func $b{i} (canon stream.drop-readable $s{i}))" for i in range(builtin)]
    made += [
        f'(core func $r{i} (canon stream.read $s{builtin + i} (memory (core memory $m{i} "m"))))'
        for i in range(context)
    ]
    made += [f"(core func $w{i} (canon waitable-set.new))" for i in range(sets)]
    kinds = (("l", call, ""), ("b", builtin, "(param i32)"), ("r", context, READ))
    kinds += (("w", sets, "(result i32)"),)
    wanted = "".join(f'(import "" "{k}{i}" (func {t}))' for k, n, t in kinds for i in range(n))
    given = "".join(f'(export "{k}{i}" (func ${k}{i}))' for k, n, _ in kinds for i in range(n))
    made += [
        f'(core module $M {wanted} (func (export "g")))',
        f'(core instance $m (instantiate $M (with "" (instance {given}))))',
        '(func (export "f") async (canon lift (core func $m "g") async))',
    ]
    return "(component " + "\n".join(made) + ")"


READ = "(param i32 i32 i32) (result i32)"
# Calls out, without and with a string.
PLAIN = """(component (import "i" (func $i))
  (core module $Memory (memory (export "m") 16 (pagesize 1))
    (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable))
  (core instance $memory (instantiate $Memory))
  (core func $l (canon lower (func $i)))
  (core module $M (import "" "l" (func)) (func (export "f")))
  (core instance $m (instantiate $M (with "" (instance (export "l" (func $l))))))
  (func (export "f0") (canon lift (core func $m "f"))))"""
STRING = (
    PLAIN.replace("(func $i))\n", '(func $i (param "s" string)))\n')
    .replace('"l" (func))', '"l" (func (param i32 i32)))')
    .replace(
        "(func $i)))\n",
        '(func $i) (memory (core memory $memory "m")) (realloc (core func $memory "r"))))\n',
    )
)


class Measured:
    """Blocks of objects under one MicroPython."""

    def __init__(self, interpreter: MicroPython, folder: Path) -> None:
        self.interpreter, self.folder = interpreter, folder
        self.heap = Heap(8 if interpreter.wide else 4)

    def blocks(self, text: str, use: bool = False, **options: int) -> float:
        """Blocks of the objects of a program, when it is loaded with options of load().

        use: and when each of its exports has been asked for.
        """
        source = self.folder / "probe.wat"
        source.write_text(text)
        image = self.image = pipeline.build(
            pipeline.read_input(str(source)), LowerOptions(stack_bytes=64, strip=False)
        ).image
        path = self.folder / "probe.wrt"
        path.write_bytes(image.data)
        runtime = linked_runtime(image, self.interpreter.arch, self.interpreter.interpreter)
        for name, data in [*runtime, tailored_engine(image, self.interpreter.arch)]:
            self.folder.joinpath(name).write_bytes(data)
        arguments = [str(path), *(["use"] if use else [])]
        arguments += [f"{name}={value}" for name, value in options.items()]
        done = self.interpreter.run(
            PROBE, arguments, heap=16 << 20, capture=True, modules=self.folder
        )
        if done.returncode or not done.stdout.strip().isdigit():
            raise SystemExit(f"{PROBE.name} failed on {text}:\n{done.stdout}{done.stderr}")
        own = sum(buffers(image, self.heap, options=options).values())
        return (int(done.stdout) - own) / self.heap.block

    def rest(self, text: str, table: dict[str, float], **options: int) -> float:
        """Blocks of a program besides those of the things that have a price."""
        blocks = self.blocks(text, **options)
        found = counts(self.image, options)
        return blocks - sum(found[name] * table.get(name, 0) for name in found)

    def slope(self, program, thing: str, use: bool = False) -> float:
        """Blocks for each further thing that a program has."""
        more = self.blocks(program(**{thing: 1 + MORE}), use)
        return (more - self.blocks(program(**{thing: 1}), use)) / MORE


def measure(measured: Measured) -> dict[str, float]:
    """Blocks by what there is."""
    table = {"core": measured.blocks(core())}
    for name, thing in (("export", "export"), ("import", "imports")):
        table[f"core {name}"] = measured.slope(core, thing)
    for thing in ("memory", "table", "segment"):
        table[thing] = measured.slope(core, thing)
    table["component export"] = measured.slope(component, "export")
    for name, program in (("core function", core), ("function", component)):
        table[name] = measured.slope(program, "export", use=True)
    table["core function"] -= table["core export"]
    table["component"] = measured.rest(component(), table)
    table["component import"] = measured.slope(component, "imports")
    table["canon"] = measured.slope(component, "canon")
    table["built-in"] = measured.slope(tasks, "builtin") - table["canon"]
    table["call"] = measured.slope(tasks, "call")
    table["context"] = measured.slope(tasks, "context") - sum(
        table[name] for name in ("canon", "built-in", "memory")
    )
    table["calls"] = measured.rest(PLAIN, table)
    table["strings"] = measured.rest(STRING, table)
    table["instance"] = measured.slope(component, "instance")
    table["resources"] = measured.rest(component(canon=1), table)
    table["resource"] = measured.slope(component, "resource") - table["canon"]
    program = tasks(call=1, sets=1)
    two = dict.fromkeys(ONE_OF_EACH, 2)
    few = measured.blocks(program, **two)
    for name in ONE_OF_EACH:
        more = measured.blocks(program, **two | {name: 2 + MORE})
        table[name] = (more - few) / MORE
    table["concurrent"] = measured.rest(program, table, **two)
    table["alone"] = measured.rest(program, table, **ONE_OF_EACH)
    return {name: round(blocks, 1) for name, blocks in table.items()}


def main() -> int:
    """Write objects.py beside this module."""
    interpreter = find()
    if interpreter.name != "micropython":
        print("this measures MicroPython: none was found", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        table = measure(Measured(interpreter, Path(folder)))
    target = Path(__file__).with_name("objects.py")
    rows = "".join(f"    {name!r}: {blocks},\n" for name, blocks in table.items()).replace(
        "'", '"'
    )
    target.write_text(
        '"""Generated by python -m wrt_preflight.budget.measure; do not edit."""\n\n'
        "# Python objects of a loaded program, in blocks of the heap: for the program itself,\n"
        f"# and for each thing that it has.\nOBJECTS = {{\n{rows}}}\n"
    )
    print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
