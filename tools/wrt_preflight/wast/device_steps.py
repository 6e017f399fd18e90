# What core and component scripts share on the device: steps in, one line for each out.
#
# FOLDER/steps has a JSON list a line, FOLDER/report gets a line for each step as soon as it is
# known: empty if it went as expected, else what happened. It must run on MicroPython and CPython.

import json

from wrt_micro.trap import KINDS


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


def judge_status(number, expected, kind=None):
    """Compare how a call ended: 0, or a trap's number. kind: its name, if it is no core trap."""
    traps = expected.get("traps")
    name = kind or KINDS[number][0]
    if traps is None:
        return f"trap: {name}" if number else ""
    if not number:
        return "returned, expected a trap"
    if traps and number not in traps:
        wanted = " or ".join(KINDS[t][0] if t < len(KINDS) else str(t) for t in traps)
        return f"trap: {name}, expected {wanted}"
    return ""
