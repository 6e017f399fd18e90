"""Names that cost nothing are there in a MicroPython that knows nothing of us."""

import re

from wrt_preflight import firmware_names

SCRIPT = """
import micropython
names = {names!r}.split(" ")
micropython.qstr_info()
for name in names:
    getattr(None, name, None)
micropython.qstr_info()
"""


def new_names(micropython, tmp_path, names) -> int:
    """How many of some names a MicroPython has to make."""
    script = tmp_path / "names.py"
    script.write_text(SCRIPT.format(names=" ".join(sorted(names))))
    found = re.findall(r"n_qstr=(\d+)", micropython.run(script, capture=True).stdout)
    before, after = map(int, found)
    return after - before


def test_a_micropython_has_all_of_them(micropython, tmp_path):
    plain = {name for name in firmware_names.KNOWN if name.isidentifier()}
    assert len(plain) > 400
    assert new_names(micropython, tmp_path, {"no_such_name", "nor_this_one"}) == 2
    assert new_names(micropython, tmp_path, plain) == 0


def test_each_stands_once():
    words = (*firmware_names.FIXED, *firmware_names.CORE, *firmware_names.HIDDEN)
    assert len(words) == len(set(words))
