# Runs what a page shows behind >>>: run_page.py ENGINE FILE, in the folder of the images. FILE has
# a list of sources in JSON; printed is the list of what each of them printed or raised.

import json
import sys

import wrt_micro

engine, path = sys.argv[1:]
load = wrt_micro.load
printed = []


def load_on_engine(*args, **options):
    return load(*args, engine=engine, **options)


def show(*values):
    printed.append(" ".join([str(value) for value in values]))


wrt_micro.load = load_on_engine
names = {"print": show, "wrt_micro": wrt_micro}
outcomes = []
with open(path) as file:
    sources = json.load(file)
for source in sources:
    printed.clear()
    try:
        try:
            code = compile(source, "page", "eval")
        except SyntaxError:
            code = None
        if code is None:
            exec(source, names)
        else:
            value = eval(code, names)
            if value is not None:
                show(repr(value))
    except Exception as error:
        show(type(error).__name__ + ": " + str(error))
    outcomes.append("\n".join(printed))
print(json.dumps(outcomes))
