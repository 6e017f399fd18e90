# wasi:io/poll of 0.2. While a program waits, Python does too.

STEP = 5000000  # nanoseconds between two looks at what has no deadline


class Pollable:
    """What a program can wait for. port: its clock. deadline: on that clock, in nanoseconds, or
    None. test: a function that says whether it is there; without both it always is.
    """

    def __init__(self, port, deadline=None, test=None):
        self.port = port
        self.deadline = deadline
        self.test = test

    def ready(self):
        if self.deadline is not None:
            return self.port.monotonic() >= self.deadline
        return self.test is None or bool(self.test())

    def block(self):
        poll([self])


def poll(pollables):
    """Wait for one of them: the numbers of all that are ready."""
    if not pollables:
        raise ValueError("wasi:io/poll#poll: a list of nothing would wait for ever")
    while True:
        ready = [i for i, pollable in enumerate(pollables) if pollable.ready()]
        if ready:
            return ready
        port = pollables[0].port
        now = port.monotonic()
        left = [p.deadline - now for p in pollables if p.deadline is not None]
        if len(left) < len(pollables):
            left.append(STEP)
        port.sleep(min(left))


def make(wasi):
    """The functions and the resource type."""
    return {"pollable": Pollable, "poll": poll}
