# Runs the cases of a module: runner.py MODULE IMAGES ENGINE. Prints a JSON line for each case:
# its name and the traceback it ended with, or "".

import io
import json
import sys

import wrt_micro

FOLDER = __file__.replace("\\", "/").rsplit("/", 1)[0]


class Loader:
    """load(name, imports, **options) loads an image of the tests with the engine under test."""

    def __init__(self, images, engine):
        self.images = images
        self.engine = engine

    def path(self, name):
        return self.images + "/" + (name if "." in name else name + ".wrt")

    def __call__(self, name, imports=None, engine=None, **options):
        return wrt_micro.load(self.path(name), imports, engine or self.engine, **options)


def traceback_text(error):
    out = io.StringIO()
    if hasattr(sys, "print_exception"):
        sys.print_exception(error, out)
    else:
        import traceback

        traceback.print_exception(error, file=out)
    return out.getvalue()


def main(module, images, engine):
    sys.path.insert(0, FOLDER)
    cases = __import__(module)
    load = Loader(images, engine)
    for name in dir(cases):
        if name.startswith("test_"):
            text = ""
            try:
                getattr(cases, name)(load)
            except Exception as error:
                text = traceback_text(error)
            print(json.dumps([name, text]))


if __name__ == "__main__":
    main(*sys.argv[1:])
