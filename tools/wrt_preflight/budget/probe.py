# Loads an image when all modules are there, and prints what the heap grew by, in bytes:
#
#     probe.py IMAGE [use] [OPTION=N ...]
#
# The image's own bytes are not counted. use: each export is asked for, as programs do.

import gc
import sys

import wrt_micro


class Anything:
    """Provides whatever a program imports."""

    def __getattr__(self, name):
        if name[:2] == "__":
            raise AttributeError(name)
        return Anything()

    def __call__(self, *args):
        return None


def used():
    gc.collect()
    gc.collect()
    return gc.mem_alloc()


with open(sys.argv[1], "rb") as file:
    image = file.read()
options = {}
use = "use" in sys.argv
for argument in sys.argv[2:]:
    if argument != "use":
        name, number = argument.split("=")
        options[name] = int(number)
apps = [wrt_micro.load(image, Anything(), **options) for _ in range(2)]
before = used()
apps.append(wrt_micro.load(image, Anything(), **options))
if use:
    for name in apps[-1].names():
        getattr(apps[-1], name)
print(used() - before)
