# Under MicroPython: time_calls.py IMAGE ENGINE prints `name, sum, microseconds` of all rows.
import sys

import call_rows
from stopwatch import now, spent

import wrt_micro

path, engine = sys.argv[1:]
imports = {"host-scalar": call_rows.add, "host-text": len, "host-records": len}
app = wrt_micro.load(path, imports, engine=engine)
for name, run in call_rows.rows(lambda name: app[name], call_rows.ITEMS):
    total = run(call_rows.CHECKED)
    print(name, total, call_rows.measure(run, now, spent), sep="\t")
