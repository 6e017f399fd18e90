# python host.py station.wrt: under MicroPython, on a board or a desktop, and under CPython.

import sys

import wrt_micro


class Display:
    def show(self, celsius, percent):
        print(f"{celsius} degrees, {percent} percent")


app = wrt_micro.load(sys.argv[1], {"display": Display()})
for temperature, humidity in ((512, 450), (504, 614)):
    print("corrected so far:", app.observe(temperature, humidity))
