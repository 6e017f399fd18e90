# Runs an example's host module, compiled like the runtime, and prints what stays allocated:
#
#     budget_probe.py IMAGE
#
# On the path are host_main.mpy, the example's host.py, and the engine of the image.

import gc


def used():
    gc.collect()
    gc.collect()
    return gc.mem_alloc()


before = used()
import host_main  # noqa: E402

# Only programs are to stay: what else the example made is its own.
for name in dir(host_main):
    if name[:2] != "__" and name != "apps":
        delattr(host_main, name)
print("allocated:", used() - before)
