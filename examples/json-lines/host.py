# python host.py json.wrt: what the program prints is read again.

import io
import json
import sys

import wrt_micro
from wrt_micro.wasi import run

out = io.BytesIO()
run(wrt_micro.load(sys.argv[1], wasi={"stdout": out}))
for line in out.getvalue().decode().splitlines():
    reading = json.loads(line)
    print(reading["sensor"], "|", reading["celsius"], "|", reading["pins"])
