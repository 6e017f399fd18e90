# What lifting and lowering need to know (CanonicalABI.md, Lifting and Lowering Context).

from ..trap import Trap
from .plan import ENCODING, MEMORY, NONE, POST_RETURN, PTR_SIZE, REALLOC
from .strings import CodePoints
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
    """Canonical options in one instance. options: 0 for none.

    plan: the type descriptors. memory: its number. mem: bytes of the memory, which never move;
    len(self) is how many of them the guest has now. inst: number of the instance. realloc,
    post_return: header offsets of functions, or 0. begin, length: where the string or list is
    that was stored last, and its tagged code units or elements. points: reads a string's code
    points, one string at a time. copier: header offset of the function that copies bytes here
    from the memory of the other side of the call under way, or 0. scope: whose the borrowed
    handles are that are made here, see ResourceState.num_borrows. views: the bytes of list<u8>
    are lifted as memoryviews.
    """

    def __init__(self, calls, options, inst):
        self.calls = calls
        self.plan = plan = calls.plan
        self.store = store = calls.store
        self.instances = calls.instances
        self.inst = inst
        self.begin = self.length = 0
        self.scope = inst
        self.copier = 0
        self.points = None
        self.views = False
        if not options:
            return
        self.points = CodePoints(self)
        memory = self.memory = plan.word(options + MEMORY)
        self.mem = None if memory == NONE else store.memories[memory]
        self._words = store.mems
        self._at = 8 * memory
        self.string_encoding = plan.word(options + ENCODING)
        self.ptr_size = plan.word(options + PTR_SIZE)
        self.realloc = self._function(plan.word(options + REALLOC))
        self.post_return = self._function(plan.word(options + POST_RETURN))

    def _function(self, index):
        return 0 if index == NONE else self.store.function(index)

    def __len__(self):
        return self._words[self._at + 2]

    def trap(self, number):
        """Raises the trap."""
        raise ComponentTrap(number, self.instances.name(self.inst))

    def check_range(self, ptr, size, alignment, unaligned, out_of_bounds):
        """Traps with one of the two numbers unless ptr is aligned and size bytes lie behind it."""
        if ptr & (alignment - 1):
            self.trap(unaligned)
        end = ptr + size
        if end > len(self):
            if end <= self._words[self._at + 7]:
                detail = ": it has %d of %d bytes" % (len(self), self._words[self._at + 7])
                raise Trap(SHORT_MEMORY, [], None, detail)
            self.trap(out_of_bounds)

    def reallocate(self, old, old_size, alignment, new_size):
        """Calls the guest's realloc; the checked address of new_size bytes."""
        thread = self.store.thread
        words = thread.stack
        wide = self.ptr_size == 8
        top = thread.top
        if top + (32 if wide else 16) > 4 * len(words):
            raise thread.full()
        at = put_address(words, top >> 2, old, self.ptr_size)
        at = put_address(words, at, old_size, self.ptr_size)
        at = put_address(words, at, alignment, self.ptr_size)
        put_address(words, at, new_size, self.ptr_size)
        may_leave = self.instances.may_leave
        may_leave[self.inst] = 0
        scheduler = self.calls.scheduler
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
        if size < COPY_LOOP or not self.copier:
            mem = self.mem
            src = source.mem
            if mem is src and to > ptr:  # a stream within one memory
                for i in range(size - 1, -1, -1):
                    mem[to + i] = src[ptr + i]
            else:
                for i in range(size):
                    mem[to + i] = src[ptr + i]
            return
        thread = self.store.thread
        words = thread.stack
        at = thread.top >> 2
        if thread.top + 24 > 4 * len(words):
            raise thread.full()
        at = put_address(words, at, to, self.ptr_size)
        at = put_address(words, at, ptr, source.ptr_size)
        words[at] = size
        if self.ptr_size == 8 and source.ptr_size == 8:
            words[at + 1] = 0
        status = thread.call(self.copier)
        if status:
            raise thread.trap(status)

    def allocate(self, alignment, size):
        """size fresh bytes of the guest's; their checked address."""
        return self.reallocate(0, 0, alignment, size)
