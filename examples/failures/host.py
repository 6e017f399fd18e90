# python host.py failures.wrt: under MicroPython, on a board or a desktop, and under CPython.

import sys

import wrt_micro
from wrt_micro import ComponentError, LinkError, Trap

ANSWERS = {1: 4, 2: 0}


def load():
    """A fresh component. What a trap has left behind of the old one is not entered again."""
    return wrt_micro.load(sys.argv[1], {"ask": lambda question: ANSWERS[question]})


try:
    wrt_micro.load(sys.argv[1])
except LinkError as error:
    print("not linked:", error)

app = load()
print("root:", app.root(49))
try:
    app.root(50)
except ComponentError as error:
    print("no root, next is", error.payload, "squared")  # the component goes on

try:
    app.divide(1, -1)
except ValueError as error:
    print("argument:", error)  # the component was not even called

try:
    app.divide(1, 0)
except Trap as trap:
    print("trap:", trap.kind)
try:
    app.divide(1, 1)
except Trap as trap:
    print("after it:", trap.kind)

app = load()
print("share:", app.share(1))
try:
    app.share(3)
except Trap as trap:
    print("trap:", trap.kind, "because of", type(trap.__cause__).__name__)

try:
    load().forever(fuel=10000)
except Trap as trap:
    print("trap:", trap.kind)
