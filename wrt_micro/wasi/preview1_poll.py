# poll_oneoff of wasi_snapshot_preview1: waits for clocks and file descriptors.

from .errors import Refused, name_of, preview1_errno

CLOCK, READ, WRITE = 0, 1, 2
_ABSOLUTE = 1
_STEP = 5000000  # between two looks at streams


def poll(core, subscriptions, events, count, result):
    """Wait until something of what was subscribed to is there; write events for all that is."""
    if not count:
        raise Refused("invalid")
    begin = core.port.monotonic()
    wanted = [_read(core, subscriptions + 48 * i, begin) for i in range(count & 0xFFFFFFFF)]
    while True:
        found = [(entry, _event(core, entry)) for entry in wanted]
        found = [(entry, event) for entry, event in found if event]
        if found:
            break
        _wait(core.port, wanted)
    for entry, (errno, size) in found:
        core.put(events, "<QHBxxxxxQHxxxxxx", entry[0], errno, entry[1], size, 0)
        events += 32
    core.put(result, "<I", len(found))


def _read(core, at, begin):
    """(userdata, kind, deadline on the monotonic clock or file descriptor, errno)"""
    user, kind = core.get("<QB", at)
    if kind != CLOCK:
        fd = core.get("<i", at + 16)[0]
        core.descriptor(fd)
        return user, kind, fd, 0
    clock, timeout, _, flags = core.get("<IxxxxQQH", at + 16)
    if clock not in (0, 1):
        return user, kind, 0, preview1_errno("invalid")
    if not flags & _ABSOLUTE:
        return user, kind, begin + timeout, 0
    if clock == 0:  # of the day: as far away as it is now
        timeout += begin - core.port.wall()
    return user, kind, timeout, 0


def _event(core, entry):
    """(errno, number of bytes) if there is an event, else None."""
    _, kind, what, errno = entry
    if errno:
        return errno, 0
    if kind == CLOCK:
        return (0, 0) if core.port.monotonic() >= what else None
    try:
        descriptor = core.descriptor(what)
        if kind == WRITE:
            return 0, 1
        if descriptor.seeks:
            return 0, max(descriptor.file.size() - descriptor.offset, 0)
        if descriptor.file.kind == "directory":
            return preview1_errno("bad-descriptor"), 0
        return (0, 1) if core.port.readable(descriptor.file.stream) else None
    except (Refused, OSError) as error:
        return preview1_errno(name_of(error)), 0


def _wait(port, wanted):
    now = port.monotonic()
    left = [entry[2] - now for entry in wanted if entry[1] == CLOCK]
    streams = len(left) < len(wanted)
    nearest = min(left) if left else _STEP
    port.sleep(min(nearest, _STEP) if streams else nearest)
