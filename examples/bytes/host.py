# python host.py bytes.wrt: under MicroPython, on a board or a desktop, and under CPython.

import sys

import wrt_micro


def show(picture):
    """Gets a memoryview, as the app is loaded with views=True; valid until this returns."""
    print(type(picture).__name__, sum(picture))


def set_rows(picture):
    return len([row for row in picture if row])


app = wrt_micro.load(sys.argv[1], {"show": show}, views=True)
app.animate()
picture = app.draw(3)  # a copy, which is ours
print(type(picture).__name__, set_rows(picture))
print(app.draw(4, view=set_rows))  # no copy: set_rows gets a view, before post-return
