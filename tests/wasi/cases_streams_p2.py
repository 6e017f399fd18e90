# WASI 0.2's streams, descriptors and pollables, as a program's imports reach them.

import io
import os

from cases_board import Board

import wrt_micro

STREAMS = "wasi:io/streams@0.2.4"
TYPES = "wasi:filesystem/types@0.2.4"
POLL = "wasi:io/poll@0.2.4"
READ = "[method]input-stream.blocking-read"
WRITE = "[method]output-stream.write"


def directory(load, access="rw", **grants):
    """(board, the descriptor of the only directory)"""
    board = Board(dirs={"/data": (load.folder, access)}, **grants)
    ((descriptor, name),) = board.call("wasi:filesystem/preopens@0.2.4", "get-directories")
    assert name == "/data"
    return board, descriptor


def method(board, name, descriptor, *args):
    return board.call(TYPES, "[method]descriptor." + name, descriptor, *args)


def refused(board, name, descriptor, *args):
    return board.error(TYPES, "[method]descriptor." + name, descriptor, *args)


def opened(board, folder, name, how=("create",), flags=("read", "write")):
    return method(board, "open-at", folder, {"symlink-follow"}, name, set(how), set(flags))


def test_standard_streams(load):
    out = io.BytesIO()
    board = Board(stdin=b"one\ntwo", stdout=out, terminals=["stdin"])
    stdin = board.call("wasi:cli/stdin@0.2.4", "get-stdin")
    assert bytes(board.call(STREAMS, READ, stdin, 0)) == b""
    text = b""
    while len(text) < 7:
        text += board.call(STREAMS, READ, stdin, 100)
    assert text == b"one\ntwo"
    assert board.error(STREAMS, READ, stdin, 1) == "closed"
    assert board.error(STREAMS, "[method]input-stream.read", stdin, 1) == "closed"
    ready = board.call(STREAMS, "[method]input-stream.subscribe", stdin)
    assert board.call(POLL, "[method]pollable.ready", ready)
    stdout = board.call("wasi:cli/stdout@0.2.4", "get-stdout")
    assert board.call(STREAMS, "[method]output-stream.check-write", stdout) > 0
    board.call(STREAMS, WRITE, stdout, b"text")
    board.call(STREAMS, "[method]output-stream.write-zeroes", stdout, 100)
    board.call(STREAMS, "[method]output-stream.blocking-flush", stdout)
    assert out.getvalue() == b"text" + b"\0" * 100
    terminals = [
        board.call("wasi:cli/terminal-" + name + "@0.2.4", "get-terminal-" + name) is not None
        for name in ("stdin", "stdout", "stderr")
    ]
    assert terminals == [True, False, False]


def test_a_stream_that_fails_is_closed(load):
    class Full:
        def write(self, data):
            raise OSError(28)

    board = Board(stdout=Full())
    stdout = board.call("wasi:cli/stdout@0.2.4", "get-stdout")
    case, error = board.error(STREAMS, WRITE, stdout, b"text")
    assert case == "last-operation-failed"
    assert board.call("wasi:io/error@0.2.4", "[method]error.to-debug-string", error) == (
        "insufficient-space"
    )
    assert board.call(TYPES, "filesystem-error-code", error) == "insufficient-space"
    for name in ("check-write", "flush"):
        assert board.error(STREAMS, "[method]output-stream." + name, stdout) == "closed"
    assert board.error(STREAMS, WRITE, stdout, b"") == "closed"


def test_files_as_streams(load):
    board, folder = directory(load)
    file = opened(board, folder, "streamed")
    out = method(board, "write-via-stream", file, 2)
    board.call(STREAMS, WRITE, out, b"abc")
    board.call(STREAMS, WRITE, out, b"def")
    end = method(board, "append-via-stream", file)
    board.call(STREAMS, WRITE, end, b"end")
    source = method(board, "read-via-stream", file, 0)
    file.drop()  # its streams go on
    assert bytes(board.call(STREAMS, READ, source, 100)) == b"\0\0abcdefend"
    assert board.error(STREAMS, READ, source, 100) == "closed"
    for stream in (out, end, source):
        stream.drop()
    assert [file for file in board.wasi.opened if file] == []
    os.remove(load.folder + "/streamed")


def test_splice(load):
    board, folder = directory(load)
    file = opened(board, folder, "spliced")
    assert method(board, "write", file, b"0123456789", 0) == 10
    source = method(board, "read-via-stream", file, 0)
    out = io.BytesIO()
    target = Board(stdout=out).call("wasi:cli/stdout@0.2.4", "get-stdout")
    splice = "[method]output-stream.splice"
    assert board.call(STREAMS, splice, target, source, 4) == 4
    assert board.call(STREAMS, "[method]input-stream.skip", source, 3) == 3
    assert board.call(STREAMS, splice, target, source, 100) == 3
    assert board.error(STREAMS, splice, target, source, 1) == "closed"
    assert out.getvalue() == b"0123789"
    file.drop()
    os.remove(load.folder + "/spliced")


