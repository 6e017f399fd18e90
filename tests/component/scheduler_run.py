# Runs programs: scheduler_run.py FOLDER ENGINE LIMITS under MicroPython prints a line of JSON for
# each: kind of the trap or None, log, results. FOLDER/drivers.json has what the host does in each.

import gc
import json
import sys

from wrt_micro import Trap, load


def run(path, driver, engine, limits):
    log = []
    app = load(path, {"log": lambda op, value: log.append((op, value))}, engine, **limits)
    calls, trap = [], None
    scheduler = app._calls.scheduler
    try:
        for step in driver:
            if step is None:
                scheduler.tick()
            else:
                calls.append(None)
                calls[-1] = app[f"f{step[0]}"].start(len(calls) - 1)
        while scheduler.tick():
            pass
    except Trap as error:
        trap = error.kind
    results = [(-1 if c.cancelled else c.value) if c and c.done else None for c in calls]
    return app, trap, log, results


if __name__ == "__main__":
    folder, engine, limits = sys.argv[1:4]
    with open(folder + "/drivers.json") as file:
        drivers = json.load(file)
    for name in drivers:
        gc.collect()
        done = run(folder + "/" + name, drivers[name], engine, json.loads(limits))
        print(json.dumps([name, done[1], done[2], done[3]]))
