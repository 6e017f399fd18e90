# What lifting and lowering need to know (CanonicalABI.md, Lifting and Lowering Context).

from ..trap import Trap
from .plan import ENCODING, MEMORY, NONE, PTR_SIZE, REALLOC
from .trap import REALLOC_BOUNDS, REALLOC_UNALIGNED, SHORT_MEMORY, ComponentTrap

# Fewer bytes than these are copied one by one: a call of the guest costs more.
COPY_LOOP = 48


def put_address(words, at, address, ptr_size):
    """Write an address as an argument; the place of the next one."""
    words[at] = address & 0xFFFFFFFF
    if ptr_size == 4:
        return at + 1
    words[at + 1] = address >> 32
    return at + 2


class LiftLowerContext:
    """A memory of an instance, and how values stand in it: for all canonical options that agree.

    plan: the type descriptors. inst: number of the instance. memory: its number, or NONE where no
    options named one yet. mem: bytes of the memory, which never move; len(self) is how many of
    them the guest has now. realloc: header offset of the function, or 0. views: the bytes of
    list<u8> are lifted as memoryviews.
    """

    memory = NONE
    mem = None
    string_encoding = realloc = 0
    ptr_size = 4
    views = False

    def __init__(self, calls, inst):
        self.calls = calls
        self.plan = calls.plan
        self.inst = inst

    def take(self, options):
        """Serve these canonical options, too, 0 for none. Returns whether that is possible.

        Options without a memory are those of values that need none, so any context will do; and
        who names no realloc, calls none.
        """
        plan = self.plan
        memory = plan.word(options + MEMORY) if options else NONE
        if memory == NONE:
            return True
        encoding, index = plan.word(options + ENCODING), plan.word(options + REALLOC)
        realloc = 0 if index == NONE else self.calls.store.function(index)
        if self.memory == NONE:
            self.memory = memory
            self.mem = self.calls.store.memories[memory]
            if encoding:
                self.string_encoding = encoding
            if plan.word(options + PTR_SIZE) != 4:
                self.ptr_size = plan.word(options + PTR_SIZE)
        elif memory != self.memory or encoding != self.string_encoding:
            return False
        if realloc and not self.realloc:
            self.realloc = realloc
            self.calls.need_points()
        return not realloc or realloc == self.realloc

    def __len__(self):
        return self.calls.store.mems[8 * self.memory + 2]

    def trap(self, number):
        """Raises the trap."""
        raise ComponentTrap(number, self.calls.instances.name(self.inst))

    def check_range(self, ptr, size, alignment, unaligned, out_of_bounds):
        """Traps with one of the two numbers unless ptr is aligned and size bytes lie behind it."""
        if ptr & (alignment - 1):
            self.trap(unaligned)
        end = ptr + size
        mems = self.calls.store.mems
        at = 8 * self.memory
        if end > mems[at + 2]:
            if end <= mems[at + 7]:
                detail = ": it has %d of %d bytes" % (mems[at + 2], mems[at + 7])
                raise Trap(SHORT_MEMORY, [], None, detail)
            self.trap(out_of_bounds)

    def reallocate(self, old, old_size, alignment, new_size):
        """Calls the guest's realloc; the checked address of new_size bytes."""
        calls = self.calls
        thread = calls.store.thread
        words = thread.stack
        wide = self.ptr_size == 8
        top = thread.top
        if top + (32 if wide else 16) > 4 * len(words):
            raise thread.full()
        at = put_address(words, top >> 2, old, self.ptr_size)
        at = put_address(words, at, old_size, self.ptr_size)
        at = put_address(words, at, alignment, self.ptr_size)
        put_address(words, at, new_size, self.ptr_size)
        may_leave = calls.instances.may_leave
        may_leave[self.inst] = 0
        scheduler = calls.scheduler
        if scheduler:
            status = scheduler.call_realloc(thread, self.realloc)
        else:
            status = thread.call(self.realloc)
        if status:
            raise thread.trap(status)
        may_leave[self.inst] = 1
        ptr = words[top >> 2]
        if wide:
            ptr |= words[(top >> 2) + 1] << 32
        self.check_range(ptr, new_size, alignment, REALLOC_UNALIGNED, REALLOC_BOUNDS)
        return ptr

    def copy_from(self, source, ptr, to, size):
        """Copy size bytes from ptr in the memory of `source`; both ranges have been checked."""
        copier = self.calls.copier
        if size < COPY_LOOP or not copier:
            mem = self.mem
            src = source.mem
            if mem is src and to > ptr:  # a stream within one memory
                for i in range(size - 1, -1, -1):
                    mem[to + i] = src[ptr + i]
            else:
                for i in range(size):
                    mem[to + i] = src[ptr + i]
            return
        thread = self.calls.store.thread
        words = thread.stack
        at = thread.top >> 2
        if thread.top + 24 > 4 * len(words):
            raise thread.full()
        at = put_address(words, at, to, self.ptr_size)
        at = put_address(words, at, ptr, source.ptr_size)
        words[at] = size
        if self.ptr_size == 8 and source.ptr_size == 8:
            words[at + 1] = 0
        status = thread.call(copier)
        if status:
            raise thread.trap(status)

    def allocate(self, alignment, size):
        """size fresh bytes of the guest's; their checked address."""
        return self.reallocate(0, 0, alignment, size)
