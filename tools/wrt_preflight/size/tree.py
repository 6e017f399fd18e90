"""The bytes of a program as two trees, of flash and of heap, which bars and treemaps show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ..budget.program import CODE, PARTS, Budget
from ..image import Contents
from ..image.format import FUNCTION

_LEFT_OUT = frozenset({"code", "data", "items"})  # sections that are shown by what is in them


@dataclass(slots=True)
class Part:
    """A part of a program. size: bytes of all parts in it. detail: what it is, for people."""

    name: str
    size: int = 0
    detail: str = ""
    parts: list[Part] = field(default_factory=list)

    def add(self, part: Part) -> Part:
        """Put a part into this one, whose size grows."""
        self.parts.append(part)
        self.size += part.size
        return part

    def as_json(self) -> dict:
        """The tree as JSON has it."""
        shown: dict = {"name": self.name, "bytes": self.size}
        if self.detail:
            shown["detail"] = self.detail
        if self.parts:
            shown["parts"] = [part.as_json() for part in self.largest_first()]
        return shown

    def largest_first(self) -> list[Part]:
        """Its parts by size."""
        return sorted(self.parts, key=lambda part: (-part.size, part.name))


def flash(image: Contents, budget: Budget | None = None) -> Part:
    """What lies in flash: the image by function, segment and section; with a budget of a board
    also the files of the runtime."""
    whole = Part("flash", detail="bytes of files")
    parts = _image(image)
    if not budget:
        return parts
    whole.add(parts)
    files = [(row.name, row.flash) for row in budget.rows if row.group == CODE]
    whole.add(_runtime(files, "modules that this program needs"))
    return whole


def heap(image: Contents, budget: Budget) -> Part:
    """What takes heap on the board of a budget."""
    whole = Part("heap", detail=f"on {budget.board.name}, engine {budget.engine}")
    code = [(row.name, row.heap) for row in budget.rows if row.group == CODE]
    whole.add(_runtime(code, "code that MicroPython copies, and what it makes of it"))
    program = Part("program", detail="what load() allocates")
    for row in budget.rows:
        if row.group != CODE and row.heap:
            part = Part(row.name, row.heap)
            if row.name == "memories":
                part = Part("memories")
                for number, memory in enumerate(image.memories):
                    part.add(Part(f"memory {number}", memory["capacity"]))
                part.size = row.heap
            program.add(part)
    whole.add(program)
    return whole


def _runtime(sizes: list[tuple[str, int]], detail: str) -> Part:
    """Modules by their paths, those of a package together."""
    runtime = Part("runtime", detail=detail)
    packages: dict[str, Part] = {}
    for path, size in sizes:
        *folders, name = PurePosixPath(path.removesuffix(".mpy")).parts
        if not size:
            continue
        if path in PARTS:
            name = f"{name}: {PARTS[path]}"
        if folders[:1] == ["wrt_micro"] and len(folders) > 1:
            package = ".".join(folders[1:])
            packages.setdefault(package, Part(package)).add(Part(name, size, path))
        else:
            runtime.add(Part(name, size, path))
    for part in packages.values():
        runtime.add(part)
    return runtime


def _image(image: Contents) -> Part:
    whole = Part("image", detail="OUT.wrt")
    for part in _image_parts(image):
        if part.size:
            whole.add(part)
    rest = len(image.data) - whole.size
    if rest:
        whole.add(Part("header and directory", rest, "and bytes between sections"))
    return whole


def _image_parts(image: Contents) -> Iterator[Part]:
    functions = Part("functions", detail="register code, by function")
    for function in image.functions:
        if function.stripped:
            continue
        size = function.code[1] - function.code[0] + FUNCTION.size
        words = function.frame_bytes // 4
        functions.add(Part(image.name(function.index), size, f"a frame of {words} words"))
    yield functions
    data = Part("data", detail="bytes of data segments")
    for number, segment in enumerate(image.segments):
        if segment:
            data.add(Part(f"segment {number}", len(segment)))
    yield data
    tables = Part("tables", detail="initial elements")
    for number, table in enumerate(image.tables):
        if table.items:
            tables.add(Part(f"table {number}", 4 * len(table.items), f"{table.size} elements"))
    yield tables
    for name, section in image.sections.items():
        if name not in _LEFT_OUT:
            title, detail = _SECTIONS.get(name, (name, ""))
            yield Part(title, section["size"], detail)


_SECTIONS = {
    "component": ("plan", "of the component: types, canonical definitions, imports and exports"),
    "names": ("names", "of imports and exports"),
    "functions": ("function offsets", "where each function is"),
    "tables": ("table records", ""),
    "handlers": ("handlers", "of exceptions"),
}
