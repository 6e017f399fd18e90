# Runs an example's host.py on an engine: run_example.py ENGINE HOST.PY IMAGE.

import sys

import wrt_micro

engine, script = sys.argv[1:3]
load = wrt_micro.load


def load_on_engine(*args, **options):
    return load(*args, engine=engine, **options)


wrt_micro.load = load_on_engine
del sys.argv[:2]
sys.path.insert(0, script.rsplit("/", 1)[0])  # as for a script that is run itself
with open(script) as file:
    exec(file.read(), {"__name__": "__main__"})