def test_what_a_descriptor_says(load):
    board, folder = directory(load)
    file = opened(board, folder, "described")
    assert method(board, "get-type", file) == "regular-file"
    assert method(board, "get-type", folder) == "directory"
    assert method(board, "get-flags", file) == {"read", "write"}
    assert method(board, "get-flags", folder) == {"read", "mutate-directory"}
    method(board, "write", file, b"some text", 0)
    assert method(board, "read", file, 4, 5) == (b"text", False)
    assert method(board, "read", file, 4, 9) == (b"", True)
    stat = method(board, "stat", file)
    assert (stat["type"], stat["size"]) == ("regular-file", 9)
    assert stat["data-modification-timestamp"]["seconds"] > 1500000000
    same = opened(board, folder, "./described")
    assert method(board, "is-same-object", file, same)
    assert not method(board, "is-same-object", file, folder)
    assert method(board, "metadata-hash", file) == method(board, "metadata-hash", same)
    assert method(board, "metadata-hash", file) == method(
        board, "metadata-hash-at", folder, set(), "described"
    )
    entries = method(board, "read-directory", folder)
    read = "[method]directory-entry-stream.read-directory-entry"
    assert board.call(TYPES, read, entries) == {"type": "regular-file", "name": "described"}
    assert board.call(TYPES, read, entries) is None
    file.drop()
    same.drop()
    method(board, "unlink-file-at", folder, "described")


def test_what_is_refused(load):
    board, folder = directory(load, "r", files=2)
    with open(load.folder + "/fixed", "w") as file:
        file.write("fixed")
    fixed = opened(board, folder, "fixed", (), ("read",))
    for name, args, error in (
        ("write", (b"x", 0), "bad-descriptor"),
        ("write-via-stream", (0,), "bad-descriptor"),
        ("append-via-stream", (), "bad-descriptor"),
        ("set-size", (1,), "invalid"),
        ("set-times", ("now", "no-change"), "not-permitted"),
        ("read-directory", (), "not-directory"),
        ("open-at", (set(), "x", set(), {"read"}), "not-directory"),
    ):
        assert refused(board, name, fixed, *args) == error, name
    for name, args, error in (
        ("create-directory-at", ("new",), "not-permitted"),
        ("unlink-file-at", ("fixed",), "not-permitted"),
        ("rename-at", ("fixed", folder, "other"), "not-permitted"),
        ("remove-directory-at", ("fixed",), "not-permitted"),
        ("open-at", (set(), "fixed", {"truncate"}, {"read"}), "not-permitted"),
        ("open-at", (set(), "../fixed", set(), {"read"}), "not-permitted"),
        ("open-at", (set(), "/fixed", set(), {"read"}), "not-permitted"),
        ("stat-at", (set(), ".."), "not-permitted"),
        ("symlink-at", ("fixed", "link"), "unsupported"),
        ("link-at", (set(), "fixed", folder, "link"), "unsupported"),
        ("readlink-at", ("fixed",), "invalid"),
        ("read", (1, 0), "is-directory"),
        ("advise", (0, 1, "normal"), "bad-descriptor"),
    ):
        assert refused(board, name, folder, *args) == error, name
    second = opened(board, folder, "fixed", (), ("read",))
    assert refused(board, "open-at", folder, set(), "fixed", set(), {"read"}) == (
        "insufficient-memory"
    )
    second.drop()
    fixed.drop()
    os.remove(load.folder + "/fixed")


def test_pollables(load):
    board = Board()
    clock = "wasi:clocks/monotonic-clock@0.2.4"
    soon = board.call(clock, "subscribe-duration", 1000000)
    late = board.call(clock, "subscribe-duration", 60000000000)
    past = board.call(clock, "subscribe-instant", 0)
    assert board.call(POLL, "poll", [late, past]) == [1]
    assert board.call(POLL, "poll", [soon, late]) == [0]
    assert board.call(POLL, "[method]pollable.ready", soon)
    assert not board.call(POLL, "[method]pollable.ready", late)
    try:
        board.call(POLL, "poll", [])
    except ValueError:
        pass
    else:
        raise AssertionError("it waited for nothing")


def test_random_numbers(load):
    board = Board()
    random = "wasi:random/random@0.2.4"
    assert len(board.call(random, "get-random-bytes", 1000)) == 1000
    numbers = {board.call(random, "get-random-u64") for _ in range(10)}
    assert len(numbers) == 10 and max(numbers) < 1 << 64
    seed = "wasi:random/insecure-seed@0.2.4"
    assert board.call(seed, "insecure-seed") == board.call(seed, "insecure-seed")
    try:
        board.call(random, "get-random-bytes", 1 << 40)
    except MemoryError:
        pass
    else:
        raise AssertionError("there was that much")


def test_exit(load):
    board = Board()
    for status, code in (("ok", 0), ("error", 1)):
        try:
            board.call("wasi:cli/exit@0.2.4", "exit", (status, None))
        except wrt_micro.Exit as exit:
            assert exit.code == code
