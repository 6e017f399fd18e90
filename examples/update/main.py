# main.py of a board: python main.py [HOST PORT PATH]. With arguments it looks for an update first.

import sys

import update

slots = update.Slots("app", open("wrt.key").read())
if len(sys.argv) > 1:
    host, port, path = sys.argv[1:]
    try:
        slots.install(update.http_pieces(host, int(port), path))
        print("update: installed, to be tried")
    except Exception as e:
        print("update: refused:", e)
app = slots.boot()
print("version", app.version())
if app.version() != 13:  # a real program looks whether it can do its work
    slots.confirm()
