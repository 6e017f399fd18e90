# Runs under MicroPython: main.py IMAGE NAME. Loads the greeter and lets it greet.

import sys

import wrt_micro

app = wrt_micro.load(sys.argv[1], {"log": lambda message: print("log:", message)})
print(app.greet(sys.argv[2]))
