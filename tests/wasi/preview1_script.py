# Calls of wasi_snapshot_preview1, one after the other, and what each came to. The same script runs
# on our runtime, under MicroPython and CPython, and on wasmtime; the lines must be the same.

from struct import pack, unpack

CREATE, DIRECTORY, EXCLUSIVE, TRUNCATE = 1, 2, 4, 8
READ, WRITE, ALL = 1 << 1, 1 << 6, (1 << 29) - 1
APPEND = 1
# Where what is passed stands in the guest's memory.
PATH, OTHER, VECTOR, RESULT, DATA = 0x100, 0x200, 0x300, 0x400, 0x1000


class Script:
    """call(name, *args) calls a function; read(address, size) and write(address, data) the memory.

    lines: what there was to see.
    """

    def __init__(self, call, read, write):
        self._call, self._read, self._write = call, read, write
        self.lines = []
        self._opened = []

    def show(self, *values):
        self.lines.append(" ".join([str(value) for value in values]))

    def call(self, name, *args):
        errno = self._call(name, *args)
        if args and args[0] in self._opened:  # which number it has, is for each runtime to choose
            args = ("opened",) + args[1:]
        self.show(name, args, "->", errno)
        return errno

    def path(self, text, at=PATH):
        data = text.encode()
        self._write(at, data)
        return at, len(data)

    def u32(self, at=RESULT):
        return unpack("<I", self._read(at, 4))[0]

    def u64(self, at=RESULT):
        return unpack("<Q", self._read(at, 8))[0]

    def open(self, path, flags=0, rights=READ, fdflags=0, fd=3):
        self.show("open", path, flags, rights, fdflags)
        self._write(RESULT, b"\xff\xff\xff\xff")
        at, size = self.path(path)
        if self.call("path_open", fd, 1, at, size, flags, rights, ALL, fdflags, RESULT):
            return -1
        self._opened.append(self.u32())
        return self.u32()

    def write(self, fd, data, offset=None):
        self._write(DATA, data)
        self._write(VECTOR, pack("<II", DATA, len(data)))
        if offset is None:
            self.call("fd_write", fd, VECTOR, 1, RESULT)
        else:
            self.call("fd_pwrite", fd, VECTOR, 1, offset, RESULT)
        self.show("wrote", self.u32())

    def read(self, fd, size, offset=None):
        self._write(VECTOR, pack("<II", DATA, size))
        self._write(RESULT, b"\0\0\0\0")
        if offset is None:
            self.call("fd_read", fd, VECTOR, 1, RESULT)
        else:
            self.call("fd_pread", fd, VECTOR, 1, offset, RESULT)
        self.show("read", self._read(DATA, self.u32()))

    def of_path(self, name, path, *more):
        """A function that takes a directory and a path."""
        self.show(name, path)
        at, size = self.path(path)
        return self.call(name, 3, at, size, *more)

    def stat(self, path):
        at, size = self.path(path)
        self.show("stat", path)
        if not self.call("path_filestat_get", 3, 1, at, size, RESULT):
            self.show_stat()

    def show_stat(self):
        kind = self._read(RESULT + 16, 1)[0]
        self.show("kind", kind, "size", self.u64(RESULT + 32) if kind == 4 else "")

    def rename(self, path, to, to_fd=3):
        self.show("rename", path, to)
        at, size = self.path(path)
        other, other_size = self.path(to, OTHER)
        self.call("path_rename", 3, at, size, to_fd, other, other_size)

    def fdstat(self, fd):
        if not self.call("fd_fdstat_get", fd, RESULT):
            kind = self._read(RESULT, 1)[0]
            flags = unpack("<H", self._read(RESULT + 2, 2))[0]
            self.show("kind", kind, "flags", flags)

    def names(self, fd, room=4096, cookie=0):
        """Names in a directory, as far as they fit."""
        if self.call("fd_readdir", fd, DATA, room, cookie, RESULT):
            return
        used = self.u32()
        data = self._read(DATA, used)
        found = []
        at = 0
        while at + 24 <= used:
            size = unpack("<I", data[at + 16 : at + 20])[0]
            if at + 24 + size > used:
                break
            found.append((str(data[at + 24 : at + 24 + size], "utf-8"), data[at + 20]))
            at += 24 + size
        self.show("names", sorted(found), "full", used == room)


def component_script(function, types):
    """A Script for a component that exports all functions: function(name, *args) calls one.

    types: parameters of each, as preview1_program.FUNCTIONS has them.
    """
    masks = {"i": (1 << 32) - 1, "I": (1 << 64) - 1}

    def call(name, *args):
        return function(name, *[arg & masks[types[name][i]] for i, arg in enumerate(args)])

    def read(address, size):
        words = [function("peek", address + at) for at in range(0, size, 8)]
        return b"".join([word.to_bytes(8, "little") for word in words])[:size]

    def write(address, data):
        for i, byte in enumerate(data):
            function("poke", address + i, byte)

    return Script(call, read, write)


