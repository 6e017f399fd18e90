# WASI 0.3: files as streams, with futures that say how they ended; programs/streams.c.

import os

import wrt_micro
from wrt_micro.concurrent import Timeout


def loaded(load, access="rw"):
    return load("streams", wasi={"dirs": {"/": (load.folder, access)}, "files": 3})


def error(function, *args):
    try:
        value = function(*args)
    except wrt_micro.ComponentError as raised:
        return raised.payload
    raise AssertionError("it returned " + repr(value))


def nothing_is_left(app):
    """No file is open, and Python has no end of a stream."""
    for _ in range(5):
        app.tick()
    assert app.wasi.opened == [None] * 3, app.wasi.opened
    stats = app.stats()
    assert stats["host_ends"]["used"] == 0, stats
    assert stats["streams"]["used"] == 0, stats
    assert stats["host_objects"]["used"] == 0, stats


def test_a_file_is_written_and_read(load):
    app = loaded(load)
    for size in (0, 1, 1023, 1024, 1025, 3000):
        text = (b"0123456789abcdef" * 200)[:size]
        assert bytes(app.copy("copied", text)) == text, size
        with open(load.folder + "/copied", "rb") as file:
            assert file.read() == text
        nothing_is_left(app)
    os.remove(load.folder + "/copied")


def test_a_stream_that_is_dropped_before_its_end(load):
    with open(load.folder + "/long", "wb") as file:
        file.write(b"x" * 5000)
    app = loaded(load)
    assert app.peek("long", 10) == 10
    nothing_is_left(app)
    assert app.peek("long", 0) == 0
    nothing_is_left(app)
    assert 1000 < app.peek("long", 2000) <= 2000
    nothing_is_left(app)
    os.remove(load.folder + "/long")


def test_errors_are_those_of_the_calls(load):
    app = loaded(load)
    assert error(app.peek, "none", 1) == 1
    assert error(app.peek, "../x", 1) == 1
    assert error(app.copy, "none/x", b"text") == 1
    assert error(loaded(load, "r").copy, "new", b"text") == 1
    assert error(load("streams").copy, "new", b"text") == 1
    nothing_is_left(app)


def test_a_directory_is_no_stream(load):
    os.mkdir(load.folder + "/folder")
    app = loaded(load)
    assert error(app.peek, "folder", 1) in range(101, 140)
    nothing_is_left(app)
    os.rmdir(load.folder + "/folder")


def test_names(load):
    for name in ("one", "two", "three"):
        with open(load.folder + "/" + name, "w") as file:
            file.write(name)
    app = loaded(load)
    found = sorted(bytes(app["names"]()).decode().split("/")[1:])
    assert found == ["one", "three", "two"], found
    nothing_is_left(app)
    for name in found:
        os.remove(load.folder + "/" + name)


def test_a_nap_is_as_long_as_it_should_be(load):
    app = load("streams")
    assert app.nap(3000000) >= 3000
    assert app.nap(0) >= 0


def test_a_nap_in_turns(load):
    app = load("streams")
    naps = [app.start("nap", 2000000) for _ in range(3)]
    turns = 0
    while not naps[-1].done:
        app.tick()
        turns += 1
    assert turns > 1
    assert [nap.result() >= 2000 for nap in naps] == [True] * 3


def test_a_nap_that_takes_too_long(load):
    app = load("streams")
    try:
        app.start("nap", (1 << 63) - 1).wait(10)
    except Timeout:
        pass
    else:
        raise AssertionError("it did not take long")


def test_exit(load):
    app = load("streams")
    try:
        app.leave(9)
    except wrt_micro.Exit as exit:
        assert exit.code == 9
    else:
        raise AssertionError("it went on")
