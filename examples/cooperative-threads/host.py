# python host.py cooperative-threads.wrt: under MicroPython, on a board or a desktop, and CPython.

import sys

import wrt_micro


def say(thread, step):
    print(f"thread {thread}, step {step}")


app = wrt_micro.load(sys.argv[1], {"say": say})
work = app.start("work", 2)
while not work.done:  # a main loop, which can do other things in between
    app.tick()
print(*[app.fibonacci(n) for n in range(12)])
threads = app.stats()["threads"]
print("threads in use:", str(threads["used"]) + ", at most", threads["high"])