def run(script, core=True):
    """The whole script. Directory 3 is empty at first, 4 may only be read and holds "fixed".

    core: the functions are those of the host, not of an adapter in a component.
    """
    s = script
    begin(s)
    files(s)
    positions(s)
    directories(s)
    paths(s)
    refused(s)
    polling(s)
    if core:
        malformed(s)


def begin(s):
    s.call("args_sizes_get", RESULT, RESULT + 4)
    s.show(s.u32(), s.u32(RESULT + 4))
    s.call("args_get", RESULT, DATA)
    s.show(s._read(s.u32(RESULT + 4), 6), s.u32(RESULT + 4) - DATA)
    s.call("environ_sizes_get", RESULT, RESULT + 4)
    s.show(s.u32(), s.u32(RESULT + 4))
    s.call("environ_get", RESULT, DATA)
    s.show(s._read(DATA, s.u32(RESULT) - DATA + 4))
    for clock in (0, 1, 9):
        s.call("clock_time_get", clock, 1, RESULT)
    s.call("clock_res_get", 1, RESULT)
    s.call("random_get", DATA, 200)
    s.call("sched_yield")
    for fd in range(6):
        if not s.call("fd_prestat_get", fd, RESULT):
            size = s.u32(RESULT + 4)
            s.call("fd_prestat_dir_name", fd, DATA, size)
            s.show(s._read(DATA, size))
            s.call("fd_prestat_dir_name", fd, DATA, size - 1)
    for fd in range(6):
        s.fdstat(fd)
    for fd in (3, 9):
        s.call("fd_tell", fd, RESULT)
        s.call("fd_seek", fd, 0, 0, RESULT)
        s.read(fd, 8)


def files(s):
    s.open("a")
    a = s.open("a", CREATE, READ | WRITE)
    s.write(a, b"hello world")
    s.read(a, 8)
    s.call("fd_seek", a, 0, 0, RESULT)
    s.read(a, 8)
    s.call("fd_tell", a, RESULT)
    s.show(s.u64())
    s.call("fd_sync", a)
    s.call("fd_datasync", a)
    s.call("fd_filestat_get", a, RESULT)
    s.show_stat()
    s.fdstat(a)
    s.stat("a")
    s.stat("./a")
    s.stat("a/")
    s.stat("b")
    s.stat("a/b")
    s.call("fd_close", a)
    s.call("fd_close", a)
    s.read(a, 8)
    s.open("a", CREATE | EXCLUSIVE, READ | WRITE)
    s.open("a", DIRECTORY)
    s.open("b/c", CREATE, WRITE)
    a = s.open("a", 0, READ)
    s.write(a, b"denied")
    s.call("fd_filestat_set_size", a, 3)
    s.call("fd_advise", a, 0, 4, 0)
    s.call("fd_advise", a, 0, 4, 9)
    s.call("fd_allocate", a, 0, 4)
    s.call("fd_readdir", a, DATA, 100, 0, RESULT)
    s.call("path_filestat_get", a, 0, PATH, 1, RESULT)
    s.call("fd_prestat_get", a, RESULT)
    s.call("fd_prestat_dir_name", a, DATA, 10)
    s.call("fd_fdstat_set_rights", a, 2, 2)
    s.call("fd_close", a)
    a = s.open("a", TRUNCATE, READ | WRITE)
    s.read(a, 8)
    s.call("fd_close", a)


def positions(s):
    a = s.open("a", CREATE | TRUNCATE, READ | WRITE)
    s.write(a, b"0123456789")
    s.read(a, 6, 2)
    s.write(a, b"XYZ", 4)
    s.call("fd_tell", a, RESULT)
    s.show(s.u64())
    s.read(a, 16, 0)
    s.read(a, 16, 100)
    s.call("fd_seek", a, -2, 1, RESULT)
    s.show(s.u64())
    s.call("fd_seek", a, -2, 2, RESULT)
    s.show(s.u64())
    s.call("fd_seek", a, -200, 1, RESULT)
    s.call("fd_seek", a, 5, 9, RESULT)
    s.call("fd_seek", a, 14, 0, RESULT)
    s.write(a, b"end")
    s.read(a, 20, 0)
    s.call("fd_filestat_set_size", a, 20)
    s.read(a, 24, 0)
    s.call("fd_filestat_set_size", a, 0)
    s.call("fd_filestat_get", a, RESULT)
    s.show_stat()
    s.call("fd_close", a)
    a = s.open("a", 0, READ | WRITE, APPEND)
    s.write(a, b"one")
    s.call("fd_seek", a, 0, 0, RESULT)
    s.write(a, b"two")
    s.fdstat(a)
    s.call("fd_fdstat_set_flags", a, 0)
    s.call("fd_seek", a, 0, 0, RESULT)
    s.write(a, b"three")
    s.read(a, 16, 0)
    b = s.open("b", CREATE, READ | WRITE)
    s.call("fd_renumber", b, a)
    s.call("fd_renumber", 77, a)
    s.call("fd_renumber", a, 77)
    s.write(a, b"to b")
    s.call("fd_close", a)
    s.stat("b")


