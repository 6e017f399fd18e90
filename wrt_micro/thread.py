# A thread of guest code: its record and its stack. `call` is the word-level way into the guest:
# it allocates nothing, so it also runs under micropython.heap_lock().

from .engine import DONE, HOST, MOVED, YIELD
from .image import FUNCTIONS, HANDLERS, TABLES, TAGS
from .trap import BOUNDS, DEADLOCK, DEEP, EXCEPTIONS, FUEL, SHORT, STACK, Trap, than
from .words import words

# Words of the thread record (st).
PC, FP, FUEL_LEFT, MEMORY, AUX0, AUX1 = 0, 1, 2, 3, 4, 5
HANDLERS_OFFSET, LIMIT, HANDLERS_COUNT, POOL, POOL_WORDS = 7, 12, 13, 22, 23
FUNCTIONS_OFFSET, FUNCTIONS_COUNT, GLOBAL_WORDS, TABLE_COUNT, TAGS_OFFSET = 24, 25, 26, 27, 28
ASKS = 29  # 1: a full pool of exceptions is searched by host function 0x8003

# What `call` and `run` return besides 0 (done) and trap numbers: the thread can go on.
OUT_OF_FUEL = -1
SUSPENDED = -2  # a host function returned it


class Thread:
    """One stack of guest code in a store.

    st: the record, engine.record_words words. stack: its words. top: byte offset in the stack
    where the next call from Python puts its arguments. fuel: jumps and calls left after this
    slice, or None. resumable: what ran out of fuel last was the guest itself, no call made by a
    host function. stop_pc, stop_fp: where the last call ended. Ten attributes are one block of the
    heap less than eleven: everything else is reached through the store.
    """

    after = None  # in a Pool, the next one that nobody has

    def __init__(self, store, stack_bytes):
        self.store = store
        self.mems = store.mems
        self.memories = store.memories
        self.st = words(store.engine.record_words, "a thread record", None)
        self.stack = words((stack_bytes + 3) // 4, "the stack", "stack")
        self.top = 0
        self.fuel = None
        self.resumable = False
        self.stop_pc = self.stop_fp = 0
        image = store.image
        st = self.st
        st[LIMIT] = 4 * len(self.stack)
        st[POOL] = len(store.exceptions) // image.exception_words
        st[POOL_WORDS] = image.exception_words
        st[HANDLERS_OFFSET] = image.offsets[HANDLERS]
        st[HANDLERS_COUNT] = image.counts[HANDLERS]
        st[FUNCTIONS_OFFSET] = image.offsets[FUNCTIONS]
        st[FUNCTIONS_COUNT] = image.counts[FUNCTIONS]
        st[GLOBAL_WORDS] = len(store.globals)
        st[TABLE_COUNT] = image.counts[TABLES]
        st[TAGS_OFFSET] = image.offsets[TAGS]
        store.engine.bind_thread(self)
        store.add_thread(self)

    def call(self, header):
        """Call a function whose arguments stand at stack[top >> 2].

        Returns 0 (results stand there), a trap number, OUT_OF_FUEL or SUSPENDED. An exception
        that a host function raised comes through. Callable from a host function.
        """
        st = self.st
        pc, fp, memory = st[PC], st[FP], st[MEMORY]
        try:
            status = self.enter(header)
            if status:
                return status
            if not self.top:
                st[FUEL_LEFT] = 0
                self.resumable = True
                if not self.refill():
                    return OUT_OF_FUEL
            return self.run()
        finally:
            self.stop_pc = st[PC]
            self.stop_fp = st[FP]
            if self.top:
                st[PC] = pc
                st[FP] = fp
                st[MEMORY] = memory

    def resume(self):
        """Go on with a call that returned OUT_OF_FUEL or SUSPENDED; returns as `call`."""
        st = self.st
        try:
            return self.run() if st[FUEL_LEFT] or self.refill() else OUT_OF_FUEL
        finally:
            self.stop_pc = st[PC]
            self.stop_fp = st[FP]

    def enter(self, header):
        """Make the outermost frame of a call. Returns 0, or the trap number for a full stack."""
        code = self.store.code
        stack = self.stack
        st = self.st
        fp = self.top
        st[PC] = header + 12
        st[FP] = fp
        if fp + (code[header + 4] | code[header + 5] << 8) > st[LIMIT]:
            return STACK
        first = (fp + (code[header + 8] | code[header + 9] << 8)) >> 2
        for i in range(first, first + (code[header + 6] | code[header + 7] << 8)):
            stack[i] = 0
        link = (fp + (code[header + 10] | code[header + 11] << 8)) >> 2
        stack[link] = 0
        stack[link + 1] = 0
        return 0

    def run(self):
        """Go on until the call is done, traps, is out of fuel or is suspended; as `call`."""
        st = self.st
        store = self.store
        engine = store.engine
        resume = engine.resume
        machine = self if engine.takes_thread else st
        top = self.top
        while True:
            status = resume(machine)
            if status == DONE:
                return 0
            if status == HOST:
                number = st[AUX0]
                argument = st[AUX1]
                try:
                    if number < 0x8000:
                        self.top = argument + store.rooms[number]
                        status = store.host[number](self, argument >> 2)
                    else:
                        status = store.builtins[number - 0x8000](self, argument >> 2)
                finally:
                    self.top = top
                if status:
                    self.resumable = False
                    return status
            elif status == YIELD:
                if not self.refill():
                    self.resumable = True
                    return OUT_OF_FUEL
            elif status == MOVED:
                self.resumable = True
                return DEEP
            else:
                return self._trap_number(st[AUX0])

    def _trap_number(self, number):
        """Tell an access between a short memory's real and declared end from one beyond both."""
        if number == BOUNDS:
            memory = 8 * self.st[MEMORY]
            length, declared = self.mems[memory + 2], self.mems[memory + 7]
            if length < declared:
                # The engine left the access's end, or its start, which may lie before `length`.
                at = self.st[AUX1]
                if at <= declared and (at > length or not self.store.engine.tells_end):
                    self.st[AUX0] = self.st[MEMORY]  # for _detail: call puts back the other one
                    return SHORT
        return number

    def refill(self):
        """Start a slice of fuel. Returns False if none is left, or Python is to get a turn."""
        watch = self.store.watch
        if watch and not watch(self):
            return False
        size = self.store.fuel_slice
        left = self.fuel
        if left is not None:
            if left <= 0:
                return False
            size = max(min(left, size), 2)  # a call needs 2 to begin
            self.fuel = left - size
        self.st[FUEL_LEFT] = size
        return True

    def trap(self, number):
        """The exception for a number that `call` or `resume` returned."""
        if number < 0:
            number = FUEL if number == OUT_OF_FUEL else DEADLOCK
        backtrace = self.frames()
        instance = self.store.image.instance_of(backtrace[0][0]) if backtrace else None
        return Trap(number, backtrace, instance, self._detail(number))

    def full(self):
        """The exception for a call that did not even begin, as the stack is full."""
        return Trap(STACK, [], None, self._detail(STACK))

    def _detail(self, number):
        if number == STACK:
            return than(4 * len(self.stack))
        if number == EXCEPTIONS:
            return than(self.st[POOL])
        if number == SHORT:
            at = 8 * self.st[AUX0]
            return ": it has %d of %d bytes" % (self.mems[at + 2], self.mems[at + 7])
        return ""

    def frames(self):
        """Where the last call ended: [(function index, image offset)], innermost first."""
        return self.store.engine.trace(self)

    def high_mark(self):
        """The most bytes of the stack that were ever in use, as far as nonzero words tell."""
        stack = self.stack
        i = len(stack)
        while i and not stack[i - 1]:
            i -= 1
        return 4 * i
