# Runs an endless loop until Ctrl-C, then shows that the program still works: spin.py IMAGE ENGINE.

import sys

import wrt_micro

env = {"mix": print, "keep-it": print, "again": print}
app = wrt_micro.load(sys.argv[1], {"env": env}, sys.argv[2])
print("spinning")
try:
    app.spin()
except KeyboardInterrupt:
    print("interrupted")
print(app.fac(5))
