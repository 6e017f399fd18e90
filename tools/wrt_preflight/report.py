"""What a built program needs, as `wrt-micro check` shows it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from wrt_micro.engine import RECORD_WORDS

from .component.inspect import plan_json
from .functions import core_exports, exports, imports
from .image import COMPONENT, Contents
from .lower.short import short_memory
from .pipeline import Built, Input
from .wit import wit_text

# Bytes of the records that the runtime keeps in RAM for each memory, table and thread
# (docs/engines.md).
MEMORY_RECORD, TABLE_RECORD, THREAD_RECORD = 32, 16, 4 * RECORD_WORDS


@dataclass(frozen=True, slots=True)
class Report:
    """imports, exports: (name, type). limits: (name, value, unit, reason). ram: bytes by use.

    unstripped_bytes: of the image with what was stripped, which `stripped` describes.

    wit: the world of a component, or None: of a module or image, or where WIT cannot say it.
    """

    file: str
    kind: str
    wit: str | None
    imports: list[tuple[str, str]]
    exports: list[tuple[str, str]]
    features: list[str]
    limits: list[tuple[str, int, str, str]]
    ram: dict[str, int]
    image_bytes: int
    unstripped_bytes: int
    stripped: str

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


def report(source: Input, built: Built) -> Report:
    """The report on an image. source: what it was made of."""
    image = built.image
    header = image.header
    records = MEMORY_RECORD * (len(image.memories) + len(image.segments))
    records += TABLE_RECORD * len(image.tables) + THREAD_RECORD
    return Report(
        file=source.file,
        kind=source.kind,
        wit=wit_text(source.data) if source.kind == "component" else None,
        imports=_imports(image),
        exports=_exports(image),
        features=sorted(image.features),
        limits=_limits(built),
        ram={
            "stack": header["stack_bytes"],
            "memories": header["memory_bytes"],
            "tables": 4 * header["table_words"],
            "globals": 4 * header["global_words"],
            "exceptions": 4 * header["exceptions"] * header["exception_words"],
            "records": records,
        },
        image_bytes=len(image.data),
        unstripped_bytes=built.before or len(image.data),
        stripped=str(built.stripped) if built.before > len(image.data) else "",
    )


def _imports(image: Contents) -> list[tuple[str, str]]:
    rows = [(function.full_name, function.wit) for function in imports(image)]
    if COMPONENT in image.optional:
        values = plan_json(image.optional[COMPONENT])["values"]
        rows += [(value["import"], value["type"]) for value in values if value["import"]]
    return rows


def _exports(image: Contents) -> list[tuple[str, str]]:
    rows = [(function.full_name, function.wit) for function in exports(image)]
    if COMPONENT in image.optional:
        items = plan_json(image.optional[COMPONENT])["exports"]
        rows += [(item["name"], item["type"]) for item in items if item["kind"] == "value"]
    for export in () if COMPONENT in image.optional else core_exports(image):
        if export.kind == "global":
            mutable = "mut " if export.mutable else ""
            rows.append((export.name, f"global {mutable}{export.type}"))
        elif export.kind != "func":
            rows.append((export.name, export.kind))
    return rows


def _limits(built: Built) -> list[tuple[str, int, str, str]]:
    """Names and reasons are the program's, where it is known; an image has only the numbers."""
    image, program = built.image, built.program
    header = image.header
    tables = image.tables[: len(image.tables) - header["element_segments"]]
    stack = program.stack_reason if program else "as built"
    memories = program.memories if program else []
    table_names = [table.name for table in program.tables] if program else []
    limits = [("stack", header["stack_bytes"], "bytes", stack)]
    for i, memory in enumerate(image.memories):
        name = memories[i].name if program else f"memory {i}"
        why = _why(memory)
        if program and memories[i].static_end:
            why += f"; static data and stack end at {memories[i].static_end:,}"
            number = short_memory(memories[i])
            if number:
                why += f": try --memory {number}"
        limits.append((name, memory["capacity"], "bytes", why))
    for i, table in enumerate(tables):
        name = table_names[i] if program else f"table {i}"
        limits.append((name, table.capacity, "elements", f"starts with {table.size:,}"))
    if image.tags:
        limits.append(("exceptions", header["exceptions"], "entries", "alive at the same time"))
    return limits


def _why(memory: dict[str, int]) -> str:
    length, capacity, declared = memory["length"], memory["capacity"], memory["declared"]
    if length < declared:
        return f"--memory: {declared:,} are declared, access beyond traps"
    return f"starts with {length:,} and {'cannot' if capacity == length else 'may'} grow"
