# Attacks on memory: what a component passes over a boundary reaches nobody else's memory. The
# components are those of attack_programs.py. Runs under MicroPython and CPython: see run_cases.py.

from wrt_micro import Trap

CALLER, CALLEE, BYSTANDER, GUARD = 1000, 1200, 900, 100
PATTERN = 0xA5
ROOM = range(512, 1000)  # of the callee's memory: what its realloc gives away
M = 0xFFFFFFFF


class Watched:
    """The peers, with patterns in all memories, behind their ends, and between them on the heap.

    Memories by role; `caller_wrote` is what attacks put into the caller's own memory.
    """

    def __init__(self, load, program="peers", out=None, **options):
        self.canaries = [bytearray(b"\xa5" * 64) for _ in range(8)]
        self.app = load(program, {"out": out or (lambda: None)}, **options)
        self.canaries += [bytearray(b"\xa5" * 64) for _ in range(8)]
        self.other = load("greeter", {"log": lambda text: None})
        sizes = {}
        for i, memory in enumerate(self.app.store.memories):
            sizes[self.app.store.mems[8 * i + 2]] = memory
        self.caller, self.callee = sizes[CALLER], sizes[CALLEE]
        self.bystander = sizes[BYSTANDER]
        for memory in sizes.values():
            for i in range(len(memory)):
                memory[i] = PATTERN
        assert len(self.bystander) == BYSTANDER + GUARD
        self.words = self.app.store.mems

    def write(self, memory, at, data):
        memory[at : at + len(data)] = data

    def check(self, caller=(), callee=ROOM):
        """Nothing has changed but these ranges of the two memories."""
        assert len(self.caller) == CALLER + GUARD and len(self.callee) == CALLEE + GUARD
        for memory, allowed in (
            (self.bystander, ()),
            (self.caller, caller),
            (self.callee, callee),
        ):
            for i in range(len(memory)):
                if i not in allowed and memory[i] != PATTERN:
                    raise AssertionError((i, len(memory), memory[i]))
        for canary in self.canaries:
            assert bytes(canary) == b"\xa5" * 64
        assert self.other.greet("you") == "Hello, you!"

    def attack(self, kind, function, *args):
        """A call that must trap with this kind and poison what it was in."""
        text = "no trap"
        try:
            function(*args)
        except Trap as trap:
            text = trap.kind
        assert text == kind, (args, text, kind)
        try:
            self.app.set(0, 0, 0)
        except Trap as trap:
            assert trap.kind == "cannot_enter"
        else:
            raise AssertionError("the component was entered after a trap")


def takes(load, program, name, kind, *lots, memory=b""):
    """The caller passes each of these lots of core values to take-`name` of the callee."""
    for args in lots:
        watched = Watched(load, program)
        watched.write(watched.caller, 0, memory)
        watched.attack(kind, watched.app.caller["take-" + name], *args)
        watched.check(caller=range(len(memory)))


def test_pointers_to_strings(load):
    over = ((990, 11), (1000, 1), (1001, 0), (M, 1), (M, 0), (1 << 31, 1), (1, (1 << 28) - 1))
    takes(load, "peers", "string", "string_out_of_bounds", *over)
    takes(load, "peers-to-utf16", "string", "string_out_of_bounds", *over)
    long = ((0, 1 << 28), (M, 1 << 28), (0, 1 << 31), (0, M), (M, M))
    takes(load, "peers", "string", "string_too_long", *long)
    takes(load, "peers-to-utf16", "string", "string_too_long", *long)


def test_pointers_to_utf16(load):
    name = "peers-utf16"
    takes(load, name, "string", "unaligned_pointer", (1, 1), (999, 1), (M, 0))
    over = ((998, 2), (1000, 1), (M - 1, 1), (1 << 31, 1), (0, (1 << 27) - 1))
    takes(load, name, "string", "string_out_of_bounds", *over)
    takes(load, name, "string", "string_too_long", (0, 1 << 27), (0, 1 << 31), (0, M))


def test_pointers_to_latin1_or_utf16(load):
    name = "peers-latin1"
    tag = 1 << 31
    takes(load, name, "string", "unaligned_pointer", (1, 1), (1, tag | 1))
    over = ((0, 1001), (0, tag | 501), (998, tag | 2), (1002, 0), (1002, tag), (M - 1, 1))
    takes(load, name, "string", "string_out_of_bounds", *over)
    takes(load, name, "string", "string_too_long", (0, 1 << 28), (0, tag | 1 << 27), (0, M))


