# Loads an image when all modules are there, and prints what the heap grew by, in bytes:
#
#     probe.py IMAGE [OPTION=N ...]
#
# The image's own bytes are not counted.

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
for argument in sys.argv[2:]:
    name, number = argument.split("=")
    options[name] = int(number)
apps = [wrt_micro.load(image, Anything(), **options) for _ in range(2)]
before = used()
apps.append(wrt_micro.load(image, Anything(), **options))
print(used() - before)
