# Runs preview1_script under MicroPython or CPython: run_preview1.py FOLDER IMAGE ENGINE GRANTS
# [FUNCTIONS]. With FUNCTIONS, the image is of a component. Printed is the list of lines, in JSON.

import json
import sys

folder, image, engine, grants = sys.argv[1:5]
sys.path.append(folder)

import preview1_script  # noqa: E402

import wrt_micro  # noqa: E402

app = wrt_micro.load(image, engine=engine, wasi=grants)
if len(sys.argv) > 5:
    with open(sys.argv[5]) as file:
        functions = json.load(file)
    script = preview1_script.component_script(
        lambda name, *args: app[name.replace("_", "-")](*args), functions
    )
else:
    memory = app.memory
    script = preview1_script.Script(
        lambda name, *args: app[name](*args), memory.read, memory.write
    )
preview1_script.run(script, len(sys.argv) == 5)
app.wasi.close()
print(json.dumps(script.lines))
