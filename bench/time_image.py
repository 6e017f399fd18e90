# Under MicroPython: time_image.py IMAGE ENGINE N prints `result microseconds`, the best of three
# calls of the image's run(N).
import sys
import time

import wrt_micro

path, engine, n = sys.argv[1:]
run = wrt_micro.load(path, engine=engine)["run"]
n = int(n)
shortest = None
for _ in range(3):
    start = time.ticks_us()
    result = run(n)
    spent = time.ticks_diff(time.ticks_us(), start)
    shortest = spent if shortest is None else min(shortest, spent)
print(result, shortest)
