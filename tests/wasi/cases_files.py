# Files and capabilities, call by call. "all" is the module of preview1_program; `load.folder` an
# empty folder.

import io
import os
from struct import pack, unpack

import wrt_micro
from wrt_micro.ports import open_port
from wrt_micro.ports.clock import Monotonic
from wrt_micro.wasi.errors import Refused
from wrt_micro.wasi.files import Directory, File

READ, WRITE, CREATE = 1 << 1, 1 << 6, 1
DATA, RESULT = 0x1000, 0x400


def opened(app, path, flags=0, rights=READ | WRITE, fd=3):
    """(errno, file descriptor)"""
    app.memory.write(0x100, path.encode())
    errno = app.path_open(fd, 1, 0x100, len(path.encode()), flags, rights, rights, 0, RESULT)
    return errno, unpack("<I", app.memory.read(RESULT, 4))[0]


def write(app, fd, *parts):
    """(errno, bytes written)"""
    at = DATA
    for i, part in enumerate(parts):
        app.memory.write(at, part)
        app.memory.write(0x200 + 8 * i, pack("<II", at, len(part)))
        at += len(part)
    app.memory.write(RESULT, b"\0\0\0\0")
    errno = app.fd_write(fd, 0x200, len(parts), RESULT)
    return errno, unpack("<I", app.memory.read(RESULT, 4))[0]


def read(app, fd, *sizes):
    """The bytes that were read, or the errno."""
    at = DATA
    for i, size in enumerate(sizes):
        app.memory.write(0x200 + 8 * i, pack("<II", at, size))
        at += size
    errno = app.fd_read(fd, 0x200, len(sizes), RESULT)
    return errno or app.memory.read(DATA, unpack("<I", app.memory.read(RESULT, 4))[0])


def load_all(load, **grants):
    return load("all", wasi=grants)


def fails(kind, function, *args):
    try:
        function(*args)
    except kind as error:
        return str(error)
    raise AssertionError("no " + kind.__name__)


def test_nothing_is_given_by_itself(load):
    app = load("all")
    assert app.fd_prestat_get(3, RESULT) == 8  # badf
    app.environ_sizes_get(RESULT, RESULT + 4)
    assert app.memory.read(RESULT, 8) == b"\0" * 8
    assert opened(app, "x")[0] == 8


def test_a_grant_that_does_not_exist(load):
    text = fails(wrt_micro.LinkError, lambda: load("all", wasi={"dir": {}, "args": []}))
    assert "nothing is named dir; there are: args, env, dirs" in text, text


def test_a_grant_of_another_type(load):
    for grants, message in (
        ({"args": "one two"}, "args must be of type list, got 'one two'"),
        ({"env": ["A=B"]}, "env must be of type dict"),
        ({"files": "8"}, "files must be of type int"),
        ({"pins": 25}, "pins must be of type dict, got 25"),
    ):
        text = fails(wrt_micro.LinkError, lambda grants=grants: load("all", wasi=grants))
        assert message in text, text


def test_files_of_ours_are_no_interfaces(load):
    wasi = load("all").wasi
    for name in ("wasi:preview1/files", "wasi:io/none@0.2.0", "wasi:nothing/at-all", "wasi:x"):
        assert wasi.interface(name) is None
    assert wasi.core_function("wasi_snapshot_preview1", "view") is None
    assert wasi.core_function("wasi_unstable", "fd_read") is None


def test_a_directory_that_does_not_exist(load):
    missing = load.folder + "/missing"
    text = fails(wrt_micro.LinkError, lambda: load_all(load, dirs={"/d": missing}))
    assert "missing" in text and "there is nothing" in text, text


def test_several_buffers(load):
    app = load_all(load, dirs={"/": load.folder})
    errno, fd = opened(app, "several", CREATE)
    assert not errno
    assert write(app, fd, b"one", b"", b"two", b"three") == (0, 11)
    app.fd_seek(fd, 0, 0, RESULT)
    assert read(app, fd, 2, 0, 5, 100) == b"onetwothree"
    assert read(app, fd, 5) == b""
    assert app.fd_close(fd) == 0
    os.remove(load.folder + "/several")


def test_addresses_outside_of_memory(load):
    app = load("all")
    assert app.random_get(-1, 8) == 21  # fault
    assert app.random_get(65536 - 4, 8) == 21
    assert app.args_sizes_get(65536, 0) == 21
    assert app.fd_write(1, 65532, 1, RESULT) == 21


def test_the_table_of_files_is_full(load):
    app = load_all(load, dirs={"/": load.folder}, files=3)
    fds = []
    for name in "abc":
        errno, fd = opened(app, name, CREATE)
        assert not errno
        fds.append(fd)
    assert opened(app, "d", CREATE)[0] == 33  # mfile
    assert "d" not in os.listdir(load.folder)
    assert not app.fd_close(fds[1])
    assert opened(app, "d", CREATE) == (0, fds[1])
    app.wasi.close()
    assert [file for file in app.wasi.opened if file] == []
    for name in "abcd":
        os.remove(load.folder + "/" + name)


