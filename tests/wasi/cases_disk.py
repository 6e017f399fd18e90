# A disk of a few kilobytes, as a board has it: MicroPython's file systems on a block of memory.

import os

from cases_files import CREATE, opened, read, write

import wrt_micro

BLOCK = 512


class Disk:
    def __init__(self, blocks):
        self.data = bytearray(BLOCK * blocks)

    def readblocks(self, number, buffer, offset=0):
        at = BLOCK * number + offset
        buffer[:] = self.data[at : at + len(buffer)]

    def writeblocks(self, number, buffer, offset=0):
        at = BLOCK * number + offset
        self.data[at : at + len(buffer)] = buffer

    def ioctl(self, what, argument):
        if what == 4:
            return len(self.data) // BLOCK
        if what == 5:
            return BLOCK
        if what == 6:
            return 0


def on_disk(load, kind, work):
    disk = Disk(64)
    kind.mkfs(disk)
    os.mount(kind(disk), "/disk")
    try:
        work(load("all", wasi={"dirs": {"/data": "/disk"}}))
    finally:
        os.umount("/disk")


def fill(app):
    errno, fd = opened(app, "big", CREATE)
    assert not errno
    total = 0
    for _ in range(200):
        errno, size = write(app, fd, b"x" * 400)
        total += size
        if errno:
            break
    assert errno == 51, errno  # nospc
    assert total >= 400
    assert app.fd_close(fd) in (0, 51)
    errno, fd = opened(app, "big", 0, 2)
    assert not errno
    assert read(app, fd, 4) in (b"xxxx", b"")  # littlefs keeps what was there at the last sync
    assert app.fd_close(fd) == 0
    app.memory.write(0x100, b"big")
    assert app.path_unlink_file(3, 0x100, 3) == 0
    errno, fd = opened(app, "small", CREATE)
    assert not errno and write(app, fd, b"fits") == (0, 4)
    assert app.fd_close(fd) == 0


def directories(app):
    def path(name):
        app.memory.write(0x100, name.encode())
        return 0x100, len(name)

    assert app.path_create_directory(3, *path("d")) == 0
    assert app.path_create_directory(3, *path("d")) == 20
    errno, fd = opened(app, "d/f", CREATE)
    assert not errno and write(app, fd, b"abc") == (0, 3) and not app.fd_close(fd)
    assert app.path_remove_directory(3, *path("d")) == 55
    assert app.path_unlink_file(3, *path("d")) == 31
    assert app.path_remove_directory(3, *path("d/f")) == 54
    assert app.path_unlink_file(3, *path("d/f")) == 0
    assert app.path_remove_directory(3, *path("d")) == 0
    assert opened(app, "d/f", CREATE)[0] == 44
    assert opened(app, "../disk/x", CREATE)[0] == 63


def test_a_full_disk_of_fat(load):
    on_disk(load, os.VfsFat, fill)


def test_a_full_disk_of_littlefs(load):
    on_disk(load, os.VfsLfs2, fill)


def test_directories_of_fat(load):
    on_disk(load, os.VfsFat, directories)


def test_directories_of_littlefs(load):
    on_disk(load, os.VfsLfs2, directories)


def test_a_disk_that_is_gone(load):
    apps = []
    on_disk(load, os.VfsLfs2, apps.append)
    assert opened(apps[0], "x", CREATE)[0] != 0
    try:
        load("all", wasi={"dirs": {"/data": "/disk"}})
    except wrt_micro.LinkError as error:
        assert "/disk" in str(error)
