# Under MicroPython: time_python.py FOLDER NAME N times run(N) of a module in bench/FOLDER.
import sys

from stopwatch import measure

folder, name, n = sys.argv[1:]
measure(__import__(folder + "." + name, None, None, ["run"]).run, int(n))
