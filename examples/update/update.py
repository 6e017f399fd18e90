# Updates over the air: two slots for a program, of which one is good and one may be tried.
#
#     slots = Slots("app", key=open("wrt.key").read())
#     slots.install(http_pieces("192.168.1.2", 8000, "/app.wrt"))   # fetch, verify
#     app = slots.boot({"log": print})                               # swap, or roll back
#     slots.confirm()                                                # it works: keep it
#
# The good slot is never written to. A program that was never confirmed is given up after TRIES
# boots, one that does not load at once; the good one takes its place.

import json
import os
import socket

import wrt_micro
from wrt_micro.image import open_image
from wrt_micro.sign import check, counter_of

TRIES = 3


class Slots:
    """The two slots of a program in a folder. key, device: as load() takes them.

    state: "good", the slot of the program that works, or None; "counter", of its signature;
    "trying", the slot that is being tried, or None; "next", its counter; "tries", how often it
    was booted.
    """

    def __init__(self, folder, key, device=None):
        self.folder = folder
        self.key = key
        self.device = device
        self.state = {"good": None, "counter": 0, "trying": None, "next": 0, "tries": 0}
        try:
            os.mkdir(folder)
        except OSError:
            pass
        # On FAT to replace a file is two steps; between them only the new one is there.
        for name in ("state", "state.new"):
            try:
                with open(self._path(name)) as file:
                    self.state = json.loads(file.read())
                break
            except (OSError, ValueError):
                pass

    def _path(self, name):
        return self.folder + "/" + name

    def _save(self, **changes):
        self.state.update(changes)
        with open(self._path("state.new"), "w") as file:
            file.write(json.dumps(self.state))
        os.rename(self._path("state.new"), self._path("state"))

    def image(self, slot):
        """The path of the image in a slot."""
        return self._path(slot + ".wrt")

    def install(self, pieces):
        """Write an image, which comes in pieces of bytes, to the free slot, and have it tried.

        Raises ImageError if it is not signed with the key, for this device, or is older than the
        good one; nothing has changed then. Needs as much heap as the image has bytes.
        """
        slot = "b" if self.state["good"] == "a" else "a"
        if self.state["trying"]:
            self._save(trying=None)  # its slot is written to
        with open(self.image(slot), "wb") as file:
            for piece in pieces:
                file.write(piece)
        image = open_image(self.image(slot))
        check(image, self.key, self.device, self.state["counter"])
        self._save(trying=slot, tries=0, next=counter_of(image))

    def boot(self, imports=None):
        """Load the program that is tried, if there is one, else the good one. Returns an App.

        Raises OSError if nothing was installed yet.
        """
        slot, tries = self.state["trying"], self.state["tries"]
        if slot and tries < TRIES:
            self._save(tries=tries + 1)  # before it can crash the board
            try:
                return self._load(slot, imports)
            except Exception as e:
                print("update: the new program does not start:", e)
        if slot:
            print("update: back to the program before")
            self._save(trying=None)
        if not self.state["good"]:
            raise OSError("no program was installed that works")
        return self._load(self.state["good"], imports)

    def _load(self, slot, imports):
        return wrt_micro.load(self.image(slot), imports, key=self.key, device=self.device)

    def confirm(self):
        """Keep the program that is tried: from now on it is the good one."""
        slot = self.state["trying"]
        if slot:
            self._save(good=slot, trying=None, counter=self.state["next"])


def http_pieces(host, port, path, size=512):
    """The body of what a web server answers, in pieces. Raises OSError if it is not whole."""
    connection = socket.socket()
    try:
        connection.connect(socket.getaddrinfo(host, port)[0][-1])
        connection.send(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        answer = connection.makefile("rb")
        status = answer.readline()
        if status.split()[1:2] != [b"200"]:
            raise OSError(f"the server answers {status}")
        left = -1
        while True:
            line = answer.readline().strip().lower()
            if not line:
                break
            if line.startswith(b"content-length:"):
                left = int(line[15:])
        while left:
            piece = answer.read(size if left < 0 else min(size, left))
            if not piece:
                break
            left -= len(piece) if left > 0 else 0
            yield piece
        if left > 0:
            raise OSError(f"{left} bytes are missing")
    finally:
        connection.close()
