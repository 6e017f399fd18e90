"""What a built program needs, as `wrt-micro check` shows it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from .functions import core_exports, exports, imports
from .image import COMPONENT
from .lower.program import Memory
from .pipeline import Built, Input

# Bytes of the records that the runtime keeps in RAM for each memory, table and thread
# (docs/engines.md): 8, 4 and 24 words.
MEMORY_RECORD, TABLE_RECORD, THREAD_RECORD = 32, 16, 96


@dataclass(frozen=True, slots=True)
class Report:
    """imports, exports: (name, type). limits: (name, value, unit, reason). ram: bytes by use."""

    file: str
    kind: str
    imports: list[tuple[str, str]]
    exports: list[tuple[str, str]]
    features: list[str]
    limits: list[tuple[str, int, str, str]]
    ram: dict[str, int]
    image_bytes: int

    @property
    def ram_total(self) -> int:
        """All bytes that are allocated at load, without the runtime's own objects."""
        return sum(self.ram.values())

    def as_json(self) -> dict:
        """The report as JSON has it."""
        lists = {
            "imports": [{"name": name, "type": type} for name, type in self.imports],
            "exports": [{"name": name, "type": type} for name, type in self.exports],
            "limits": [
                {"name": name, "value": value, "unit": unit, "reason": reason}
                for name, value, unit, reason in self.limits
            ],
        }
        ram = self.ram | {"total": self.ram_total}
        return {"ok": True, **asdict(self), **lists, "ram": ram}


def report(built: Built, source: Input) -> Report:
    """The report on a program that was built from a source."""
    program, image = built.program, built.image
    header = image.header
    limits = [("stack", program.stack_bytes, "bytes", program.stack_reason)]
    limits += [
        (memory.name, memory.capacity, "bytes", _why(memory)) for memory in program.memories
    ]
    tables = program.tables[: len(program.tables) - program.element_segments]
    limits += [
        (table.name, table.capacity, "elements", f"starts with {table.size:,}") for table in tables
    ]
    if program.tags:
        limits.append(("exceptions", program.exceptions, "entries", "alive at the same time"))
    records = MEMORY_RECORD * (len(image.memories) + len(image.segments))
    records += TABLE_RECORD * len(image.tables) + THREAD_RECORD
    return Report(
        file=source.file,
        kind=source.kind,
        imports=[(function.full_name, function.wit) for function in imports(image)],
        exports=_exports(built),
        features=sorted(image.features),
        limits=limits,
        ram={
            "stack": header["stack_bytes"],
            "memories": header["memory_bytes"],
            "tables": 4 * header["table_words"],
            "globals": 4 * header["global_words"],
            "exceptions": 4 * header["exceptions"] * header["exception_words"],
            "records": records,
        },
        image_bytes=len(image.data),
    )


def _exports(built: Built) -> list[tuple[str, str]]:
    image = built.image
    rows = [(function.full_name, function.wit) for function in exports(image)]
    for export in () if COMPONENT in image.optional else core_exports(image):
        if export.kind == "global":
            mutable = "mut " if export.mutable else ""
            rows.append((export.name, f"global {mutable}{export.type}"))
        elif export.kind != "func":
            rows.append((export.name, export.kind))
    return rows


def _why(memory: Memory) -> str:
    if memory.length < memory.declared:
        return f"--memory: {memory.declared:,} are declared, access beyond traps"
    grow = "and cannot grow" if memory.capacity == memory.length else "and may grow"
    return f"starts with {memory.length:,} {grow}"
