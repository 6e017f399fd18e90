# Under MicroPython, in this folder: time_python.py FOLDER NAME N prints `result microseconds`,
# the best of three calls.
import sys
import time

folder, name, n = sys.argv[1:]
run = __import__(folder + "." + name, None, None, ["run"]).run
n = int(n)
shortest = None
for _ in range(3):
    start = time.ticks_us()
    result = run(n)
    spent = time.ticks_diff(time.ticks_us(), start)
    shortest = spent if shortest is None else min(shortest, spent)
print(result, shortest)
