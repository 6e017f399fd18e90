# References that cross to Python: functions of the guest, objects of the host, exceptions.

from .function import Function
from .trap import LimitError
from .values import EXN, EXTERN, FUNC, is_func, is_nullable, kind_of, text


class Exn:
    """An exception reference that the guest handed out; it can only be handed back."""

    def __init__(self, word):
        self.word = word


class References:
    """The references of a store. An externref is the place of an object in `objects`, plus 1.

    The places are made when the first object crosses, as most programs have no externref.

    Nobody can know where a guest keeps an externref, so a place is never given up; the same
    object gets the same place again.
    """

    def __init__(self, store, capacity):
        self.store = store
        self.capacity = capacity
        self.objects = None
        self.used = 0

    def take(self, word, code):
        """The Python object of a reference: None, a Function, an Exn or a host object."""
        if not word:
            return None
        kind = kind_of(code)
        if kind == FUNC:
            return Function(self.store, word)
        return self.objects[word - 1] if kind == EXTERN else Exn(word)

    def give(self, value, code, where):
        """The word of a reference to a Python object. Raises TypeError, LimitError."""
        if value is None and is_nullable(code):
            return 0
        kind = kind_of(code)
        if kind == EXTERN and value is not None:
            return self._place(value) + 1
        if kind == FUNC and isinstance(value, Function) and value.store is self.store:
            if is_func(code) or self.store.image.type_id(value.header) == code >> 8:
                return value.header
        if kind == EXN and isinstance(value, Exn):
            return value.word
        raise TypeError("%s: expected %s, got %r" % (where, text(code), value))

    def _place(self, value):
        objects = self.objects
        if objects is None:
            objects = self.objects = [None] * self.capacity
        for i in range(self.used):
            if objects[i] is value:
                return i
        if self.used == len(objects):
            raise LimitError(
                "all %d host references are in use: load(..., host_refs=N) gives more"
                % len(objects)
            )
        objects[self.used] = value
        self.used += 1
        return self.used - 1
