# Calls from Python into the guest, with values.

from .trap import DEEP, FUEL, Trap
from .values import read, read_all, signature, total, write_all


class Function:
    """A function of the guest. Call it with Python values.

    header: its header offset, which is also its funcref. type: value type codes, (of the params,
    of the results).
    """

    def __init__(self, store, header):
        self.store = store
        self.header = header
        self.type = params, results = store.image.type_of(header)
        self._room = 4 * max(total(params), total(results))

    def __call__(self, *args, fuel=None, bits=False):
        """Returns None, the result, or a tuple of results.

        fuel: jumps and calls it may take. bits: floats are ints that hold their bits.
        Raises Trap, TypeError and ValueError.
        """
        store = self.store
        thread = store.thread
        params, results = self.type
        if len(args) != len(params):
            raise TypeError("expected %d arguments, got %d" % (len(params), len(args)))
        if thread.top + self._room > 4 * len(thread.stack):
            raise thread.full()
        write_all(store, thread.stack, thread.top >> 2, params, args, "argument", bits)
        try:
            store.call(self.header, fuel)
        except Trap as trap:
            _keep(store, trap, results, bits)
            raise
        return _results(store, results, bits)

    def __eq__(self, other):
        return (
            isinstance(other, Function)
            and other.store is self.store
            and other.header == self.header
        )

    def __hash__(self):
        return self.header

    def __repr__(self):
        index = self.store.image.function_at(self.header)
        return "<function %d %s>" % (index, signature(self.type))


def resume(store, fuel=None):
    """Go on with the call that trapped with "fuel_exhausted" or "too_deep".

    Returns its result, as Function.__call__. Raises RuntimeError if there is no such call.
    """
    if not store.unfinished:
        raise RuntimeError("no call is waiting for fuel")
    results, bits = store.unfinished
    store.unfinished = None
    try:
        store.resume(fuel)
    except Trap as trap:
        _keep(store, trap, results, bits)
        raise
    return _results(store, results, bits)


def _keep(store, trap, results, bits):
    if trap.number in (FUEL, DEEP) and not store.thread.top and not trap.nested:
        store.unfinished = (results, bits)


def _results(store, results, bits):
    if not results:
        return None
    thread = store.thread
    if len(results) == 1:
        return read(store, thread.stack, thread.top >> 2, results[0], bits)
    return tuple(read_all(store, thread.stack, thread.top >> 2, results, bits))
