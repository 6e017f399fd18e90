# python host.py sensor.wrt: under MicroPython, on a board or a desktop, and under CPython.

import asyncio
import sys

import wrt_micro
from wrt_micro.concurrent import sleep_ms


class Thermometer:
    """Readings, one every millisecond; on a board, those of an ADC. An asynchronous iterator,
    as MicroPython has no asynchronous generators."""

    def __init__(self, count):
        self.left = count
        self.reading = 200

    def __aiter__(self):
        return self

    async def __anext__(self):
        await sleep_ms(1)
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        self.reading += 7 if self.left % 3 else -4
        return self.reading

    async def aclose(self):
        print("sensor off,", self.left, "readings were left")


async def with_asyncio():
    averages = await app.aio.smooth(Thermometer(12), 4)
    async for average in averages:
        print("average:", average)
    print("watched:", await app.aio.watch(Thermometer(100), 250))


def with_a_main_loop():
    averages = app.smooth(Thermometer(8), 4)
    read = averages.read(1)
    turns = 0
    while not read.done or read.result():
        if read.done:
            print("average:", *read.result())
            read = averages.read(1)
        app.tick()  # one turn; then whatever else the loop does
        turns += 1
    print("more than 10 turns:", turns > 10)


app = wrt_micro.load(sys.argv[1])
print("with asyncio")
asyncio.run(with_asyncio())
print("with a main loop")
with_a_main_loop()
print("streams in use:", app.stats()["streams"]["used"])
