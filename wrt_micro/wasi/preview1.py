# wasi_snapshot_preview1: what modules of WASI 0.1 import. Standard streams, clocks, environment
# and the table of file descriptors are here; what only programs with directories need is in
# preview1_files.py and imported then.

import struct

from ..image import INSTANCES
from ..memory import Memory
from ..trap import Exit
from .errors import Refused, name_of, preview1_errno
from .stdio import Stdio

FAULT, MANY, NOT_A_SOCKET, NO_SYSTEM_CALL = 21, 33, 57, 52
DIRECTORY_RIGHTS = 0x7B7FE18  # as wasmtime has them: no seek, no path_filestat_set_size
FILE_RIGHTS = 0x8E001FF
_FAMILIES = "args environ clock random fd path poll proc sched sock".split()
_TYPES = {
    "block-device": 1,
    "character-device": 2,
    "directory": 3,
    "regular-file": 4,
    "symbolic-link": 7,
}


def make(wasi):
    """The functions of a program."""
    return Preview1(wasi)


def type_number(kind):
    """The filetype for a kind of file."""
    return _TYPES.get(kind, 0)


class Descriptor:
    """An open file descriptor. preopen: the name of a directory that was given, or None.

    flags: fdflags. offset: where the next read or write is. seeks: whether there is one.
    """

    def __init__(self, file, preopen=None, flags=0):
        self.file = file
        self.preopen = preopen
        self.flags = flags
        self.offset = 0
        self.seeks = file.kind == "regular-file"


