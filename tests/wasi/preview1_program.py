"""A module that imports all of wasi_snapshot_preview1, and exports it again."""

from __future__ import annotations

# Parameters: i for i32, I for i64. All but proc_exit return an errno.
FUNCTIONS = {
    "args_get": "ii",
    "args_sizes_get": "ii",
    "environ_get": "ii",
    "environ_sizes_get": "ii",
    "clock_res_get": "ii",
    "clock_time_get": "iIi",
    "fd_advise": "iIIi",
    "fd_allocate": "iII",
    "fd_close": "i",
    "fd_datasync": "i",
    "fd_fdstat_get": "ii",
    "fd_fdstat_set_flags": "ii",
    "fd_fdstat_set_rights": "iII",
    "fd_filestat_get": "ii",
    "fd_filestat_set_size": "iI",
    "fd_filestat_set_times": "iIIi",
    "fd_pread": "iiiIi",
    "fd_prestat_get": "ii",
    "fd_prestat_dir_name": "iii",
    "fd_pwrite": "iiiIi",
    "fd_read": "iiii",
    "fd_readdir": "iiiIi",
    "fd_renumber": "ii",
    "fd_seek": "iIii",
    "fd_sync": "i",
    "fd_tell": "ii",
    "fd_write": "iiii",
    "path_create_directory": "iii",
    "path_filestat_get": "iiiii",
    "path_filestat_set_times": "iiiiIIi",
    "path_link": "iiiiiii",
    "path_open": "iiiiiIIii",
    "path_readlink": "iiiiii",
    "path_remove_directory": "iii",
    "path_rename": "iiiiii",
    "path_symlink": "iiiii",
    "path_unlink_file": "iii",
    "poll_oneoff": "iiii",
    "proc_exit": "i",
    "proc_raise": "i",
    "sched_yield": "",
    "random_get": "ii",
    "sock_accept": "iii",
    "sock_recv": "iiiiii",
    "sock_send": "iiiii",
    "sock_shutdown": "ii",
}


def text(kebab: bool = False, peek: bool = False) -> str:
    """The module in WAT, with a memory of one page.

    kebab: names are as a component's. peek: it also exports peek and poke, for its memory.
    """
    types = {"i": "i32", "I": "i64"}
    imports, functions = [], []
    for name, params in FUNCTIONS.items():
        result = "" if name == "proc_exit" else "(result i32)"
        taken = "".join(f"(param {types[p]})" for p in params)
        imports.append(
            f'(import "wasi_snapshot_preview1" "{name}" (func ${name} {taken} {result}))'
        )
        passed = " ".join(f"(local.get {i})" for i in range(len(params)))
        exported = name.replace("_", "-") if kebab else name
        functions.append(f'(func (export "{exported}") {taken} {result} (call ${name} {passed}))')
    if peek:
        functions.append(
            '(func (export "peek") (param i32) (result i64) (i64.load (local.get 0)))'
            '(func (export "poke") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))'
        )
    return "\n".join(["(module", *imports, '(memory (export "memory") 1)', *functions, ")"])


def wit() -> str:
    """The world of that module as a component."""
    types = {"i": "u32", "I": "u64"}
    lines = ["export peek: func(at: u32) -> u64;", "export poke: func(at: u32, value: u32);"]
    for name, params in FUNCTIONS.items():
        taken = ", ".join(f"a{i}: {types[p]}" for i, p in enumerate(params))
        result = "" if name == "proc_exit" else " -> u32"
        lines.append(f"export {name.replace('_', '-')}: func({taken}){result};")
    return "\n".join(["package test:all;", "world all {", *lines, "}"])
