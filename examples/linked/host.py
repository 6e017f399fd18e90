# python host.py linked.wrt: under MicroPython, on a board or a desktop, and under CPython.

import sys

import wrt_micro

app = wrt_micro.load(sys.argv[1], {"show": print})
app.post(["hello, Zoë", "naïve ☃", "last call"])