class Preview1:
    """The functions, by name; each returns an errno, None for success.

    Pointers are addresses in the memory that the program exports as "memory".
    """

    def __init__(self, wasi):
        self.wasi = wasi
        self.port = wasi.port
        # stdin, stdout, stderr, and what was given or is opened later.
        self.fds = [Descriptor(Stdio(wasi, name)) for name in ("stdin", "stdout", "stderr")]
        for directory, name in wasi.directories():
            self.fds.append(Descriptor(directory, name))
        self.fds += [None] * wasi.files
        self.memory = self.files = None

    def bind(self, store):
        """Take the memory that pointers go into."""
        exports = store.exports(store.image.counts[INSTANCES] - 1)
        kind, index, _ = exports.get("memory", (None, 0, 0))
        if kind == "memory":
            self.memory = Memory(store, index)

    def function(self, name):
        """The Python function for an import, or None if WASI has none of that name."""
        if name.split("_")[0] not in _FAMILIES:
            return None
        function = getattr(self, name, None)
        if function is None:
            if not self.files:
                from .preview1_files import Files

                self.files = Files(self)
            function = getattr(self.files, name, None)
        if function is None:
            return None

        def call(*args):
            try:
                return function(*args) or 0
            except IndexError:
                return FAULT
            except (Refused, OSError) as error:
                return preview1_errno(name_of(error))

        return call

    # Memory

    def view(self, address, size):
        """A memoryview of the guest's memory. Raises IndexError."""
        if not self.memory:
            raise IndexError("the program exports no memory")
        return self.memory.view(address & 0xFFFFFFFF, size & 0xFFFFFFFF)

    def get(self, form, address):
        """Numbers at an address, in a form of struct."""
        return struct.unpack_from(form, self.view(address, struct.calcsize(form)), 0)

    def put(self, address, form, *values):
        struct.pack_into(form, self.view(address, struct.calcsize(form)), 0, *values)

    def text(self, address, size):
        """The string at an address. Raises Refused if it is no UTF-8."""
        try:
            return str(bytes(self.view(address, size)), "utf-8")
        except UnicodeError:
            wrong = "illegal-byte-sequence"
        raise Refused(wrong)

    def descriptor(self, fd):
        """An open Descriptor. Raises Refused."""
        if not 0 <= fd < len(self.fds) or self.fds[fd] is None:
            raise Refused("bad-descriptor")
        return self.fds[fd]

    # Arguments and environment

    def _sizes(self, texts, count, size):
        self.put(count, "<I", len(texts))
        self.put(size, "<I", sum([len(text.encode()) + 1 for text in texts]))

    def _texts(self, texts, pointers, buffer):
        for text in texts:
            data = text.encode() + b"\0"
            self.put(pointers, "<I", buffer)
            self.view(buffer, len(data))[:] = data
            pointers += 4
            buffer += len(data)

    def args_sizes_get(self, count, size):
        self._sizes(self.wasi.args, count, size)

    def args_get(self, pointers, buffer):
        self._texts(self.wasi.args, pointers, buffer)

    def _environment(self):
        env = self.wasi.env
        return ["%s=%s" % (name, env[name]) for name in env]

    def environ_sizes_get(self, count, size):
        self._sizes(self._environment(), count, size)

    def environ_get(self, pointers, buffer):
        self._texts(self._environment(), pointers, buffer)

    # Clocks: 0 the time of day, 1 monotonic, 2 and 3 of a process or thread

    def clock_res_get(self, clock, result):
        if clock not in (0, 1):
            raise Refused("invalid")
        self.put(result, "<Q", self.port.resolution)

    def clock_time_get(self, clock, precision, result):
        self.put(result, "<Q", self._now(clock))

    def _now(self, clock):
        if clock == 0:
            return self.port.wall()
        if clock == 1:
            return self.port.monotonic()
        raise Refused("invalid")

    def random_get(self, buffer, size):
        view = self.view(buffer, size)
        for at in range(0, len(view), 64):
            part = view[at : at + 64]
            part[:] = self.port.random(len(part))

    # File descriptors

    def fd_close(self, fd):
        descriptor = self.descriptor(fd)
        self.fds[fd] = None
        if isinstance(descriptor.file, Stdio):
            descriptor.file.sync()
        else:
            self.wasi.release(descriptor.file)

    def fd_renumber(self, fd, to):
        descriptor = self.descriptor(fd)
        self.descriptor(to)
        if fd != to:
            self.fd_close(to)
            self.fds[to] = descriptor
            self.fds[fd] = None

    def fd_fdstat_get(self, fd, result):
        descriptor = self.descriptor(fd)
        file = descriptor.file
        rights = FILE_RIGHTS if descriptor.seeks else 0x8000000
        inheriting = 0
        if file.kind == "directory":
            rights, inheriting = DIRECTORY_RIGHTS, DIRECTORY_RIGHTS | FILE_RIGHTS
        elif not descriptor.seeks:
            rights |= 2 if file.reads else 64
        else:
            rights &= ~((0 if file.reads else 2) | (0 if file.writes else 64))
        kind = type_number(file.kind)
        self.put(result, "<BxHxxxxQQ", kind, descriptor.flags, rights, inheriting)

    def fd_fdstat_set_flags(self, fd, flags):
        descriptor = self.descriptor(fd)
        if descriptor.file.kind == "directory":
            raise Refused("bad-descriptor")
        descriptor.flags = flags & 0x1F

    def fd_prestat_get(self, fd, result):
        name = self.descriptor(fd).preopen
        if name is None:
            raise Refused("bad-descriptor")
        self.put(result, "<BxxxI", 0, len(name.encode()))

    def fd_prestat_dir_name(self, fd, buffer, size):
        name = self.descriptor(fd).preopen
        if name is None:
            raise Refused("not-directory")
        data = name.encode()
        if size & 0xFFFFFFFF < len(data):
            raise Refused("name-too-long")
        self.view(buffer, len(data))[:] = data

    def _file(self, fd):
        """A descriptor that can be read or written."""
        descriptor = self.descriptor(fd)
        if descriptor.file.kind == "directory":
            raise Refused("bad-descriptor")
        return descriptor

    def _each(self, vectors, count, work, offset):
        """Call work(memoryview, offset) for each of the buffers, until one is not used up.

        offset: where the first one belongs, or None. Returns the bytes that were moved.
        """
        total = 0
        for i in range(count & 0xFFFFFFFF):
            address, size = self.get("<II", vectors + 8 * i)
            if not size:
                continue
            try:
                done = work(self.view(address, size), None if offset is None else offset + total)
            except OSError:
                if not total:
                    raise
                break
            total += done
            if done < size:
                break
        return total

    def fd_read(self, fd, vectors, count, result):
        descriptor = self._file(fd)
        total = self._each(vectors, count, descriptor.file.read, descriptor.offset)
        descriptor.offset += total
        self.put(result, "<I", total)

    def fd_write(self, fd, vectors, count, result):
        descriptor = self._file(fd)
        file = descriptor.file
        appends = descriptor.flags & 1
        total = self._each(vectors, count, file.write, None if appends else descriptor.offset)
        descriptor.offset = (
            file.size() if appends and descriptor.seeks else (descriptor.offset + total)
        )
        self.put(result, "<I", total)

    def _seekable(self, fd):
        descriptor = self._file(fd)
        if not descriptor.seeks:
            raise Refused("invalid-seek")
        return descriptor

    def fd_pread(self, fd, vectors, count, offset, result):
        file = self._seekable(fd).file
        self.put(result, "<I", self._each(vectors, count, file.read, offset))

    def fd_pwrite(self, fd, vectors, count, offset, result):
        file = self._seekable(fd).file
        self.put(result, "<I", self._each(vectors, count, file.write, offset))

    def fd_seek(self, fd, offset, whence, result):
        descriptor = self.descriptor(fd)
        if not descriptor.seeks:
            raise Refused(
                "bad-descriptor" if descriptor.file.kind == "directory" else "invalid-seek"
            )
        if whence == 1:
            offset += descriptor.offset
        elif whence == 2:
            offset += descriptor.file.size()
        elif whence:
            raise Refused("invalid")
        if offset < 0:
            raise Refused("invalid")
        descriptor.offset = offset
        self.put(result, "<Q", offset)

    def fd_tell(self, fd, result):
        self.put(result, "<Q", self._seekable(fd).offset)

    def fd_sync(self, fd):
        self.descriptor(fd).file.sync()

    fd_datasync = fd_sync

    # The rest

    def poll_oneoff(self, subscriptions, events, count, result):
        from .preview1_poll import poll

        poll(self, subscriptions, events, count, result)

    def proc_exit(self, code):
        raise Exit(code & 0xFFFFFFFF)

    def proc_raise(self, signal):
        return NO_SYSTEM_CALL

    def sched_yield(self):
        pass

    def _socket(self, fd, *rest):
        self.descriptor(fd)
        return NOT_A_SOCKET

    sock_accept = sock_recv = sock_send = sock_shutdown = _socket
