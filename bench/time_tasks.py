# Under MicroPython: time_tasks.py IMAGE ENGINE prints `name, sum, microseconds` of all rows of
# task_rows.py for programs/tasks.wat.
import sys

import task_rows
from call_rows import CHECKED, measure
from stopwatch import now, spent

import wrt_micro

path, engine = sys.argv[1:]
app = wrt_micro.load(path, {}, engine=engine)
for name, run in task_rows.guests(app):
    total = run(CHECKED)
    print(name, total, measure(run, now, spent), sep="\t")
