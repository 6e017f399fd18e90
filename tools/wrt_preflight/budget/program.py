"""What a program takes of a board: flash and heap, added up before anything is flashed.

Flash is the sum of the files. Heap is the code that MicroPython copies into it, as
`budget.modules` reads it from the compiled files, the buffers of the program, exact to the byte,
its Python objects, counted with prices that `budget.measure` found, and room to work.
docs/budget.md explains it; tests compare it with `gc.mem_alloc()`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath

from ..boards import Board
from ..functions import exports, imports
from ..image import Contents
from ..image.format import NATIVE
from ..interp.tailor import tailored_engine
from ..linked import ENTRIES, FIRST, LOAD, linked_files
from ..micropython import MicroPython
from ..mpy_compile import ARCHITECTURES, INTERPRETERS, MPY_VERSION
from ..native import runs_on
from ..pipeline import check_module
from ..runtime import runtime_modules
from .heap import Heap
from .modules import ModuleCost, module_cost, names_cost
from .objects import OBJECTS
from .state import buffers, in_use, objects

# Room to work, in words: what imports, loads and calls need for a moment, and what lies between
# blocks that are in use. Tests find the smallest heap that examples really run in.
ROOM_WORDS = 1024
ROOM_SHARE = 24  # and one part in so many of the rest

CODE, PROGRAM = "code", "program"

RUNTIME = "wrt_micro"  # the main module of a linked runtime
# Parts of it that are imported for a moment: all, and those that every program needs.
PASSING = tuple(f"{RUNTIME}_{number}.mpy" for number in range(len(ENTRIES)))
BRIEF = tuple(f"{RUNTIME}_{number}.mpy" for number in (LOAD, FIRST))
# What they are for, as `size` shows it.
PARTS = dict(zip(PASSING, ("load", "first uses", "reports", "traps"), strict=True))
# Of it, modules that a device imports when its Python first gets or gives a stream or future.
ENDS = ("host_ends", "host_end", "host_stream", "host_copy")

# Where the runtime is not linked, modules that a device imports when its Python asks for what they
# do, not when programs load or are called. They are files all the same.
ON_DEMAND = (
    *("aio", "component/conform", "component/host_future", "component/host_job"),
    *("component/host_set", "component/host_source", "component/host_writer"),
)
# Likewise where no exported function is async: turns that Python takes while one waits.
TURNS = ("host_turns", "host_task", "host_slices", "host_cancel")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that takes room. group: CODE or PROGRAM. heap, flash: bytes.

    piece: bytes that it needs in one piece.
    """

    group: str
    name: str
    heap: int
    flash: int = 0
    piece: int = 0


@dataclass(frozen=True, slots=True)
class Budget:
    """A program on a board. place: "romfs" or "files", where the files go.

    engine: the name that load() knows it by. form: its folder.
    """

    board: Board
    engine: str
    form: str
    place: str
    rows: tuple[Row, ...]
    options: Mapping[str, int] = field(default_factory=dict)
    code: str | None = None  # architecture of an image of machine code

    @property
    def heap(self) -> int:
        """Bytes of heap."""
        return sum(row.heap for row in self.rows)

    @property
    def allocated(self) -> int:
        """Bytes of heap that stay in use: all but the room to work."""
        return sum(row.heap for row in self.rows if row.name != ROOM)

    @property
    def flash(self) -> int:
        """Bytes of all files."""
        return sum(row.flash for row in self.rows)

    @property
    def flash_free(self) -> int:
        """Bytes of the place that the files go to."""
        return self.board.romfs if self.place == "romfs" else self.board.files

    @property
    def piece(self) -> Row:
        """What needs the largest piece of the heap."""
        return max(self.rows, key=lambda row: row.piece)

    @property
    def largest(self) -> Row:
        """What takes most of the heap."""
        return max(self.rows, key=lambda row: row.heap)

    @property
    def over(self) -> int:
        """Bytes of heap that are missing; less than 0: that are left."""
        return self.heap - self.board.free

    @property
    def reasons(self) -> list[str]:
        """Why it does not fit, a sentence each; empty if it does."""
        reasons = []
        if self.code and not runs_on(self.code, self.board.native or ""):
            reasons.append(
                f"it is machine code for {self.code}, the board runs {self.board.native or 'none'}"
            )
        if self.over > 0:
            reasons.append(
                f"the heap is {self.over:,} bytes too small: {self.heap:,} are needed, "
                f"{self.board.free:,} are free"
            )
        if self.piece.piece > self.board.largest_block:
            reasons.append(
                f"{self.piece.name} needs {self.piece.piece:,} bytes in one piece, the largest "
                f"has {self.board.largest_block:,}"
            )
        if self.flash > self.flash_free:
            reasons.append(
                f"the file system is {self.flash - self.flash_free:,} bytes too small: "
                f"{self.flash:,} are needed, it has {self.flash_free:,}"
            )
        return reasons

    @property
    def fits(self) -> bool:
        """Whether it loads and runs there."""
        return not self.reasons

    def as_json(self) -> dict:
        """The budget as JSON has it."""
        return {
            "board": self.board.id,
            "engine": self.engine,
            "place": self.place,
            "fits": self.fits,
            "reasons": self.reasons,
            "heap": {"needed": self.heap, "free": self.board.free, "over": self.over},
            "flash": {"needed": self.flash, "free": self.flash_free},
            "largest": self.largest.name,
            "rows": [
                {"group": row.group, "name": row.name, "heap": row.heap, "flash": row.flash}
                for row in self.rows
            ],
        }


