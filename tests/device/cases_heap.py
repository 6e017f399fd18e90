# What only MicroPython has: a heap that can be locked and filled, ROMFS, Ctrl-C.

import gc
import io

import micropython
from cases_calls import Env, core, raises

import wrt_micro


def test_guest_code_allocates_nothing(load):
    app, _ = core(load)
    thread = app.store.thread
    stack = thread.stack
    # Portable computes i64 with Python's integers, which are objects from 63 bits on.
    function, second = (app.fac, 0) if load.engine == "interp" else (app["div-twice"], 3)
    add, call, throw, total = app.sub.header, function.header, app.catch.header, app.sum.header
    trap = app.div.header
    status = [0, 0, 0, 0, 0]
    micropython.heap_lock()
    try:
        stack[0], stack[1] = 5, 3
        status[0] = thread.call(add)
        stack[0], stack[1] = 20, second
        status[1] = thread.call(call)
        stack[0] = 3
        status[2] = thread.call(throw)
        stack[0] = 100000
        status[3] = thread.call(total)
        stack[0], stack[1] = 5, 0
        status[4] = thread.call(trap)
    finally:
        micropython.heap_unlock()
    assert status == [0, 0, 0, 0, 2]


def test_wait_and_host_words_allocate_nothing(load):
    app = load("wait")
    thread = app.store.thread
    stack = thread.stack
    wait, notify = app["wait32"].header, app["notify"].header
    micropython.heap_lock()
    try:
        stack[0], stack[1], stack[2], stack[3] = 0, 0, 1000, 0
        status = thread.call(wait)
        result = stack[0]
        stack[0] = 0
        status |= thread.call(notify)
    finally:
        micropython.heap_unlock()
    assert status == 0 and result == 2


def test_refusal_says_what_was_asked(load):
    hog = []
    gc.collect()
    size = gc.mem_free() // 2
    while size > 20000:  # until no piece is left in which a memory has room, but all the rest
        try:
            hog.append(bytearray(size))
        except MemoryError:
            size //= 2
    error = raises(wrt_micro.LimitError, core, load)
    hog.clear()
    message = str(error)
    assert "memory 0 of 131072 bytes" in message, message
    assert "bytes of heap are free" in message and "load(..., memory=N) changes it" in message


def test_romfs_is_read_in_place(load):
    import vfs

    for name, copied in (("aligned", False), ("shifted", True)):
        with open(load.path(name + ".romfs"), "rb") as file:
            rom = file.read()
        vfs.mount(vfs.VfsRom(rom), "/rom_" + name)
        try:
            env = Env()
            app = wrt_micro.load("/rom_" + name + "/core.wrt", {"env": env}, load.engine)
            assert app.fac(5) == 120
            assert isinstance(app.store.code, bytearray) == copied
        finally:
            vfs.umount("/rom_" + name)


def test_out_of_heap_in_a_file(load):
    class Huge(io.IOBase):
        def seek(self, offset, whence=0):
            return 1 << 40

        def read(self, size=-1):
            return b""

    error = raises(wrt_micro.LimitError, wrt_micro.load, Huge())
    assert "the image of 1099511627776 bytes" in str(error)
