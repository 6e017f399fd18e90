# Engine portable: register code, run by plain Python.

from . import EXNREF_MARK, RECORD_WORDS
from .register_code import backtrace_of_frames, parts


class Portable:
    """Plain Python, for any MicroPython and for CPython. It works on the thread itself."""

    name = form = "portable"
    in_place = False
    takes_thread = True
    asks_always = False
    exnref_mark = EXNREF_MARK
    tells_end = True
    record_words = RECORD_WORDS

    def __init__(self, features, image=None):
        self.loop, cold = parts("portable", features, image)
        self.cold = tuple(cold) if any(cold) else ()
        self.resume = self._resume

    def _resume(self, thread):
        """Run until the guest is done or wants something: DONE, HOST, TRAP or YIELD."""
        loop = self.loop
        status = loop(thread)
        while status >= 16:
            status = self.cold[status - 16](thread) or loop(thread)
        return status

    def trace(self, thread):
        """Where the last call ended: [(function index, image offset)], innermost first."""
        return backtrace_of_frames(thread)

    def bind_store(self, store):
        """Nothing: it needs no addresses."""

    def bind_thread(self, thread):
        """It needs no addresses, but all buffers as attributes of the thread."""
        store = thread.store
        thread.code = store.code
        thread.globals = store.globals
        thread.tabs = store.tabs
        thread.tables = store.tables
        thread.exceptions = store.exceptions
