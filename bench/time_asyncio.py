# Under MicroPython and CPython: prints `name, sum, microseconds` of all rows of task_rows.py,
# done by asyncio.
import time

import task_rows
from call_rows import CHECKED, measure

if hasattr(time, "thread_time"):  # CPython

    def now():
        return int(time.thread_time() * 1e6)

    def spent(start):
        return now() - start

else:
    from stopwatch import now, spent

for name, run in task_rows.coroutines():
    total = run(CHECKED)
    print(name, total, measure(run, now, spent), sep="\t")
