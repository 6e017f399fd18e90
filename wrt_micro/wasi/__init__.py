# WASI: what programs of ordinary toolchains import. An interface is a file, imported when a
# program needs it; docs/wasi.md has the table.

from ..found import module
from ..trap import LinkError

# What load(..., wasi={...}) may give: its name, its type, and what a guest has without it.
_GRANTS = (
    ("args", list, ("program",)),
    ("env", dict, None),
    ("dirs", dict, None),
    ("stdin", None, None),
    ("stdout", None, None),
    ("stderr", None, None),
    ("terminals", list, None),
    ("files", int, 8),
    ("pins", dict, None),
    ("i2c", dict, None),
    ("spi", dict, None),
    ("pwm", dict, None),
    ("adc", dict, None),
    ("port", None, None),
)


class Wasi:
    """What one program may use, and what it has open.

    args: its name and arguments. env, dirs, pins, i2c, spi, pwm, adc: what it may use, by name.
    stdin, stdout, stderr: binary streams. terminals: which of these are terminals. port: the
    machine. opened: the files and directories that it has open, `files` at most. in_use: names of
    pins that it has open. core: its functions of wasi_snapshot_preview1. scheduler: of its tasks,
    where it has some.
    """

    def __init__(self, grants):
        from ..ports import open_port

        if isinstance(grants, str):
            import json

            with open(grants) as file:
                grants = json.load(file)
        grants = dict(grants or {})
        for name, type, default in _GRANTS:
            given = grants.pop(name, None)
            if type and given is not None and not isinstance(given, type):
                if type is not list or not isinstance(given, tuple):
                    raise LinkError(
                        "wasi: %s must be of type %s, got %r" % (name, type.__name__, given)
                    )
            setattr(self, name, default if given is None else given)
        if grants:
            raise LinkError(
                "wasi: nothing is named %s; there are: %s"
                % (", ".join(sorted(grants)), ", ".join([grant[0] for grant in _GRANTS]))
            )
        if self.port is None or isinstance(self.port, str):
            self.port = open_port(self.port)
        self.env = self.env or {}
        self.args = list(self.args)
        for name in ("stdin", "stdout", "stderr"):
            stream = getattr(self, name)
            if isinstance(stream, (bytes, str)):
                import io

                stream = io.BytesIO(stream.encode() if isinstance(stream, str) else stream)
            elif stream is None:
                stream = getattr(self.port, name)
            setattr(self, name, getattr(stream, "buffer", stream))
        self.opened = [None] * self.files
        self.in_use = set()
        self._made = {}
        self.core = None
        self.scheduler = None

    def is_terminal(self, name):
        """Whether "stdin", "stdout" or "stderr" is a terminal."""
        if self.terminals is not None:
            return name in self.terminals
        own = getattr(self.port, name)
        return getattr(self, name) is own and self.port.is_terminal(name)

    def granted(self, what, name):
        """What the program was given under a name, or None. what: "pins", "i2c" and the like."""
        given = getattr(self, what)
        return given.get(name) if given else None

    # Directories and open files

    def directories(self):
        """(Directory, its name for the guest) of each directory that was given."""
        from .files import Directory, Stat

        found = []
        for name in sorted(self.dirs or {}):
            path, writes = self.dirs[name], True
            if not isinstance(path, str):
                path, writes = path[0], "w" in path[1]
            path = path.rstrip("/")
            try:
                kind = Stat(path or "/").kind
            except OSError:
                kind = "nothing"
            if kind != "directory":
                raise LinkError("wasi: dirs[%r] is %r, where there is %s" % (name, path, kind))
            found.append((Directory(self.port, path, writes), name))
        return found

    def open(self, directory, *args):
        """What Directory.open makes, noted as open. Raises Refused also if too many are."""
        from .errors import Refused

        if None not in self.opened:
            raise Refused("insufficient-memory")
        file = directory.open(*args)
        self.opened[self.opened.index(None)] = file
        return file

    def share(self, file):
        """One more user of a file; returns it."""
        file.users += 1
        return file

    def release(self, file):
        """Close a file, if this was its last user."""
        file.users -= 1
        if file.users:
            return
        for i in range(len(self.opened)):
            if self.opened[i] is file:
                self.opened[i] = None
        file.close()

    def close(self):
        """Close all files. What the program wrote is on disk then."""
        for i in range(len(self.opened)):
            file, self.opened[i] = self.opened[i], None
            if file is not None:
                file.close()
        for stream in (self.stdout, self.stderr):
            if hasattr(stream, "flush"):
                stream.flush()

    # Imports

    def interface(self, name):
        """What provides an interface, for example "wasi:cli/stdout@0.2.0", or None.

        A version stands for all that are compatible with it: 0.2.0 for every 0.2.
        """
        for file in files_of(name):
            found = self._find(file, name)
            if found is not None:
                return found
        return None

    def core_function(self, module, name):
        """The function that a core module imports, or None."""
        if module != "wasi_snapshot_preview1":
            return None
        if not self.core:
            self.core = self._find("preview1", module)
        return self.core and self.core.function(name)

    def _find(self, file, name):
        if file not in self._made:
            try:
                found = module("wasi." + file)
            except ImportError as error:
                if "wasi." + file in str(error):
                    return None
                raise
            if not hasattr(found, "make"):  # it has that name, but is no interface
                return None
            lacking = [n for n in getattr(found, "NEEDS", ()) if n not in self.port.offers()]
            if lacking:
                raise LinkError(
                    "%s needs %s, which the port %s does not offer"
                    % (name, " and ".join(lacking), self.port.name)
                )
            self._made[file] = found.make(self)
        return self._made[file]


def files_of(name):
    """The files here that may have an interface: "p2.cli_stdout", then "cli_stdout"."""
    plain, _, version = name.partition("@")
    space, _, rest = plain.partition(":")
    if space not in ("wasi", "wrt") or "/" not in rest:
        return ()
    file = rest.replace("/", "_").replace("-", "_")
    folder = {"0.2": "p2.", "0.3": "p3."}.get(".".join(version.split("-")[0].split(".")[:2]))
    return (folder + file, file) if folder else (file,)


def run(app, fuel=None):
    """Run a program from its start: the exit status that it ends with.

    Its start is the export run of wasi:cli/run, or _start of a core module. Files are closed at
    the end. Raises Trap, and LinkError if there is no start.
    """
    from ..trap import ComponentError, Exit

    options = {} if fuel is None else {"fuel": fuel}
    start = None
    for name in app.names():
        if name == "_start":
            start = app[name]
        elif name.split("@")[0] == "wasi:cli/run":
            start = app[name].run
    if not start:
        raise LinkError("the program exports neither wasi:cli/run nor _start")
    try:
        start(**options)
        return 0
    except ComponentError:
        return 1
    except Exit as exit:
        return exit.code
    finally:
        if app.wasi:
            app.wasi.close()
