# Finds the Python functions that a component imports.

from ..exports import snake_case
from ..trap import LinkError
from .canon_lower import host_name
from .plan import HOST_BYTES, HOSTS


def find_functions(plan, imports, standard=None):
    """The Python function of each host function of the plan, by number.

    imports: a dict, module or object. A function imported directly is looked up by its name; one
    of an imported interface in what is found by the interface's name, see interface_of.
    standard: a Standard, for what is not in there. Raises LinkError that names all missing ones.
    """
    found = []
    missing = []
    for i in range(plan.count(HOSTS)):
        at = plan.record(HOSTS, i, HOST_BYTES)
        interface = plan.word(at)
        holder = imports
        if interface:
            holder = interface_of(imports, plan.string(interface))
        name = plan.string(plan.word(at + 4))
        function = None if holder is None else find_function(holder, name)
        if function is None and interface and standard:
            function = _standard(standard, plan.string(interface), name)
        if not callable(function):
            missing.append(host_name(plan, i))
        found.append(function)
    if missing:
        raise LinkError("imports that nobody provides: " + ", ".join(missing))
    return found


def _standard(standard, interface, name):
    """What WASI has for a function, or None."""
    wasi = standard.wasi_for(interface)
    holder = wasi and wasi.interface(interface)
    return holder and find_function(holder, name)


def find_function(holder, name):
    """What provides a function. Those of a resource may be members of a class of its name."""
    found = lookup(holder, (name,))
    if found is None and name[0] == "[":
        annotation, _, rest = name[1:].partition("]")
        label, _, member = rest.partition(".")
        found = lookup(holder, (label, camel_case(label)))
        if annotation != "constructor" and found is not None:
            return lookup(found, (member,))
    return found


def camel_case(label):
    return "".join([word[0].upper() + word[1:] for word in label.split("-")])


def interface_of(imports, name):
    """What provides an interface, or None.

    "demo:kit/log@1.0.0" is found under this name, under one of a compatible version, as
    "demo:kit/log@1.2.0" or "demo:kit/log@1", under "demo:kit/log", and under "log". Signs that no
    identifier has may be written _.
    """
    found = lookup(imports, (name,))
    plain, _, version = name.partition("@")
    if found is None and version and isinstance(imports, dict):
        names = [key for key in imports if key.startswith(plain + "@")]
        if names:
            from ..version import newest

            found = imports.get(newest(names, name))
    if found is None:
        found = lookup(imports, (plain, plain.split("/")[-1]))
    return found


def lookup(holder, names):
    """What a dict, module or object holds under one of these names, or None.

    Names that Python keeps for itself have a _ behind them, as "import_".
    """
    for name in names:
        snake = snake_case(name)
        for key in (name, snake, snake + "_"):
            if isinstance(holder, dict):
                if key in holder:
                    return holder[key]
            elif hasattr(holder, key):
                return getattr(holder, key)
    return None
