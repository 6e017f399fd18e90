# python host.py sha256.wrt: hashes two texts.

import io
import sys

import wrt_micro
from wrt_micro.wasi import run

for text in ("abc", "a longer text, " * 20):
    out = io.BytesIO()
    run(wrt_micro.load(sys.argv[1], wasi={"stdin": text, "stdout": out}))
    print(out.getvalue().decode().strip())