def test_streams_of_python(load):
    out, err = io.BytesIO(), io.BytesIO()
    app = load_all(load, stdin=b"first\nsecond\nlast", stdout=out, stderr=err)
    assert read(app, 0, 100)[:6] == b"first\n"
    assert write(app, 1, b"to ", b"out") == (0, 6)
    assert write(app, 2, b"to err") == (0, 6)
    assert (out.getvalue(), err.getvalue()) == (b"to out", b"to err")
    while read(app, 0, 100):
        pass
    assert app.fd_close(1) == 0
    assert write(app, 1, b"closed") == (8, 0)


def test_exit_passes_by_except_exception(load):
    app = load("all")
    try:
        try:
            app.proc_exit(7)
        except Exception as error:
            raise AssertionError("caught") from error
    except wrt_micro.Exit as exit:
        assert exit.code == 7
    assert app.sched_yield() == 0  # and the program can be called again


def test_what_was_written_is_there_after_an_exit(load):
    app = load_all(load, dirs={"/": load.folder})
    _, fd = opened(app, "kept", CREATE)
    write(app, fd, b"kept")
    app.wasi.close()
    with open(load.folder + "/kept") as file:
        assert file.read() == "kept"
    os.remove(load.folder + "/kept")


def test_links_are_not_followed(load):
    folder = load.folder
    os.mkdir(folder + "/inside")
    for command in ("ln -s /etc %s/inside/out", "ln -s inside %s/in", "ln -s /etc/passwd %s/file"):
        os.system(command % folder)
    app = load_all(load, dirs={"/": folder})
    for path in ("inside/out/passwd", "in/x", "file", "inside/out", "in"):
        assert opened(app, path, 0, READ)[0] == 63, path
        assert opened(app, path, CREATE)[0] == 63, path
    assert app.path_readlink(3, *text(app, "file"), DATA, 100, RESULT) == 63
    assert app.path_filestat_get(3, 1, *text(app, "file"), RESULT) == 63
    assert app.path_filestat_get(3, 0, *text(app, "file"), RESULT) == 0
    assert app.memory.read(RESULT + 16, 1) == b"\7"  # a link
    assert app.path_unlink_file(3, *text(app, "file")) == 0  # the link, not what it leads to
    with open("/etc/passwd"):
        pass
    os.system("rm -r " + folder + "/inside")
    os.remove(folder + "/in")


def text(app, path):
    app.memory.write(0x100, path.encode())
    return 0x100, len(path.encode())


def test_random_paths_stay_inside(load):
    """Whatever a path is made of, what it names lies in the directory."""
    directory = Directory(open_port(), load.folder, True)
    parts = ["..", ".", "", "a", "b", "a..", "...", "/"]
    seed = 7
    found = 0
    for _ in range(3000):
        chosen = []
        for _ in range(seed % 5 + 1):
            seed = (seed * 1103515245 + 12345) & 0x3FFFFFFF
            chosen.append(parts[seed >> 8 & 7])
        path = "/".join(chosen)
        try:
            here = directory.locate(path)
        except (Refused, OSError):
            continue
        found += 1
        assert here == load.folder or here.startswith(load.folder + "/"), (path, here)
        assert ".." not in here.split("/"), (path, here)
    assert found > 100


def test_clocks_that_wrap(load):
    """ticks_ms and ticks_us of a 32-bit board: both go round."""
    period = 1 << 30
    time = [0]
    clock = Monotonic(
        lambda: time[0] // 1000 % period,
        lambda: time[0] % period,
        lambda a, b: (a - b + period // 2) % period - period // 2,
    )
    before = clock.now()
    for step in (1, 999, 5000000, 400000000, 499999999, 500000000, 600000000, 5000000000, 10):
        time[0] += step
        now = clock.now()
        # Beyond 500 seconds only milliseconds are left.
        assert abs(now - before - 1000 * step) <= (2000000 if step > 400000000 else 0), step
        before = now
    for _ in range(5000):  # several times round both
        time[0] += 400000000
        assert clock.now() >= before
        before = clock.now()
    assert abs(before - 1000 * time[0]) < 5000000000


def test_files_larger_than_what_was_there(load):
    for sparse in (False, True):
        file = File(load.folder + "/sizes", "w+b", True, True, sparse)
        assert file.write(b"abc", 100) == 3
        data = bytearray(8)
        assert file.read(memoryview(data), 97) == 6 and data == b"\0\0\0abc\0\0"
        file.set_size(200)
        assert file.size() == 200
        file.set_size(0)
        assert file.size() == 0
        far = (1 << 64) - 1
        assert fails(Refused, file.read, memoryview(data), far) == "invalid"
        assert fails(Refused, file.write, b"abc", far) == "file-too-large"
        assert fails(Refused, file.set_size, far) == "file-too-large"
        file.close()
        os.remove(load.folder + "/sizes")
