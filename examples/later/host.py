# python host.py later.wrt: under MicroPython, on a board or a desktop, and under CPython.

import asyncio
import sys

import wrt_micro
from wrt_micro.concurrent import Deferred, Timeout, sleep_ms

waiting = []


async def measure(pin):
    """Works with asyncio, and where a main loop takes turns."""
    await sleep_ms(pin)
    return 100 * pin


def measure_later(pin):
    """For those who have a callback or a main loop in place of asyncio."""
    waiting.append(Deferred())
    return waiting[-1]


async def main():
    app = wrt_micro.load(sys.argv[1], {"measure": measure})
    print("two calls:", await asyncio.gather(app.aio.difference(5, 3), app.aio.difference(9, 8)))
    print("a future:", await (await app.aio.soon(4)))
    print("a future given:", await app.aio.plus_one(measure(6)))
    try:
        await app.aio.spin(timeout=20)
    except Timeout:
        print("the loop was ended")


asyncio.run(main())
app = wrt_micro.load(sys.argv[1], {"measure": measure_later})
task = app.start("difference", 1, 2)
answers = [50, 8]
while not task.done:
    app.tick()
    if waiting:
        waiting.pop().set(answers.pop(0))
print("with a main loop:", task.result(), task.status)
