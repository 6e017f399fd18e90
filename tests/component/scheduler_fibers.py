"""Stacks to switch between, in place of those of the specification's definitions.py."""

from __future__ import annotations

import threading


class Ended(BaseException):
    """The program is over: stacks that are blocked unwind."""


class Fiber:
    """A stack. handler: who resumed it; value: what its block returns."""

    def __init__(self) -> None:
        self.wake = threading.Semaphore(0)
        self.handler: Handler | None = None
        self.value = None


class Handler:
    """A resume under way. result: its fiber if that has blocked, and the thread to go on with."""

    def __init__(self, fiber: Fiber, thread) -> None:
        self.wake = threading.Semaphore(0)
        self.fiber = fiber
        self.current_thread = thread
        self.result = (None, None)
        self.error: BaseException | None = None


class Fibers:
    """Its continuations, with two additions: an exception in one goes on in what resumed it, and
    all can be ended."""

    def __init__(self) -> None:
        self.handler: Handler | None = None
        self.blocked: set[Fiber] = set()
        self.ended = False

    def new(self, body):
        fiber = Fiber()

        def run() -> None:
            fiber.wake.acquire()
            self.blocked.discard(fiber)
            error, switch_to = None, None
            try:
                if not self.ended:
                    switch_to = body(fiber.value)
            except BaseException as raised:
                error = raised
            fiber.handler.error = error
            fiber.handler.result = (None, switch_to)
            fiber.handler.wake.release()

        self.blocked.add(fiber)
        threading.Thread(target=run, daemon=True).start()
        return fiber

    def resume(self, fiber, value, thread):
        handler = Handler(fiber, thread)
        outer, self.handler = self.handler, handler
        fiber.handler, fiber.value = handler, value
        fiber.wake.release()
        handler.wake.acquire()
        self.handler = outer
        if handler.error:
            raise handler.error
        return handler.result

    def block(self, switch_to):
        handler = self.handler
        fiber = handler.fiber
        handler.result = (fiber, switch_to)
        self.blocked.add(fiber)
        handler.wake.release()
        fiber.wake.acquire()
        self.blocked.discard(fiber)
        if self.ended:
            raise Ended
        return fiber.value

    def current(self):
        return self.handler.current_thread

    def end(self) -> None:
        """Let every stack that is blocked unwind."""
        self.ended = True
        for fiber in list(self.blocked):
            fiber.handler = Handler(fiber, None)
            fiber.wake.release()
