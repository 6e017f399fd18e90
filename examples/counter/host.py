# python host.py counter.wrt: under MicroPython, on a board or a desktop, and under CPython.

import sys

import wrt_micro


def freed(value):
    print("freed at", value)


app = wrt_micro.load(sys.argv[1], {"freed": freed})
Counter = app["demo:kit/counting@1.0.0"].counter

with Counter(5) as counter:
    counter.increment()
    print("counted to", counter.increment())

a, b = Counter(10), Counter(20)
both = Counter.merge(a, b)  # takes a and b
print(a, both, both.increment())
try:
    a.increment()
except ValueError as error:
    print(error)

print("owned:", app.stats()["owned"]["used"])
both.drop()
print("owned:", app.stats()["owned"]["used"])
