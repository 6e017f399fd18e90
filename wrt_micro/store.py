# A store: everything that the instances of an image share, allocated once and never moved.

import struct
from array import array

from . import limits
from .engine import engine_for
from .host import rooms
from .image import GLOBALS, INSTANCES, MEMORIES, SEGMENTS, TABLES
from .references import References
from .thread import ASKS, Thread
from .trap import HOST, SHARED, STACK, LimitError, Trap
from .words import octets, words

_NOTHING = array("I")  # the words of what a program has none of


def not_shared(thread, base):
    """memory.atomic.wait where no memory is shared."""
    return SHARED


def nobody_waits(thread, base):
    """memory.atomic.notify there."""
    thread.stack[base] = 0
    return 0


class Store:
    """Memories, tables, globals and one thread of an image. No init function has run yet.

    image: an Image. host: one function(thread, base) for each host import (host.resolve makes
    them). engine: "interp", "portable", "native"
    or None. options: limits.DEFAULTS. Raises LimitError.

    What most programs have as it is here, they do not have as an attribute of their own.
    builtins: host functions 0x8000 and on. watch: asked before each slice of fuel, see
    Thread.refill. unfinished: what function.resume needs of a call out of fuel.
    """

    builtins = (not_shared, not_shared, nobody_waits)
    globals = tabs = exceptions = _NOTHING
    tables = []
    fuel_slice = limits.FUEL_SLICE
    host_refs = limits.HOST_REFS
    machine_stack = watch = unfinished = collector = thread = references = None

    def __init__(self, image, host=(), engine=None, **options):
        chosen = limits.choose(options)
        self.image = image
        self.code = image.data
        self.engine = engine_for(engine, image)
        self.host = host
        self.rooms = rooms(image)
        if chosen["fuel_slice"] != self.fuel_slice:
            self.fuel_slice = chosen["fuel_slice"]
        if chosen["machine_stack"] is not None:
            self.machine_stack = chosen["machine_stack"]
        self.instances = image.counts[INSTANCES]
        # Components have no references that cross to Python.
        if not image.is_component:
            self.references = References(self, chosen["host_refs"])
        elif chosen["host_refs"] != self.host_refs:
            self.host_refs = chosen["host_refs"]
        self._make_memories(chosen["memory"])
        stack_bytes = chosen["stack"] or image.stack_bytes
        if image.counts[TABLES]:
            self._make_tables()
        if image.counts[GLOBALS]:
            self._make_globals()
        entries = (chosen["exceptions"] or image.exceptions) * image.exception_words
        if entries:
            self.exceptions = words(entries, "the exception pool", "exceptions")
        self.engine.bind_store(self)
        self.thread = Thread(self, stack_bytes)

    def _make_memories(self, most):
        image = self.image
        count = image.counts[MEMORIES]
        segments = image.counts[SEGMENTS]
        self.mems = mems = words(8 * max(count + segments, 1), "memory descriptors", None)
        memories = []
        for i in range(count):
            length, capacity, declared, max_pages, shift, flags, _ = image.fields(MEMORIES, i)
            if most is not None and most < capacity:
                if most < length:
                    raise LimitError(
                        "memory %d has %d bytes from the start, memory=%d is too small"
                        % (i, length, most)
                    )
                capacity = most
            memories.append(octets(capacity, "memory %d" % i, "memory"))
            if flags & 1:
                from .atomic import BUILTINS

                self.builtins = BUILTINS
            fields = (0, 0, length, capacity, shift, max_pages, flags, declared)
            for k, field in enumerate(fields):
                mems[8 * i + k] = field
        for i in range(segments):
            offset, length = image.fields(SEGMENTS, i)
            at = 8 * (count + i)
            mems[at] = offset
            mems[at + 2] = length
            in_place = self.engine.in_place
            view = None if in_place else memoryview(self.code)[offset : offset + length]
            memories.append(view)
        self.memories = tuple(memories)

    def _make_tables(self):
        image = self.image
        self.tabs = tabs = words(4 * image.counts[TABLES], "table descriptors", None)
        self.tables = tables = []
        for i in range(image.counts[TABLES]):
            size, capacity, items, count, flags = image.fields(TABLES, i)
            tabs[4 * i] = items
            tabs[4 * i + 2] = size
            tabs[4 * i + 3] = capacity
            if flags & 1 and self.engine.in_place:
                tables.append(None)
                continue
            table = words(capacity, "table %d" % i, None)
            self._fill(table, items, count)
            tables.append(table)

    def _make_globals(self):
        image = self.image
        count = image.counts[GLOBALS]
        self.globals = words(count, "the globals", None)
        self._fill(self.globals, image.offsets[GLOBALS], count)

    def _fill(self, words, offset, count):
        for i in range(count):
            words[i] = struct.unpack_from("<I", self.code, offset + 4 * i)[0]

    def add_thread(self, thread):
        """A thread of this store that may hold references to exceptions.

        An interpreter looks for them itself as long as there is only one.
        """
        if not self.image.exceptions or not (self.thread or self.engine.asks_always):
            return
        if not self.collector:
            from .engine.collect import Collector

            self.collector = Collector(self, self.engine.exnref_mark)
            self.builtins += (self.collector.collect,)
            if self.thread:
                self.thread.st[ASKS] = 1
                self.collector.watch(self.thread)
        thread.st[ASKS] = 1
        self.collector.watch(thread)

    def instantiate(self, index):
        """Run the init function of an instance: globals, segments, start. Raises Trap."""
        init = self.image.fields(INSTANCES, index)[1]
        if init:
            self.call(init)

    def exports(self, index):
        """Exports of an instance: {name: (kind, store-wide index, type)}, as Image.exports."""
        return self.image.exports(index)

    def function(self, index):
        """The header offset of a function, which is also its funcref."""
        return self.image.function(index)

    def call(self, header, fuel=None):
        """Call a function on the main thread; arguments and results stand at its stack's top.

        fuel: jumps and calls it may take, or None for any number; after the trap
        "fuel_exhausted" `resume` goes on. Raises Trap, whose __cause__ is the exception of the
        host function that raised one. Allocates nothing unless it raises.
        """
        thread = self.thread
        if not thread.top:
            if self.unfinished:
                self.unfinished = None
            thread.fuel = fuel
        try:
            status = thread.call(header)
        except Exception as e:
            status = self._trap_of(e)
        if status:
            raise status if isinstance(status, Trap) else thread.trap(status)

    def resume(self, fuel=None):
        """Go on with the call that ran out of fuel; as `call`."""
        thread = self.thread
        thread.fuel = fuel
        try:
            status = thread.resume()
        except Exception as e:
            status = self._trap_of(e)
        if status:
            raise status if isinstance(status, Trap) else thread.trap(status)

    def _trap_of(self, error):
        """The trap for an exception that came out of a host function."""
        if isinstance(error, Trap):  # of a call that the host function made
            error.nested = True
            error.backtrace.extend(self.thread.frames())
            return error
        # Built-ins that call the guest that calls built-ins may use up Python's own stack.
        deep = isinstance(error, RuntimeError) and "recursion" in str(error)
        trap = self.thread.trap(STACK if deep else HOST)
        if deep:
            trap.message = "call stack exhausted"
            trap.detail = ", that of Python"
        trap.__cause__ = error
        return trap
