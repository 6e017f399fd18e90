# Host imports: finds the Python functions that a program imports, and calls them with values.

from struct import unpack_from

from .trap import LinkError
from .values import F32, F64, I32, I64, read_all, signature, total, write, write_all

_FORMATS = {I32: "i", I64: "q", F32: "f", F64: "d"}


class Words:
    """Marks a host function that works on words and allocates nothing.

    function(thread, base): arguments stand from thread.stack[base] on and results go there. It
    returns None or 0 to go on, a trap number, or thread.SUSPENDED to leave the call until it is
    resumed.
    """

    def __init__(self, function):
        self.function = function


class Standard:
    """WASI for one program. wasi: a Wasi, as soon as something of it is imported; else None.

    grants: what load() was given as wasi=.
    """

    def __init__(self, grants):
        self.wasi = None
        self._grants = grants
        if grants is not None:
            self._open()

    def _open(self):
        from .wasi import Wasi

        self.wasi = Wasi(self._grants)

    def wasi_for(self, name):
        """The Wasi, if an interface or module of that name may be of WASI; else None."""
        if self.wasi is None and (name[:4] == "wasi" or name[:4] == "wrt:"):
            try:
                self._open()
            except ImportError:  # not copied to the board
                return None
        return self.wasi


def resolve(image, imports, standard=None):
    """The functions that an image imports, as Store takes them: by import number.

    imports: a dict, module or object that holds modules by name, each again a dict, module or
    object that holds functions; - in names may be written _. A function gets Python values and
    returns None, a value, or a tuple. standard: a Standard, for what is not in there. Raises
    LinkError that names all missing ones.
    """
    functions = []
    missing = []
    for i in range(image.counts[7]):
        module, name, type = image.fields(7, i)
        module, name, type = image.string(module), image.string(name), image.functype(type)
        found = _lookup(imports, module)
        function = _lookup(found, name) if found is not None else None
        wasi = standard and function is None and standard.wasi_for(module)
        if wasi:
            function = wasi.core_function(module, name)
        if isinstance(function, Words):
            functions.append(function.function)
        elif callable(function):
            functions.append(_with_values(function, type, "%s.%s" % (module, name)))
        else:
            missing.append("%s.%s %s" % (module, name, signature(type)))
    if missing:
        raise LinkError("imports that nobody provides: " + "; ".join(missing))
    return functions


def _lookup(holder, name):
    for key in (name, name.replace("-", "_")):
        if isinstance(holder, dict):
            if key in holder:
                return holder[key]
        elif hasattr(holder, key):
            return getattr(holder, key)
    return None


def _with_values(function, type, name):
    """A function on words for one on values: it takes them from the stack, and puts results there.

    Up to three i32, and a result or none, are taken without an object around them: that costs
    about ten empty calls. Other numbers are read all at once, in a format that is made here, at
    load: about a hundred, of which most is the garbage that floats leave.
    """
    params, results = type
    result = name + " result"
    if len(params) <= 3 and params == (I32,) * len(params) and len(results) <= 1:
        return _with_integers(function, len(params), results[0] if results else None, result)
    layout = "<" + "".join([_FORMATS.get(code, "") for code in params])
    plain = len(layout) == len(params) + 1  # no references among them
    code = results[0] if len(results) == 1 else None

    def call(thread, base):
        stack = thread.stack
        if plain:
            value = function(*unpack_from(layout, stack, 4 * base))
        else:
            value = function(*read_all(thread.store, stack, base, params))
        if code is None:
            if results:
                if not isinstance(value, (tuple, list)) or len(value) != len(results):
                    raise TypeError(
                        "%s must return %d values, got %r" % (name, len(results), value)
                    )
                write_all(thread.store, stack, base, results, value, result)
        else:
            write(thread.store, stack, base, code, value, result, 1)
        return 0

    return call


def _with_integers(function, count, code, name):
    def call(thread, base):
        stack = thread.stack
        if count:
            a = stack[base]
            if a & 0x80000000:
                a -= 0x100000000
            if count > 1:
                b = stack[base + 1]
                if b & 0x80000000:
                    b -= 0x100000000
                if count > 2:
                    c = stack[base + 2]
                    if c & 0x80000000:
                        c -= 0x100000000
                    value = function(a, b, c)
                else:
                    value = function(a, b)
            else:
                value = function(a)
        else:
            value = function()
        if code is not None:
            if code == I32 and isinstance(value, int) and -0x80000000 <= value <= 0x7FFFFFFF:
                stack[base] = value & 0xFFFFFFFF
            else:
                write(thread.store, stack, base, code, value, name, 1)
        return 0

    return call


def rooms(image):
    """For each import, the bytes of the stack that its arguments, results and link words take."""
    sizes = []
    for i in range(image.counts[7]):
        params, results = image.functype(image.fields(7, i)[2])
        sizes.append(4 * max(total(params), total(results)) + 8)
    return sizes
