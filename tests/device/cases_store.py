# Loading, memories, tables, globals, limits and atomics. Runs under MicroPython and CPython.

import io

from cases_calls import core, raises

import wrt_micro
from wrt_micro.host import Words, resolve
from wrt_micro.image import open_image
from wrt_micro.store import Store
from wrt_micro.thread import SUSPENDED, Thread
from wrt_micro.trap import EXCEPTIONS


def test_start_runs_at_load(load):
    seen = []
    load("start", {"env": {"started": seen.append}})
    assert seen == [ord("x")]


def test_a_store_has_run_nothing(load):
    seen = []
    image = open_image(load.path("start"))
    store = Store(image, resolve(image, {"env": {"started": seen.append}}), load.engine)
    assert seen == [] and store.instances == 1
    assert store.exports(0) == {"memory": ("memory", 0, 0)}
    store.instantiate(0)
    assert seen == [ord("x")]


def test_trap_in_start(load):
    assert raises(wrt_micro.Trap, load, "start_traps").kind == "unreachable"


def test_sources(load):
    with open(load.path("core"), "rb") as file:
        data = file.read()
    env = {"mix": print, "keep-it": print, "again": print}
    if load.engine == "native":
        error = raises(wrt_micro.ImageError, wrt_micro.load, data, {"env": env})
        assert "load(..., native=module)" in str(error)
        return
    for source in (data, bytearray(data), memoryview(data), io.BytesIO(data)):
        app = wrt_micro.load(source, {"env": env}, engine=load.engine)
        assert app.fac(5) == 120
    shifted = bytearray(b"x" + data)
    app = wrt_micro.load(memoryview(shifted)[1:], {"env": env}, engine=load.engine)
    assert app.fac(5) == 120
    raises(OSError, wrt_micro.load, "no such file")


def test_the_engine_is_told(load):
    app, _ = core(load)
    assert app.engine == load.engine
    raises(wrt_micro.LimitError, load, "start_traps", engine="fast")


def test_memory(load):
    app, _ = core(load)
    memory = app.memory
    assert memory.read(8, 5) == b"hello"
    assert (memory.size, memory.pages, memory.page_size) == (65536, 1, 65536)
    memory.write(65532, b"\x01\x02\x03\x84")
    assert app.load(65532) == 0x84030201 - 2**32
    memory.view(65532, 4)[0] = 7
    assert app.load(65532) & 0xFF == 7
    for address, size in ((65533, 4), (-1, 1), (0, -1), (0, 65537)):
        raises(IndexError, memory.read, address, size)
    raises(IndexError, memory.write, 65535, b"ab")
    assert memory.read(65536, 0) == b""
    app.late()
    assert memory.read(100, 7) == b"passive"
    assert raises(wrt_micro.Trap, app.late).kind == "out_of_bounds_memory"


def test_memory_grows_within_its_capacity(load):
    app, _ = core(load)
    memory = app["memory"]
    assert memory.capacity == 2 * 65536
    assert app.grow(1) == 1 and memory.pages == 2 and memory.size == 131072
    assert app.load(131068) == 0
    assert app.grow(1) == -1 and memory.grow(1) == -1 and memory.grow(0) == 2
    app, _ = core(load)
    assert app["memory"].grow(1) == 1 and app.load(131068) == 0


def test_memory_capacity_is_an_option(load):
    app, _ = core(load, memory=65536)
    assert app.grow(1) == -1 and app.memory.capacity == 65536
    error = raises(wrt_micro.LimitError, core, load, memory=1000)
    assert str(error) == "memory 0 has 65536 bytes from the start, memory=1000 is too small"


def test_short_memory(load):
    app = load("short")
    assert app.memory.size == 4096 and app.size() == app.memory.pages == 1
    assert app.load(4092) == 0
    for address in (4093, 65000):
        assert raises(wrt_micro.Trap, app.load, address).kind == "short_memory"
    assert raises(wrt_micro.Trap, app.load, 100000).kind == "out_of_bounds_memory"
    assert raises(wrt_micro.Trap, app.load, -1).kind == "out_of_bounds_memory"


def test_tables(load):
    app, _ = core(load)
    table = app.table
    assert len(table) == 3 and table.capacity == 5
    assert table[0] is None and table[1] == app.fac.header
    raises(IndexError, lambda: table[3])
    app.late()
    assert table[0] == app.fac.header and table[1] is None


def test_globals(load):
    app, _ = core(load)
    assert app.big.value == -5 and app.big.type == "i64" and app.big.mutable
    app.big.value = 2**63 - 1
    assert app.big.value == 2**63 - 1
    assert app.half.value == 0.5

    def change():
        app.half.value = 1

    raises(TypeError, change)


def test_stats(load):
    app, _ = core(load, stack=1024, exceptions=3)
    app.fac(5)
    stats = app.stats()
    assert stats["memory 0"] == {"capacity": 131072, "used": 65536, "high": 65536}
    assert stats["table 0"] == {"capacity": 5, "used": 3, "high": 3}
    assert stats["exceptions"]["capacity"] == 3
    stack = stats["stack"]
    assert stack["capacity"] == 1024 and stack["used"] == 0 and 0 < stack["high"] < 1024


def test_wrong_options(load):
    message = str(raises(wrt_micro.LimitError, core, load, stak=5))
    assert message.startswith("no limit is named stak; there are: ")
    assert "stack, streams" in message
    raises(wrt_micro.LimitError, core, load, stack=0)
    raises(wrt_micro.LimitError, core, load, stack="big")


def test_wait_and_notify(load):
    app = load("wait")
    assert app.wait32(0, 1, 10**15) == 1
    assert app.wait32(0, 0, 1000) == 2
    app.put(8, -2)
    app.put(12, 5)
    assert app.wait32(8, -2, 0) == 2
    assert app.wait64(8, 0, -1) == 1
    assert app.wait64(8, 5 << 32 | 0xFFFFFFFE, 0) == 2
    assert app.notify(8, 10) == 0
    assert raises(wrt_micro.Trap, app.wait32, 8, -2, -1).kind == "deadlock"
    assert raises(wrt_micro.Trap, app.wait32, 1, 0, 0).kind == "unaligned_atomic"
    assert raises(wrt_micro.Trap, app.wait32, 65536, 0, 0).kind == "out_of_bounds_memory"
    assert raises(wrt_micro.Trap, app.plain).kind == "expected_shared_memory"


def keepers(load):
    """A store, and two functions of it."""
    image = open_image(load.path("keepers"))
    pause = {"env": {"pause": Words(lambda *_: SUSPENDED)}}
    store = Store(image, resolve(image, pause), load.engine)
    exports = store.exports(0)
    return store, store.function(exports["keep"][1]), store.function(exports["fill"][1])


def test_exceptions_that_another_thread_keeps(load):
    store, keep, fill = keepers(load)
    others = [Thread(store, 2048) for _ in range(2)]
    for i in range(2):
        others[i].stack[0] = 70 + i
        assert others[i].call(keep) == SUSPENDED
    store.thread.stack[0] = 100
    assert store.thread.call(fill) == 0 and store.thread.stack[0] == 5050
    for i in range(2):
        assert others[i].resume() == 0 and others[i].stack[0] == 70 + i


def test_a_pool_full_of_exceptions_that_are_kept(load):
    store, keep, _ = keepers(load)
    statuses = [Thread(store, 2048).call(keep) for _ in range(9)]
    assert statuses == [SUSPENDED] * 8 + [EXCEPTIONS]
