# python host.py pipeline.wrt: under MicroPython, on a board or a desktop, and under CPython.

import sys

import wrt_micro

app = wrt_micro.load(sys.argv[1])
print("total of 15 squares:", app.total(15))
print(*app.squares(5))
reader = app.squares(100)
print("the first:", list(reader.read(3).wait()))
reader.close()
while app.tick():  # the writer sees that nobody reads any more
    pass
print("streams in use:", app.stats()["streams"]["used"])
