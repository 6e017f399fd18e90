# Loads a program, whatever it imports, and prints what stays allocated:
#
#     budget_load.py IMAGE ENGINE

import gc
import sys


def used():
    gc.collect()
    gc.collect()
    return gc.mem_alloc()


class Anything:
    """Provides whatever a program imports."""

    def __getattr__(self, name):
        if name[:2] == "__":
            raise AttributeError(name)
        return self

    def __call__(self, *args):
        return None


before = used()
import wrt_micro  # noqa: E402

app = wrt_micro.load(sys.argv[1], Anything(), sys.argv[2])
print("allocated:", used() - before)
