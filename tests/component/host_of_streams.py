# What cases of streams and futures have of a host.

from cases_calls import raises

from wrt_micro.concurrent import Deferred, sleep_ms


class Readings:
    """An asynchronous iterator: 0 to n - 1, each after a pause."""

    def __init__(self, n, pause=sleep_ms):
        self.n = n
        self.at = 0
        self.pause = pause
        self.closed = False

    def __aiter__(self):
        return self

    async def __anext__(self):
        await self.pause(0)
        if self.at == self.n:
            raise StopAsyncIteration
        self.at += 1
        return self.at - 1

    async def aclose(self):
        self.closed = True


class Imports:
    def __init__(self):
        self.sunk = []
        self.given = []

    async def source(self, n):
        await sleep_ms(0)
        self.given.append(Readings(n))
        return self.given[-1]

    def plain_source(self, n):
        yield from range(n)

    async def sink(self, values):
        async for value in values:
            self.sunk.append(value)
        return len(self.sunk)

    def promise(self):
        self.given.append(Deferred())
        return self.given[-1]


def app_of(load, **options):
    return load("streams", Imports(), **options)


def rest(app):
    """Take turns until nothing goes on; what is in use then."""
    while app.tick():
        pass
    stats = app.stats()
    names = ("tasks", "threads", "subtasks", "streams", "waitable_sets", "host_ends")
    return {name: stats[name]["used"] for name in names if stats[name]["used"]}


def message(*args):
    return str(raises(*args))


def total(n):
    return n * (n - 1) // 2


# Reading
