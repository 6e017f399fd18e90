# python host.py records.wrt: under MicroPython, on a board or a desktop, and under CPython.

import sys

import wrt_micro


def reading(value, *state):
    return {"pin": 26, "value": value, "state": set(state)}


app = wrt_micro.load(sys.argv[1])
span = app.span_of([reading(19, "calibrated"), reading(99, "stale"), reading(24)])
print("from", span["lowest"], "to", span["highest"])
print(app.span_of([]))

for value in (21, 25, 18):
    print(value, app.advise(reading(value), 21))
try:
    app.advise(reading(0, "calibrated", "stale"), 21)
except wrt_micro.ComponentError as error:
    print("error:", error.payload)

try:
    app.span_of([reading(1), {"pin": 300, "value": 2, "state": set()}])
except ValueError as error:
    print(error)
