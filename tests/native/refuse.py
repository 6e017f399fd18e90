# Under MicroPython: refuse.py IMAGE [ENGINE] loads an image and prints what it was refused with,
# or what its export `f` returns. With "module:NAME" the machine code is imported by hand.

import sys

import wrt_micro


def main(path, engine=None, module=None):
    options = {"engine": engine or None}
    source = path
    if module:
        folder, _, name = module.rpartition("/")
        sys.path.insert(0, folder)
        options["native"] = __import__(name)
        with open(path, "rb") as file:
            source = file.read()
    try:
        print(wrt_micro.load(source, **options).f())
    except (wrt_micro.ImageError, wrt_micro.LimitError) as error:
        print(type(error).__name__ + ": " + str(error))


main(*sys.argv[1:])
