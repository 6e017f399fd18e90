# Under MicroPython: time_image.py IMAGE ENGINE N times the image's run(N).
import sys

from stopwatch import measure

import wrt_micro

path, engine, n = sys.argv[1:]
measure(wrt_micro.load(path, engine=engine)["run"], int(n))
