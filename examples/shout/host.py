# python host.py shout.wrt: what comes in goes out in capitals.

import sys

import wrt_micro
from wrt_micro.wasi import run

text = "a stream of bytes comes in, in pieces as they come,\nand a stream goes out.\n"
app = wrt_micro.load(sys.argv[1], wasi={"stdin": text}, threads=1, tasks=2, streams=8)
print("exit status:", run(app))