ROOM = "room to work"
IN_USE = "functions in use"  # made when they are called for the first time


def make_budget(
    image: Contents,
    board: Board,
    engine: str | None = None,
    options: Mapping[str, int] | None = None,
    module: bytes | None = None,
    linked: bool = True,
) -> Budget:
    """The budget of an image on a board.

    engine: "interp", "portable", or None for interp. options: of load(). module: the machine code
    of an image for engine native. linked: with the runtime that is linked for the image, as deploy
    puts it there; else with the runtime's modules.
    Raises MicroPythonError if the runtime cannot be compiled for the board, UsageError if the
    module of an image of machine code is missing.
    """
    if image.machine_code:
        check_module(module)
    heap = Heap(board.word)
    form = "portable" if engine == "portable" else INTERPRETERS[board.arch]
    engine = "native" if image.machine_code else "portable" if form == "portable" else "interp"
    files = dict((linked_runtime if linked else runtime_files)(image, board.arch, form))
    if module is not None:
        files["native.mpy"] = module
    elif not image.machine_code:
        name, data = tailored_engine(image, board.arch, form)
        files[name] = data
    flash = sum(map(len, files.values())) + len(image.data)
    in_rom = 0 < flash <= board.romfs
    apart = board.machine_code == "apart"
    costs = module_costs(files, heap, in_rom, apart)
    if linked:
        rows, loading = _linked_rows(files, costs, heap, in_rom, ends=_has_ends(image))
    else:
        rows, loading = _code_rows(files, costs, heap, in_rom, _unused(image)), 0
    held = 0 if in_rom else heap.bytes(len(image.data)) + heap.words(4)
    rows.append(Row(PROGRAM, "image", held, len(image.data), held))
    sizes = buffers(image, heap, in_place=form != "portable", options=options)
    largest = max((memory["capacity"] for memory in image.memories), default=0)
    for name, size in sizes.items():
        if size:
            piece = largest if name == "memories" else 0 if name == "stacks of threads" else size
            rows.append(Row(PROGRAM, name, size, 0, piece))
    rows.append(Row(PROGRAM, "objects", objects(image, heap, OBJECTS, options)))
    rows.append(Row(PROGRAM, IN_USE, in_use(image, heap, OBJECTS)))
    used = sum(row.heap for row in rows)
    room = loading + heap.bytes(ROOM_WORDS * heap.word + used // ROOM_SHARE)
    rows.append(Row(PROGRAM, ROOM, room))
    code = ARCHITECTURES[image.optional[NATIVE][0]] if image.machine_code else None
    place = "romfs" if in_rom else "files"
    return Budget(board, engine, form, place, tuple(rows), dict(options or {}), code)


def module_costs(
    files: Mapping[str, bytes], heap: Heap, in_rom: bool = False, apart: bool = False
) -> dict[str, ModuleCost]:
    """What each compiled module takes of a heap, by path; as `module_cost`."""
    return {
        path: _cost(path, data, heap, in_rom, apart)
        for path, data in files.items()
        if path.endswith(".mpy")
    }


def linked_runtime(image: Contents, arch: str, form: str) -> list[tuple[str, bytes]]:
    """(path, bytes) of the files of the runtime that is linked for an image, without an engine."""
    return list(linked_files(image, form, _device(arch).mpy_options(), name=RUNTIME).items())


def runtime_files(image: Contents, arch: str, form: str) -> list[tuple[str, bytes]]:
    """(path, compiled bytes) of the modules of the runtime that an image needs on a board, without
    an engine: "wrt_micro/component/app.mpy"."""
    folder = _device(arch).runtime()
    own = f"engine/{form}/"
    return [
        (path.as_posix(), (folder / path).read_bytes())
        for module in runtime_modules(image, form)
        if not module.startswith(own)
        for path in [PurePosixPath("wrt_micro", module).with_suffix(".mpy")]
    ]


def _device(arch: str) -> MicroPython:
    """A MicroPython that is only compiled for."""
    wide = INTERPRETERS[arch] == "viper64"
    return MicroPython((), "micropython", (), MPY_VERSION, arch, wide)


@lru_cache(maxsize=512)
def _cost(path: str, data: bytes, heap: Heap, in_rom: bool, apart: bool) -> ModuleCost:
    parts = PurePosixPath(path).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return module_cost(name, data, heap, in_rom, apart)


def _unused(image: Contents) -> set[str]:
    """Paths of modules of the runtime that are there, but hardly ever imported."""
    later = {f"wrt_micro/{name}.mpy" for name in ON_DEMAND}
    if not any("async" in function.wit.split("func")[0] for function in exports(image)):
        later |= {f"wrt_micro/component/{name}.mpy" for name in TURNS}
    return later


def _has_ends(image: Contents) -> bool:
    """Whether streams or futures pass between a program and its Python."""
    functions = [*exports(image), *imports(image)]
    return any(re.search(r"\b(stream|future)\b", function.wit) for function in functions)


def _linked_rows(
    files: dict[str, bytes],
    costs: dict[str, ModuleCost],
    heap: Heap,
    in_rom: bool,
    ends: bool,
) -> tuple[list[Row], int]:
    """A row for each file of a linked runtime, and the heap that loading takes for a moment.

    Parts go when they have done their work; their names stay.
    """
    kept = {f"{RUNTIME}_{name}.mpy" for name in ENDS if ends}
    parts = {path for path in files if path.startswith(RUNTIME + "_")} - kept
    rows = []
    for path, data in files.items():
        cost = ModuleCost() if path in parts or path not in costs else costs[path]
        rows.append(Row(CODE, path, cost.total, len(data), cost.largest))
    loaded = [path for path in costs if path not in parts or path in BRIEF]
    names = names_cost([costs[path] for path in loaded], heap, in_rom)
    rows.append(Row(CODE, "names", names + heap.table(len(files) - len(parts))))
    return rows, max((costs[path].total for path in BRIEF if path in costs), default=0)


def _code_rows(
    files: dict[str, bytes],
    costs: dict[str, ModuleCost],
    heap: Heap,
    in_rom: bool,
    later: Collection[str],
) -> list[Row]:
    """A row for each module. later: those whose heap is not counted."""
    rows = []
    loaded = [path for path in files if path not in later]
    for path in files:
        cost = costs[path] if path in loaded else ModuleCost()
        rows.append(Row(CODE, path, cost.total, len(files[path]), cost.largest))
    names = names_cost([costs[path] for path in loaded], heap, in_rom)
    # Each module is an entry of sys.modules.
    rows.append(Row(CODE, "names", names + heap.table(len(files))))
    return rows


__all__ = [
    "BRIEF",
    "CODE",
    "IN_USE",
    "PARTS",
    "PASSING",
    "PROGRAM",
    "ROOM",
    "RUNTIME",
    "Budget",
    "Row",
    "make_budget",
    "linked_runtime",
    "module_costs",
    "runtime_files",
]
