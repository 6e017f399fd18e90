# python host.py count.wrt: counts a file that it writes beside the image first.

import sys

import wrt_micro
from wrt_micro.wasi import run

folder = sys.argv[1].replace("\\", "/").rpartition("/")[0] or "."
with open(folder + "/poem.txt", "w") as file:
    file.write("Tyger Tyger, burning bright,\nIn the forests of the night;\n")
args = ["count", "/texts/poem.txt", "/texts/none.txt", "/texts/../secret", "/etc/passwd"]
app = wrt_micro.load(sys.argv[1], wasi={"args": args, "dirs": {"/texts": (folder, "r")}})
print("exit status:", run(app))