def directories(s):
    s.of_path("path_create_directory", "d")
    s.of_path("path_create_directory", "d")
    s.of_path("path_create_directory", "d/e")
    s.of_path("path_create_directory", "x/y")
    d = s.open("d", DIRECTORY)
    s.fdstat(d)
    s.read(d, 8)
    s.open("d", 0, READ | WRITE)
    f = s.open("f", CREATE, WRITE, 0, d)
    s.write(f, b"inside")
    s.call("fd_close", f)
    s.stat("d/f")
    s.stat("d/../d/./f")
    s.stat("d//f")
    s.names(d)
    s.names(d, 60)
    s.names(d, 4096, 4)
    s.call("fd_readdir", 1, DATA, 100, 0, RESULT)
    s.of_path("path_remove_directory", "d")
    s.of_path("path_remove_directory", "d/f")
    s.of_path("path_unlink_file", "d")
    s.of_path("path_unlink_file", "d/nothing")
    s.of_path("path_remove_directory", "nothing")
    s.rename("d/f", "g")
    s.rename("d/f", "g")
    s.rename("g", "d")
    s.rename("d", "g")
    s.rename("g", "d/g")
    s.of_path("path_unlink_file", "d/g")
    s.of_path("path_remove_directory", "d/e")
    s.call("fd_close", d)
    s.of_path("path_remove_directory", "d")
    s.names(3)


def paths(s):
    for path in (
        "..",
        "../x",
        "/",
        "/etc/passwd",
        "/usr",
        "d/../..",
        "a/..",
        "a/../a",
        "nope/..",
        ".",
        "./",
        "",
        "a\0b",
        "./../x",
        "x/../../y",
    ):
        s.show(repr(path))
        s.stat(path)
        s.open(path, CREATE, WRITE)
    s.rename("a", "../a")
    s.rename("../a", "a")
    s.of_path("path_create_directory", "../new")
    s.of_path("path_unlink_file", "../a")
    s.of_path("path_remove_directory", "..")
    s.of_path("path_readlink", "a", DATA, 100, RESULT)
    s.of_path("path_readlink", "nothing", DATA, 100, RESULT)


def malformed(s):
    """What the Canonical ABI would not let pass: a component traps here."""
    s._write(PATH, b"\xff\xfe")
    s.call("path_filestat_get", 3, 0, PATH, 2, RESULT)


def refused(s):
    """What a directory that may only be read does not allow, and what is not there at all."""
    fixed = s.open("fixed", 0, READ, 0, 4)
    s.read(fixed, 8)
    s.call("fd_close", fixed)
    s.open("fixed", 0, READ | WRITE, 0, 4)
    s.open("new", CREATE, WRITE, 0, 4)
    s.open("fixed", TRUNCATE, READ, 0, 4)
    at, size = s.path("new")
    s.call("path_create_directory", 4, at, size)
    at, size = s.path("fixed")
    s.call("path_unlink_file", 4, at, size)
    s.rename("a", "fixed", 4)
    for fd in (0, 77, -1):
        s.call("fd_filestat_set_size", fd, 1)
        s.call("path_filestat_get", fd, 0, at, size, RESULT)
    s.call("fd_pread", 0, VECTOR, 1, 0, RESULT)
    s.call("fd_seek", 1, 0, 0, RESULT)
    s.call("fd_write", 0, VECTOR, 1, RESULT)
    s.call("fd_read", 1, VECTOR, 1, RESULT)


def polling(s):
    clock = pack("<QBxxxxxxxIxxxxQQHxxxxxx", 42, 0, 1, 1000000, 0, 0)
    late = pack("<QBxxxxxxxIxxxxQQHxxxxxx", 43, 0, 1, 60000000000, 0, 0)
    output = pack("<QBxxxxxxxIxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 44, 2, 1)
    closed = pack("<QBxxxxxxxIxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 45, 1, 77)
    for wanted in ((), (clock,), (late, clock), (late, output), (late, closed)):
        s._write(DATA, b"".join(wanted))
        s._write(0x2000, b"\0" * 64)
        if not s.call("poll_oneoff", DATA, 0x2000, len(wanted), RESULT):
            for i in range(s.u32()):
                user, errno, kind = unpack("<QHB", s._read(0x2000 + 32 * i, 11))
                s.show("event", user, errno, kind)
