# python host.py strings.wrt: under MicroPython, on a board or a desktop, and under CPython.

import sys

import wrt_micro

TAG = 1 << 31  # in latin1+utf16: the text needed UTF-16

app = wrt_micro.load(sys.argv[1])
for text in ("Ada", "Zoë", "☃ ½", "𝄞"):
    units = app.units_in_latin1_or_utf16(text)
    kind = "utf16" if units & TAG else "latin1"
    print(text, app.units_in_utf8(text), app.units_in_utf16(text), units & ~TAG, kind)
print(app.rot13("Uryyb, Zoë ☃!"))
