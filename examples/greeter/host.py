# Runs under MicroPython, on a board or a desktop: python host.py greeter.wrt

import sys

import wrt_micro


def log(message):
    """What the component imports as log: func(msg: string)."""
    print("log:", message)


app = wrt_micro.load(sys.argv[1], {"log": log})
print(app.greet("Ada"))
print(app.greet("MicroPython"))
