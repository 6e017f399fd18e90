# What `python -m bench tasks` measures: programs/tasks.wat, and the same with asyncio. Runs under
# MicroPython and CPython.

import asyncio

FROM_HOST = "call of an async function, from Python"
CALL = "call of an async function, between guests"
BYTES = "stream of bytes, 1 KiB"
ITEMS = "stream of records, 32 of them"
WAKE = "future that wakes a waiting thread"
SWITCH = "two threads, a turn of each"


def guests(app):
    """[(name, function that does it n times)]"""

    def start(n):
        for _ in range(n):
            app["start"]()
        return 2 * n

    names = ((CALL, "calls"), (BYTES, "bytes"), (ITEMS, "items"), (WAKE, "wake"))
    rows = [(FROM_HOST, start)]
    rows += [(row, app[name]) for row, name in names]
    return rows + [(SWITCH, app["switches"])]


class Queue:
    """One value at a time, as MicroPython's asyncio has no queue."""

    def __init__(self):
        self.value = None
        self.full = asyncio.Event()
        self.empty = asyncio.Event()
        self.empty.set()

    async def put(self, value):
        await self.empty.wait()
        self.empty.clear()
        self.value = value
        self.full.set()

    async def get(self):
        await self.full.wait()
        self.full.clear()
        value = self.value
        self.empty.set()
        return value


async def empty():
    return 2


async def calls(n):
    total = 0
    for _ in range(n):
        total += await asyncio.create_task(empty())
    return total


async def through_queue(n, make):
    queue = Queue()

    async def source():
        for _ in range(n):
            await queue.put(make())
        await queue.put(None)

    task = asyncio.create_task(source())
    total = 0
    while True:
        value = await queue.get()
        if value is None:
            break
        total += len(value)
    await task
    return total


DATA = bytes(1024)


async def wake(n):
    asked, answered = asyncio.Event(), asyncio.Event()

    async def writes():
        for _ in range(n):
            await asked.wait()
            asked.clear()
            answered.set()

    task = asyncio.create_task(writes())
    total = 0
    for _ in range(n):
        asked.set()
        await answered.wait()
        answered.clear()
        total += 1
    await task
    return total


async def switches(n):
    async def turns():
        for _ in range(n):
            await asyncio.sleep(0)

    task = asyncio.create_task(turns())
    await turns()
    await task
    return n


def coroutines():
    """The same rows."""

    def bytes_(n):
        return through_queue(n, lambda: bytearray(DATA))

    def items(n):
        return through_queue(n, lambda: [{"id": i, "value": -i, "kind": i} for i in range(32)])

    rows = ((FROM_HOST, calls), (CALL, calls), (BYTES, bytes_), (ITEMS, items), (WAKE, wake))
    rows += ((SWITCH, switches),)
    return [(name, lambda n, f=f: asyncio.run(f(n))) for name, f in rows]
