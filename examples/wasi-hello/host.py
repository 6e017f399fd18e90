# python host.py hello.wrt: under MicroPython, on a board or a desktop, and under CPython.

import sys

import wrt_micro
from wrt_micro.wasi import run

app = wrt_micro.load(
    sys.argv[1], wasi={"args": ["hello", "a", "b"], "env": {"NAME": "MicroPython"}}
)
print("exit status:", run(app))
