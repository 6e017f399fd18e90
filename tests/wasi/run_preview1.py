# Runs preview1_script under MicroPython or CPython: run_preview1.py FOLDER IMAGE ENGINE GRANTS.
# Printed is the list of lines, in JSON.

import json
import sys

folder, image, engine, grants = sys.argv[1:]
sys.path.append(folder)

import wrt_micro  # noqa: E402
from preview1_script import Script, run  # noqa: E402

app = wrt_micro.load(image, engine=engine, wasi=grants)
memory = app.memory
script = Script(lambda name, *args: app[name](*args), memory.read, memory.write)
run(script)
app.wasi.close()
print(json.dumps(script.lines))
