"""What `wrt-micro inspect` shows of an image: text for people, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from . import format as fmt
from .contents import Contents, Function
from .instructions import disassemble


def inspect_json(contents: Contents, code: bool = True) -> dict:
    """An image as plain data. code: with the instructions of every function."""
    return {
        "version": contents.header["version"],
        "header": contents.header,
        "sections": [{"name": name, **entry} for name, entry in contents.sections.items()],
        "features": sorted(contents.features, key=fmt.CLASSES.index),
        "types": [str(functype) for functype in contents.types],
        "instances": [
            {
                "name": instance.name,
                "init": instance.init,
                "exports": [
                    {
                        "name": export.name,
                        "kind": export.kind,
                        "index": export.index,
                        "type": None if export.type is None else _type_text(contents, export),
                        "mutable": export.mutable,
                    }
                    for export in instance.exports
                ],
            }
            for instance in contents.instances
        ],
        "imports": [
            {"module": i.module, "name": i.name, "type": str(contents.types[i.type])}
            for i in contents.imports
        ],
        "memories": contents.memories,
        "data_segments": [len(segment) for segment in contents.segments],
        "tables": [
            {
                "segment": _is_segment(contents, i),
                "size": table.size,
                "capacity": table.capacity,
                "constant": table.constant,
                "items": table.items,
            }
            for i, table in enumerate(contents.tables)
        ],
        "globals": contents.globals,
        "tags": contents.tags,
        "functions": [
            _function(contents, function, code)
            for function in contents.functions
            if not function.stripped
        ],
    }


def _function(contents: Contents, function: Function, code: bool) -> dict:
    shown = {
        "index": function.index,
        "name": contents.name(function.index),
        "header": function.header,
        "type": str(contents.types[function.type]),
        "frame_bytes": function.frame_bytes,
        "zero_start": function.zero_start,
        "zero_words": function.zero_words,
        "link": function.link,
        "code_bytes": function.code[1] - function.code[0],
        "handlers": function.handlers,
    }
    if code:
        shown["code"] = [
            {"offset": instruction.offset, "text": instruction.text, "size": instruction.size}
            for instruction in _instructions(contents, function)
        ]
    return shown


def _instructions(contents: Contents, function: Function):
    indices = {function.header: function.index for function in contents.functions}

    def name(header: int) -> str:
        return contents.name(indices[header]) if header in indices else f"0x{header:x}"

    return disassemble(contents.data, *function.code, name)


def _is_segment(contents: Contents, table: int) -> bool:
    return table >= len(contents.tables) - contents.header["element_segments"]


def _type_text(contents: Contents, export) -> str:
    if export.kind == "func":
        return str(contents.types[export.type])
    return f"{'mut ' if export.mutable else ''}{export.type}"


def inspect_text(contents: Contents, code: bool = True) -> str:
    """An image as text. code: with the instructions of every function."""
    return "\n".join(_lines(contents, code)) + "\n"


def _lines(contents: Contents, code: bool) -> Iterator[str]:
    header = contents.header
    yield f"image format {header['version']}, {header['size']} bytes, CRC {header['crc']:08x}"
    features = sorted(contents.features, key=fmt.CLASSES.index)
    yield f"cold classes: {', '.join(features) or 'none'}"
    yield ""
    yield "capacities"
    for name, unit in (
        ("stack_bytes", "bytes"),
        ("memory_bytes", "bytes"),
        ("table_words", "words"),
        ("global_words", "words"),
        ("exceptions", "entries"),
    ):
        yield f"  {name:<16} {header[name]:>10} {unit}"
    yield ""
    yield "sections            offset       size  records"
    for name, entry in contents.sections.items():
        numbers = f"{entry['offset']:>10} {entry['size']:>10} {entry['count']:>8}"
        yield f"  {entry['id']:>2} {name:<10} {numbers}"
    for number, item in enumerate(contents.imports):
        if not number:
            yield from ("", "host imports")
        yield f"  {number} {item.module}.{item.name} {contents.types[item.type]}"
    yield from _state(contents)
    for instance in contents.instances:
        yield ""
        yield f"instance {instance.name}"
        if instance.init is not None:
            yield f"  init {contents.name(instance.init)}"
        for export in instance.exports:
            shown = "" if export.type is None else f" {_type_text(contents, export)}"
            yield f"  export {export.name!r}: {export.kind} {export.index}{shown}"
    for function in contents.functions:
        if function.stripped:
            continue
        yield ""
        yield from _function_lines(contents, function, code)


def _state(contents: Contents) -> Iterator[str]:
    for i, memory in enumerate(contents.memories):
        if not i:
            yield from ("", "memories")
        flags = [n for b, n in ((1, "shared"), (2, "memory64")) if memory["flags"] & b]
        most = memory["max_pages"]
        limit = "no maximum" if most == fmt.U32_MAX else f"at most {most} pages"
        short = ""
        if memory["declared"] > memory["length"]:
            short = f", short of {memory['declared']} declared"
        yield (
            f"  {i} {memory['length']} bytes, capacity {memory['capacity']}{short}, pages of "
            f"{1 << memory['page_shift']}, {limit}{''.join(', ' + flag for flag in flags)}"
        )
    for i, segment in enumerate(contents.segments):
        if not i:
            yield from ("", "data segments")
        yield f"  {len(contents.memories) + i} {len(segment)} bytes"
    for i, table in enumerate(contents.tables):
        if not i:
            yield from ("", "tables and element segments")
        kind = "segment" if _is_segment(contents, i) else "table"
        place = "in the image" if table.constant else f"capacity {table.capacity}"
        names = ["null" if item is None else contents.name(item) for item in table.items]
        yield f"  {i} {kind}, size {table.size}, {place}: {' '.join(names) or 'all null'}"
    if contents.globals:
        yield from ("", "global words")
        yield "  " + " ".join(f"{word:08x}" for word in contents.globals)
    if contents.tags:
        yield from ("", "tags (payload words)")
        yield "  " + " ".join(map(str, contents.tags))


def _function_lines(contents: Contents, function: Function, code: bool) -> Iterator[str]:
    size = function.code[1] - function.code[0]
    functype = contents.types[function.type]
    yield f"function {function.index} {contents.name(function.index)} {functype}"
    yield (
        f"  header 0x{function.header:x}, {size} bytes of code, frame {function.frame_bytes}, "
        f"link at {function.link}, {function.zero_words} words zero from {function.zero_start}"
    )
    for handler in function.handlers:
        tag = handler["tag"] & ~fmt.WITH_REF
        caught = "all" if tag == fmt.CATCH_ALL else f"tag {tag}"
        ref = " with exnref" if handler["tag"] & fmt.WITH_REF else ""
        yield (
            f"  catch {caught}{ref} in 0x{handler['start']:x}..0x{handler['end']:x} -> "
            f"0x{handler['target']:x}, payload at r{handler['destination'] // 4}"
        )
    if code:
        for instruction in _instructions(contents, function):
            yield f"  {instruction.offset:6x}  {instruction.text}"
