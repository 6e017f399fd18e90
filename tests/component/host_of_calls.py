# What cases of calls that take their time have of a host.

import asyncio

from wrt_micro.concurrent import Deferred


def app_with(load, **options):
    answers = []

    def sleep(ms):
        answers.append(Deferred())
        return answers[-1]

    async def fetch(key):
        await asyncio.sleep(0.01)
        return key + "!"

    return load("waiter", {"sleep": sleep, "fetch": fetch}, **options), answers


class Late:
    """Loads programs for which every look at the clock says that the turn is over."""

    def __init__(self, load):
        self.load = load
        self.now = 0

    def __call__(self, *args, **options):
        app = self.load(*args, **options)
        app._host().ticks = self.ticks
        return app

    def ticks(self):
        self.now += 10
        return self.now
