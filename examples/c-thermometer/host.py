# python host.py thermometer.wrt: under MicroPython, on a board or a desktop, and under CPython.

import sys

import wrt_micro

RAW = (891, 876, 860, 868, 891, 907, 923, 907)  # what the sensor says, one after the other
asked = 0


def read_raw():
    """On a Pico: machine.ADC(4).read_u16() >> 4"""
    global asked
    asked += 1
    return RAW[(asked - 1) % len(RAW)]


app = wrt_micro.load(sys.argv[1], {"read-raw": read_raw})
found = app.measure(8)
lowest, highest, mean = found["lowest"], found["highest"], found["mean"]
print(f"{found['count']} values, {lowest:.1f} to {highest:.1f}, mean {mean:.1f}")
print(app.chart([raw - 859 for raw in RAW]))
try:
    app.measure(0)
except wrt_micro.ComponentError as error:
    print("error:", error.payload)
