# Programs that wrt-micro deployed to this device:
#
#     import wrt
#     app = wrt.load("greeter", {"log": print})
#
# Each has a folder. The file `current` there names the version that is complete; all else of a
# version is in a folder of its own, which is never changed once it is named.

import json
import os
import sys

_here = __file__.rsplit("/", 1)[0] if "/" in __file__ else "."
if not _here.startswith("/"):
    _here = os.getcwd().rstrip("/") + "/" + _here
# By the name of each linked runtime that was loaded: the modules that it stands for.
_stands = {}


def _read(path):
    with open(path) as file:
        return file.read()


def _find(name):
    # The folder that the programs are in, and that of the current version.
    for root in [_here] + [path + "/wrt" for path in sys.path]:
        # On FAT to replace a file is two steps; between them only the new one is there.
        for pointer in ("current", "current.new"):
            try:
                folder = "%s/%s/%s" % (root, name, _read("%s/%s/%s" % (root, name, pointer)))
                return root, folder, json.loads(_read(folder + "/app.json"))
            except (OSError, ValueError):
                pass
    raise OSError("no program %s is here: wrt-micro deploy --name %s puts it" % (name, name))


def path(name):
    """The path of a program's image."""
    return _find(name)[1] + "/image.wrt"


def _stand(modules):
    # Let these be wrt_micro and what is in it, by name. Those that were it until now.
    before = {
        name: module
        for name, module in sys.modules.items()
        if name == "wrt_micro" or name.startswith("wrt_micro.")
    }
    for name in before:
        del sys.modules[name]
    sys.modules.update(modules)
    return before


def _runtime(name, root, folder, info):
    if folder not in sys.path:
        sys.path.insert(0, folder)  # it stays: a runtime imports its parts when they are needed
    if "linked" not in info:
        return _package(name, root + "/lib/" + info["runtime"])
    main = info["linked"]
    if main not in _stands:
        others = _stand({})
        try:
            __import__(main)
            _stands[main] = _stand({})
        finally:
            _stand(others or _stands.get(main, {}))
    return sys.modules[main]


def _package(name, folder):
    # The modules in a folder. They import each other by name, later too, so they stay wrt_micro.
    known = sys.modules.get("wrt_micro")
    if known and known.__name__ != "wrt_micro":
        _stand({})  # a linked runtime, which needs no name
    elif known and not known.__file__.startswith(folder + "/"):
        raise RuntimeError(
            "%s was deployed with other modules than those in use, %s: deploy both programs with "
            "the same wrt-micro" % (name, known.__file__)
        )
    if folder not in sys.path:
        sys.path.insert(0, folder)
    import wrt_micro

    return wrt_micro


def runtime(name):
    """The module wrt_micro that a program was deployed with, for its exceptions."""
    root, folder, info = _find(name)
    return _runtime(name, root, folder, info)


def _host(info):
    # The program's host module, for which wrt_micro is the program's own.
    if not info["host"]:
        return None
    if "linked" not in info:
        return __import__(info["host"])
    others = _stand(_stands[info["linked"]])
    try:
        return __import__(info["host"])
    finally:
        _stand(others)


def _open(name, imports, options):
    root, folder, info = _find(name)
    wrt_micro = _runtime(name, root, folder, info)
    host = _host(info)
    if "key" not in options:
        try:
            options["key"] = _read(root.rsplit("/", 1)[0] + "/wrt.key").strip()
        except OSError:
            pass  # this device takes programs that nobody signed
    if "wasi" not in options and hasattr(host, "wasi"):
        options["wasi"] = host.wasi
    elif "wasi" not in options and info.get("wasi"):
        options["wasi"] = folder + "/wasi.json"
    if "engine" not in options:
        options["engine"] = info["engine"]
    app = wrt_micro.load(folder + "/image.wrt", host if imports is None else imports, **options)
    return app, host, info, wrt_micro


def load(name, imports=None, **options):
    """Load a program: as wrt_micro.load. imports, and wasi= in options: its host module's, if left
    out and it has one; else wasi= is what was deployed with --grants.

    A key in the file wrt.key, beside the folder wrt, is the key that programs must be signed
    with. Raises OSError if there is no such program, and what wrt_micro.load raises.
    """
    return _open(name, imports, options)[0]


def run(name):
    """Load and start a program: main(app) of its host module, else its own start; of one for WASI
    the exit status.
    """
    app, host, info, wrt_micro = _open(name, None, {})
    if hasattr(host, "main"):
        return host.main(app)
    if app.wasi:
        if "linked" not in info:
            wrt_micro = __import__("wrt_micro.wasi", None, None, ("run",))
        return wrt_micro.run(app)
    interface, function = info["start"]
    return (app[interface] if interface else app)[function]()