def test_malformed_strings(load):
    for data in (
        b"\xff",
        b"a\xc0\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"ab\xe2\x98",
        b"\x80",
    ):
        lot = (0, len(data))
        takes(load, "peers", "string", "invalid_utf8", lot, memory=data)
        takes(load, "peers-to-utf16", "string", "invalid_utf8", lot, memory=data)
    # the rest of a sequence lies behind the end of the memory
    watched = Watched(load)
    watched.write(watched.caller, 998, b"a\xe2\x98\x83")
    watched.attack("invalid_utf8", watched.app.caller.take_string, 998, 2)
    watched.check(caller=range(998, 1002))
    for data in (b"\x00\xd8", b"\x00\xdc", b"\x00\xd8a\x00", b"\x00\xdc\x00\xd8"):
        lot = (0, len(data) // 2)
        takes(load, "peers-utf16", "string", "invalid_utf16", lot, memory=data)
        takes(load, "peers-to-latin1", "string", "invalid_utf16", lot, memory=data)
        lot = (0, 1 << 31 | lot[1])
        takes(load, "peers-latin1", "string", "invalid_utf16", lot, memory=data)


def test_pointers_to_lists(load):
    for name, size in (("bytes", 1), ("numbers", 4), ("floats", 4), ("words", 8), ("strings", 8)):
        lots = [(1000 - size, 2), (1000, 1), (M + 1 - size, 1), (M + 1 - size, 2), (1 << 31, 1)]
        takes(load, "peers", name, "list_out_of_bounds", *lots)
        lots = [(0, (1 << 28) // size), (0, 1 << 31), (0, M), (0, (1 << 32) // size & M or M)]
        takes(load, "peers", name, "list_too_long", *lots)
        if size > 1:
            lots = [(1, 1), (2, 0), (M, 1)]
            takes(load, "peers", name, "unaligned_pointer", *lots)


def test_pointers_inside_lists(load):
    for pointer, kind in (
        (b"\0\0\0\0\xe9\x03\0\0", "string_out_of_bounds"),
        (b"\xff\xff\xff\xff\1\0\0\0", "string_out_of_bounds"),
        (b"\0\0\0\0\0\0\0\x10", "string_too_long"),
        (b"\0\0\0\0\xff\xff\xff\xff", "string_too_long"),
    ):
        good = b"\x20\0\0\0\1\0\0\0"
        memory = good + pointer
        memory += b"\0" * (32 - len(memory)) + b"a"
        takes(load, "peers", "strings", kind, (0, 2), memory=memory)
        row = good + b"\0\0\0\0" + pointer + b"\0\0\0\0"
        takes(load, "peers", "rows", kind, (0, 2), memory=row + b"\0" * (32 - len(row)) + b"a")
        shape = b"\2\0\0\0" + pointer
        takes(load, "peers", "shapes", kind, (0, 1), memory=shape)
        takes(load, "peers", "map", kind, (0, 1), memory=pointer + b"\0\0\0\0")


def test_pointers_to_parameters(load):
    takes(load, "peers", "many", "unaligned_pointer", (1,), (4,), (M,))
    over = ((1000,), (864,), (M - 7,), (1 << 31,), (1 << 28,))
    takes(load, "peers", "many", "pointer_out_of_bounds", *over)


def test_wide_pointers(load):
    name = "peers-64"
    top = (1 << 64) - 1
    over = ((1 << 32, 1), (top, 1), (top, 0), ((1 << 63), 1), (990, 11), ((1 << 32) | 5, 0))
    takes(load, name, "string", "string_out_of_bounds", *over)
    takes(
        load, name, "string", "string_too_long", (0, 1 << 32), (0, top), (top, top), (0, 1 << 60)
    )
    over = ((top - 3, 1), (top - 3, 2), (1 << 32, 1), (1 << 40, 0))
    takes(load, name, "numbers", "list_out_of_bounds", *over)
    long = ((0, 1 << 62), (0, top), (0, (1 << 62) + 1), (0, 1 << 32))
    takes(load, name, "numbers", "list_too_long", *long)
    takes(load, name, "many", "pointer_out_of_bounds", (1 << 32,), (top - 7,), (top - 143,))


def test_forged_chars(load):
    for char in (0xD800, 0xDFFF, 0x110000, 0x01000041, 1 << 31, M):
        takes(load, "peers", "char", "invalid_char", (char,))
        takes(load, "peers", "chars", "invalid_char", (0, 1), memory=char.to_bytes(4, "little"))
        memory = b"a\0\0\0" + char.to_bytes(4, "little")
        takes(load, "peers", "chars", "invalid_char", (0, 2), memory=memory)


def test_forged_discriminants(load):
    for case in (3, 4, 255, 256, 1 << 31, M):
        takes(load, "peers", "shape", "invalid_discriminant", (case, 0, 0))
        takes(load, "peers", "color", "invalid_discriminant", (case,))
    for case in (3, 4, 255):
        memory = bytes([case, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        takes(load, "peers", "shapes", "invalid_discriminant", (0, 1), memory=memory)
        takes(load, "peers", "colors", "invalid_discriminant", (0, 3), memory=b"\0\2" + memory[:1])


def test_payloads_of_flat_variants(load):
    takes(load, "peers", "shape", "string_out_of_bounds", (2, M, 1), (2, 0, 1001))
    takes(load, "peers", "shape", "string_too_long", (2, 0, M))
    watched = Watched(load)
    watched.app.caller.take_shape(0, M, M)  # the case has no payload: nobody looks at it
    watched.app.caller.take_shape(1, M, M)
    watched.check(callee=())


def test_bits_that_mean_nothing(load):
    watched = Watched(load)
    watched.write(watched.caller, 0, b"\xff\0\2")
    watched.app.caller.take_bools(0, 3)
    assert bytes(watched.callee[512:515]) == b"\1\0\1"
    watched.app.caller.take_marks(0, 3)
    assert bytes(watched.callee[515:518]) == b"\7\0\2"
    watched.write(watched.caller, 4, b"\1\0\xa0\x7f")
    watched.app.caller.take_floats(4, 1)
    assert bytes(watched.callee[520:524]) == b"\0\0\xc0\x7f"
    watched.check(caller=range(8))


def gives(load, name, kind, *lots, callee=b"", program="peers"):
    """The callee returns the first core value of each lot, the caller wants it at the second."""
    for args in lots:
        watched = Watched(load, program)
        watched.write(watched.callee, 0, callee)
        watched.attack(kind, watched.app.caller["give-" + name], *args)
        # What came before the wild pointer may stand in the place that the caller gave.
        watched.check(caller=range(12 if callee else 0), callee=range(len(callee)))


def test_pointers_to_results(load):
    for name, size, step in (("string", 8, 4), ("shape", 12, 4), ("row", 12, 4), ("many", 72, 8)):
        end = 1200 - size
        over = [(end + step, 0), (1200, 0), (M + 1 - step, 0), (1 << 31, 0)]
        gives(load, name, "pointer_out_of_bounds", *over)
        gives(load, name, "unaligned_pointer", (1, 0), (step - 1, 0), (M, 0))
        end = (1000 - size) & -step
        over = [(0, end + step), (0, 1000), (0, M + 1 - step), (0, 1 << 31)]
        gives(load, name, "pointer_out_of_bounds", *over)
        gives(load, name, "unaligned_pointer", (0, 1), (0, step - 1), (0, M))
    top = (1 << 64) - 8
    over = ((0, top), (0, 1 << 32), (0, 1 << 63))
    gives(load, "string", "pointer_out_of_bounds", *over, program="peers-64")


def test_results_with_wild_contents(load):
    for data, kind in (
        (b"\xfc\xff\xff\xff\1\0\0\0", "string_out_of_bounds"),
        (b"\0\0\0\0\xb1\4\0\0", "string_out_of_bounds"),
        (b"\0\0\0\0\0\0\0\x80", "string_too_long"),
    ):
        gives(load, "string", kind, (0, 0), callee=data)
        gives(load, "row", kind, (0, 0), callee=data + b"\0\0\0\0")
        gives(load, "shape", kind, (0, 0), callee=b"\2\0\0\0" + data)
        kind = kind if kind[0] != "s" else "list" + kind[6:]
        gives(load, "numbers", kind, (0, 0), callee=data)
    gives(load, "shape", "invalid_discriminant", (0, 0), callee=b"\3" + b"\0" * 11)
    gives(load, "row", "invalid_discriminant", (0, 0), callee=b"\0" * 8 + b"\3")


def realloc(
    load, kind, mode, value=0, good=0, program="peers", name="string", args=(0, 4), **more
):
    """The callee's realloc does something else, after a number of good calls."""
    data = more.pop("data", b"a\xc3\xa9b")
    watched = Watched(load, program, **more)
    watched.write(watched.caller, 0, data)
    watched.app.set(mode, value, good)
    watched.attack(kind, watched.app.caller["take-" + name], *args)
    watched.check(caller=range(len(data)))


# What realloc returns to different kinds of values, with the least alignment asked of it.
RECEIVERS = (
    ("peers", "string", (0, 4), 1),
    ("peers-to-utf16", "string", (0, 4), 2),
    ("peers", "bytes", (0, 4), 1),
    ("peers", "bytes", (0, 200), 1),
    ("peers", "numbers", (0, 1), 4),
    ("peers", "words", (0, 20), 8),
    ("peers", "rows", (128, 1), 4),
    ("peers", "many", (0,), 8),
)


def test_realloc_returns_wild_pointers(load):
    # A row whose name is "a" stands at 128.
    data = b"a\xc3\xa9b" * 32 + b"\0\0\0\0\1\0\0\0\0\0\0\0" + b"\0" * 60
    for program, name, args, alignment in RECEIVERS:
        for value in (1200, M + 1 - 8, 1 << 31, 1 << 28, 1304):
            realloc(load, "realloc_out_of_bounds", 1, value, 0, program, name, args, data=data)
        if alignment > 1:
            for value in (1, alignment // 2, M, 513):
                kind = "realloc_unaligned"
                realloc(load, kind, 1, value, 0, program, name, args, data=data)


def test_a_later_realloc_returns_wild_pointers(load):
    # Transcoding asks again: for the worst case, then for what was needed.
    for good in (1, 2):
        for value in (1200, M - 1, 1 << 31):
            for program in ("peers-utf16", "peers-latin1"):
                if program == "peers-latin1" and good == 2:
                    continue  # there the worst case is exact, so nothing is left to give back
                data = b"a\0\xe9\0b\0" if program == "peers-utf16" else b"\xe9\xe9\xe9"
                kind = "realloc_out_of_bounds"
                realloc(load, kind, 1, value, good, program, args=(0, 3), data=data)
    data = b"a\0\xe9\0\x03\x26z\0"
    for good in (1,):
        for value, kind in ((1200, "realloc_out_of_bounds"), (515, "realloc_unaligned")):
            realloc(load, kind, 1, value, good, "peers-to-latin1", args=(0, 4), data=data)
    # the content of the second element of a list
    data = b"\x10\0\0\0\1\0\0\0\x10\0\0\0\1\0\0\0a"
    realloc(load, "realloc_out_of_bounds", 1, 1200, 2, name="strings", args=(0, 2), data=data)


def test_realloc_returns_what_it_gave_before(load):
    # Everything overlaps: that is the callee's own business, and stays in its memory.
    data = b"\x10\0\0\0\4\0\0\0\x10\0\0\0\4\0\0\0abcd"
    for value in (0, 512, 516, 1184):
        watched = Watched(load)
        watched.write(watched.caller, 0, data)
        watched.app.set(1, value, 0)
        watched.app.caller.take_strings(0, 2)
        watched.check(caller=range(len(data)), callee=range(value, value + 16))
    for program in ("peers-utf16", "peers-to-latin1"):
        watched = Watched(load, program)
        watched.write(watched.caller, 0, b"a\0\xe9\0\x03\x26z\0")
        watched.app.set(2, 0, 1)  # the old pointer, though more room was asked for
        watched.app.caller.take_string(0, 4)
        watched.check(caller=range(8), callee=range(512, 524))
    # the same at the very end of the memory does not fit
    watched = Watched(load, "peers-to-latin1")
    watched.write(watched.caller, 0, b"a\0\xe9\0\x03\x26z\0")
    watched.app.set(1, 1196, 0)
    watched.attack("realloc_out_of_bounds", watched.app.caller.take_string, 0, 4)
    watched.check(caller=range(8), callee=range(1196, 1200))


def test_realloc_traps(load):
    for program, name, args, _ in RECEIVERS[:5]:
        realloc(load, "unreachable", 3, 0, 0, program, name, args)
    realloc(load, "unreachable", 3, 0, 1, "peers-utf16", args=(0, 2), data=b"a\0\xe9\0")


def test_realloc_recurses(load):
    realloc(load, "call_stack_exhausted", 6)


def test_realloc_calls_out(load):
    called = []
    realloc(load, "cannot_leave", 5, out=lambda: called.append(1))
    assert not called


def test_realloc_grows_the_memory(load):
    # The room is where the memory grew, which was beyond its end when the call began.
    watched = Watched(load)
    watched.write(watched.caller, 0, b"a\xc3\xa9b")
    watched.app.set(4, 4, 0)
    watched.app.caller.take_string(0, 4)
    assert bytes(watched.callee[1200:1204]) == b"a\xc3\xa9b"
    assert watched.words[8 * watched.app.store.memories.index(watched.callee) + 2] == 1204
    watched.check(caller=range(4), callee=range(1200, 1204))
    # Growing fails, and -1 is what the caller gets.
    realloc(load, "realloc_out_of_bounds", 4, 101)
    # It grew, but by less than was asked for.
    realloc(load, "realloc_out_of_bounds", 4, 3)


def test_values_from_python_meet_wild_reallocs(load):
    for value, kind in (
        (1200, "realloc_out_of_bounds"),
        (M, "realloc_out_of_bounds"),
        (1199, "realloc_out_of_bounds"),
    ):
        watched = Watched(load)
        watched.app.set(1, value, 0)
        watched.attack(kind, watched.app.callee.take_string, "four")
        watched.check(callee=())
    watched = Watched(load)
    watched.app.set(1, 514, 0)
    watched.attack("realloc_unaligned", watched.app.callee.take_numbers, [1])
    watched.check(callee=())
    watched = Watched(load, "peers-to-utf16")
    watched.app.set(1, 1199, 0)
    watched.attack("realloc_unaligned", watched.app.callee.take_string, "z")
    watched.check(callee=())
    watched = Watched(load)
    watched.app.set(6, 0, 0)
    watched.attack("call_stack_exhausted", watched.app.callee.take_string, "z")
    watched.check(callee=())


def test_views_of_other_items_are_no_bytes(load):
    # Four bytes an item: what is counted is not what would be copied.
    from array import array

    watched = Watched(load)
    try:
        watched.app.callee.take_bytes(memoryview(array("I", [1, 2, 3])))
    except (TypeError, ValueError) as error:
        assert "v0" in str(error), error
    else:
        raise AssertionError("a list<u8> of four-byte items")
    watched.check()
    watched.app.callee.take_bytes(memoryview(b"abc"))
    watched.check()


def test_python_reads_wild_results(load):
    for data, kind in (
        (b"\xff\xff\xff\xff\1\0\0\0", "string_out_of_bounds"),
        (b"\0\0\0\0\xff\xff\xff\xff", "string_too_long"),
        (b"\0\0\0\0\xb1\4\0\0", "string_out_of_bounds"),
    ):
        watched = Watched(load)
        watched.write(watched.callee, 0, data)
        watched.attack(kind, watched.app.callee.give_string, 0)
        watched.check(callee=range(8))
    for at, kind in ((1196, "pointer_out_of_bounds"), (M - 3, "pointer_out_of_bounds")):
        for name in ("string", "numbers", "shape", "row", "rows"):
            watched = Watched(load)
            watched.attack(kind, watched.app.callee["give-" + name], at)
            watched.check(callee=())


def test_what_is_right_arrives(load):
    # The bounds themselves are no attack.
    watched = Watched(load)
    watched.write(watched.caller, 996, b"abcd")
    watched.app.caller.take_string(996, 4)
    watched.app.caller.take_string(1000, 0)
    watched.app.caller.take_numbers(1000, 0)
    watched.app.caller.take_numbers(996, 1)
    watched.app.set(1, 1196, 0)
    watched.app.caller.take_string(996, 4)
    watched.app.set(1, 1200, 0)
    watched.app.caller.take_string(1000, 0)
    assert bytes(watched.callee[512:516]) == b"abcd" == bytes(watched.callee[1196:1200])
    watched.check(caller=range(996, 1000), callee=list(ROOM) + list(range(1196, 1200)))
