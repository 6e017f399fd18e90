# Core functions that are called as component functions which are not async: destructors of
# resources, and init functions of core instances (CanonicalABI.md, canon resource.drop).


class CoreCall:
    """A function (param i32)? without results: what is called and its caller at once.

    header: 0 for none, then nothing happens. argument: what it is called with if params is 1.
    """

    async_type = async_option = callback = post_return = 0
    wide_params = result = 0
    task = None  # it is a caller, too

    def __init__(self, calls, header, inst, params):
        self.cx = calls.context(0, inst)
        self.inst = inst
        self.header = header
        self.has_argument = params
        self.argument = 0
        self.room = 4 * params + 8

    def on_start(self, task, record, top):
        if self.has_argument:
            record.stack[top >> 2] = self.argument
        return True

    def on_resolve(self, task, source, most, vi):
        """Nothing: there is no result."""

    def on_cancel(self, task):
        """Nothing: it cannot be cancelled."""
