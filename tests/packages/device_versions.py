# Run by test_device.py, under MicroPython and under CPython: versions in names.

from wrt_micro.packages import is_name
from wrt_micro.version import fits, newest

FIT = [
    ("1.2.3", "1.2.0", True),
    ("1.2.0", "1.2.3", False),
    ("1.10.0", "1.9.9", True),
    ("2.0.0", "1.2.0", False),
    ("0.2.6", "0.2.1", True),
    ("0.3.0", "0.2.1", False),
    ("0.0.2", "0.0.1", False),
    ("0.0.1", "0.0.1", True),
    ("1.2.3", "1", True),
    ("1.2.3", "1.2", True),
    ("1.2.3", "1.3", False),
    ("0.2.6", "0.2", True),
    ("0.3.0", "0.2", False),
    ("1", "1.2.3", True),
    ("1", "2.0.0", False),
    ("0.2", "0.2.5", True),
    ("1.2.3+build", "1.2.0", True),
    ("1.3.0-rc.1", "1.2.0", False),
    ("1.3.0-rc.1", "1.3.0-rc.1", True),
    ("1.3.0", "1.3.0-rc.1", True),
    ("", "", True),
    ("", "1.0.0", False),
    ("1.0.0", "", True),
]
for provided, wanted, expected in FIT:
    if fits(provided, wanted) is not expected:
        print("fits", provided, wanted)

NAMES = ["a:b/c@1.2.0", "a:b/c@1.10.0", "a:b/c@1.9.0", "a:b/c@2.0.0", "a:b/d@1.0.0", "a:b/e"]
for wanted, expected in (
    ("a:b/c@1.1.0", "a:b/c@1.10.0"),
    ("a:b/c@1", "a:b/c@1.10.0"),
    ("a:b/c", "a:b/c@2.0.0"),
    ("a:b/c@3", None),
    ("a:b/d@1.0.1", None),
    ("a:b/e@1.0.0", None),
    ("a:b/e", "a:b/e"),
    ("a:b/f", None),
):
    if newest(NAMES, wanted) != expected:
        print("newest", wanted, newest(NAMES, wanted))

for source, expected in (
    ("demo:kit", True),
    ("demo:kit/counter@1", True),
    ("a:b:c/d/e@0.2", True),
    ("demo:kit.wrt", False),
    ("C:/boards/x.bin", False),
    ("C:\\boards\\x.bin", False),
):
    if is_name(source) is not expected:
        print("is_name", source)
print("done")
