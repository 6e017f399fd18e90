# Packages that are installed on the device: wrt_micro.load("demo:kit/counter@1") finds the newest
# that fits, and loads what it imports from other packages first.
#
# A folder of packages has images, and in index.json what they are:
#
#     {"demo:kit": {"1.2.0": {"file": "demo.kit-1.2.0.wrt", "imports": [...], "exports": [...]}}}

import json

from .trap import LinkError
from .version import fits, newest, numbers

FOLDERS = ["packages", "/packages", "/lib/packages", "/rom/packages"]
INDEX = "index.json"


def is_name(source):
    """Whether this is a package's name and not a path: "ns:name", and no ending of an image."""
    return ":" in source and source[-4:] != ".wrt" and source.split(":")[1][:1] not in ("/", "\\")


def load_package(name, imports, engine, options):
    """Load a package by name. Returns an App; see wrt_micro.load.

    name: of a package, "demo:kit", or of an interface that it exports, "demo:kit/counter", each
    with or without "@" and a version. Raises LinkError where none fits.
    """
    folder = options.pop("packages", None)
    return Installed([folder] if folder else FOLDERS).load(name, imports, engine, options)


class Installed:
    """The packages in the first of some folders that has any. One load shares what it loads."""

    def __init__(self, folders):
        self.apps = {}
        self.path = []
        self.folder = None
        for folder in folders:
            if self.folder is None and self._read(folder):
                self.folder = folder
        if self.folder is None:
            raise LinkError("no packages are installed in: " + ", ".join(folders))

    def _read(self, folder):
        try:
            with open(folder + "/" + INDEX) as file:
                self.index = json.load(file)
        except OSError:
            return False
        except ValueError:
            self.index = None
        if not isinstance(self.index, dict):
            raise LinkError("%s/%s is damaged: install the packages again" % (folder, INDEX))
        return True

    def load(self, wanted, imports, engine, options):
        """Load a package, and before it those that it imports from and nobody else provides."""
        package, version = self.find(wanted)
        key = package + "@" + version
        if key in self.apps:
            return self.apps[key]
        if key in self.path:
            circle = self.path + [key]
            raise LinkError("packages import from each other in a circle: " + " -> ".join(circle))
        self.path.append(key)
        entry = self.index[package][version]
        given = {}
        for name in entry["imports"]:
            holder = self._provider(name, imports, engine)
            if holder is not None:
                given[name] = holder
        self.path.pop()
        from . import load

        self.apps[key] = load(self.folder + "/" + entry["file"], given, engine, **options)
        return self.apps[key]

    def _provider(self, name, imports, engine):
        from .component.host import interface_of, lookup

        if ":" not in name:
            return lookup(imports, (name,))
        found = interface_of(imports, name)
        if found is not None or name.split("@")[0].rsplit("/", 1)[0] not in self.index:
            return found
        app = self.load(name, imports, engine, {})
        interface = app[newest(app.names(), name)]
        return {function: interface[function] for function in interface.names()}

    def find(self, wanted):
        """(package, version) of the newest that fits a name."""
        plain, _, version = wanted.partition("@")
        if plain in self.index:
            package = plain
            found = [v for v in self.index[package] if fits(v, version)]
        else:
            package = plain.rsplit("/", 1)[0]
            if package not in self.index:
                names = ", ".join(sorted(self.index)) or "none"
                raise LinkError("no package %s is installed; there are: %s" % (package, names))
            versions = self.index[package]
            found = [v for v in versions if newest(versions[v]["exports"], wanted)]
        if not found:
            there = ", ".join(sorted(self.index[package], key=numbers))
            raise LinkError("no version fits %s; installed of %s: %s" % (wanted, package, there))
        return package, max(found, key=numbers)
