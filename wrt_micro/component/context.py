# What lifting and lowering need to know (CanonicalABI.md, Lifting and Lowering Context).

from ..trap import STACK, Trap
from .plan import ENCODING, MEMORY, NONE, POST_RETURN, PTR_SIZE, REALLOC
from .trap import REALLOC_BOUNDS, REALLOC_UNALIGNED, SHORT_MEMORY, ComponentTrap


class LiftLowerContext:
    """Canonical options in one instance. options: 0 for none.

    plan: the type descriptors. mem: bytes of the memory, which never move; len(self) is how many
    of them the guest has now. inst: number of the instance. realloc, post_return: header offsets
    of functions, or 0.
    """

    def __init__(self, calls, options, inst):
        self.calls = calls
        self.plan = plan = calls.plan
        self.store = store = calls.store
        self.instances = calls.instances
        self.inst = inst
        if not options:
            return
        memory = plan.word(options + MEMORY)
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
                raise Trap(SHORT_MEMORY, [])
            self.trap(out_of_bounds)

    def reallocate(self, old, old_size, alignment, new_size):
        """Calls the guest's realloc; the checked address of new_size bytes."""
        thread = self.store.thread
        words = thread.stack
        wide = self.ptr_size == 8
        top = thread.top
        if top + (32 if wide else 16) > 4 * len(words):
            raise Trap(STACK, [])
        at = top >> 2
        for argument in (old, old_size, alignment, new_size):
            words[at] = argument & 0xFFFFFFFF
            at += 1
            if wide:
                words[at] = argument >> 32
                at += 1
        may_leave = self.instances.may_leave
        may_leave[self.inst] = 0
        status = thread.call(self.realloc)
        if status:
            raise thread.trap(status)
        may_leave[self.inst] = 1
        ptr = words[top >> 2]
        if wide:
            ptr |= words[(top >> 2) + 1] << 32
        self.check_range(ptr, new_size, alignment, REALLOC_UNALIGNED, REALLOC_BOUNDS)
        return ptr

    def allocate(self, alignment, size):
        """size fresh bytes of the guest's; their checked address."""
        return self.reallocate(0, 0, alignment, size)
