"""A module that imports all of wasi_snapshot_preview1, and exports it again under the same names."""

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


def text() -> str:
    """The module in WAT, with a memory of one page."""
    types = {"i": "i32", "I": "i64"}
    imports, functions = [], []
    for name, params in FUNCTIONS.items():
        result = "" if name == "proc_exit" else "(result i32)"
        taken = "".join(f"(param {types[p]})" for p in params)
        imports.append(
            f'(import "wasi_snapshot_preview1" "{name}" (func ${name} {taken} {result}))'
        )
        passed = " ".join(f"(local.get {i})" for i in range(len(params)))
        functions.append(f'(func (export "{name}") {taken} {result} (call ${name} {passed}))')
    return "\n".join(["(module", *imports, '(memory (export "memory") 1)', *functions, ")"])
