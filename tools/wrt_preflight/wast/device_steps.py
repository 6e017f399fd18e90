# What core and component scripts share on the device: steps in, one line for each out.
#
# FOLDER/steps has a JSON list a line, FOLDER/report gets a line for each step as soon as it is
# known: empty if it went as expected, else what happened. It must run on MicroPython and CPython.

import json


def run_steps(device, folder, engine, lock):
    """Run all steps, and report on each at once, so that nothing is lost in a crash.

    device: a class; device(folder, engine, lock).perform(step) returns what went wrong, or "".
    lock: "lock" to hold micropython.heap_lock() while guest code runs.
    """
    machine = device(folder, engine, lock == "lock")
    # Line by line: MicroPython's files are not buffered, and flush() would wait for the disk.
    with open(folder + "/steps") as lines, open(folder + "/report", "w", 1) as out:
        for line in lines:
            try:
                fault = machine.perform(json.loads(line))
            except Exception as error:
                fault = f"{type(error).__name__}: {error}"
            out.write(fault.replace("\n", " ") + "\n")


def judge_end(kind, expected):
    """Compare how a call ended: "" for a return, or a trap's kind."""
    traps = expected.get("traps")
    if traps is None:
        return "trap: " + kind if kind else ""
    if not kind:
        return "returned, expected a trap"
    if traps and kind not in traps:
        return f"trap: {kind}, expected {' or '.join(traps)}"
    return ""
