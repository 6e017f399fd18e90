# Resources as Python sees them: a guest's as objects of Resource, the host's as its own objects.

from ..trap import than
from .plan import NONE
from .resources import drop_rep, lift_borrow, lift_own, lower_borrow, lower_own, trap
from .trap import HANDLES_FULL, Mismatch


class Resource:
    """A resource that a component defines. Its methods are attributes; drop it, or use `with`.

    It is gone once it was dropped or given to a component as own. One that a host function got
    as borrow is gone when that function returns.
    """

    def __init__(self, calls, rt, rep, owned):
        self._calls = calls
        self._rt = rt
        self._rep = rep
        self._owned = owned
        self._lends = 0

    def drop(self):
        """Run its destructor. Does nothing if it is gone. Raises Trap."""
        rep = self._rep
        if rep is None or not self._owned:
            return
        if self._lends:
            raise ValueError("the resource is lent to a call under way")
        self._rep = None
        self._calls.resources.owned -= 1
        drop_rep(self._calls, self._rt, rep, NONE)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.drop()

    def __getattr__(self, name):
        if name[0] != "_":
            interface, label = self._calls.classes.get(self._rt, (None, None))
            method = interface and interface.member("[method]%s." % label, name)
            if method:
                return lambda *args, **options: method(self, *args, **options)
        raise AttributeError(name)

    def __repr__(self):
        label = self._calls.classes.get(self._rt, (None, "resource"))[1]
        return "<%s%s>" % (label, " (gone)" if self._rep is None else "")


class ResourceClass:
    """A resource type that a component exports. Call it to construct one; it has the statics."""

    def __init__(self, interface, label):
        self._interface = interface
        self._label = label

    def __call__(self, *args, **options):
        return self._interface["[constructor]" + self._label](*args, **options)

    def __getattr__(self, name):
        if name[0] != "_":
            static = self._interface.member("[static]%s." % self._label, name)
            if static:
                return static
        raise AttributeError(name)


def take_own(cx, i, rt):
    """The Python object for an owned handle of the guest's, which is the host's from now on."""
    rep = lift_own(cx, i, rt)
    state = cx.calls.resources
    if state.impl[rt] == NONE:
        value = state.objects[rep]
        state.objects[rep] = None
        return value
    state.owned += 1
    return Resource(cx.calls, rt, rep, True)


def take_borrow(cx, i, rt):
    """The Python object for a handle that the guest lends for the call under way."""
    rep = lift_borrow(cx, i, rt)
    state = cx.calls.resources
    if state.impl[rt] == NONE:
        return state.objects[rep]
    value = Resource(cx.calls, rt, rep, False)
    state.visitors.append(value)
    return value


def give_own(cx, value, rt):
    """A handle of the guest's for what was the host's until now."""
    state = cx.calls.resources
    if state.impl[rt] == NONE:
        rep = keep(cx, value)
        i = lower_own(cx, rep, rt)
        state.given.append((None, i, rep))
        return i
    rep = rep_of(cx, value, rt)
    if not value._owned or value._lends:
        raise Mismatch(ValueError, "a resource that is not lent", value)
    i = lower_own(cx, rep, rt)
    value._rep = None
    state.owned -= 1
    state.given.append((value, i, rep))
    return i


def give_borrow(cx, value, rt):
    """A handle of the guest's for the call that it receives."""
    state = cx.calls.resources
    if state.impl[rt] == NONE:
        rep = keep(cx, value)
        state.visitors.append(rep)
        return lower_borrow(cx, rep, rt)
    rep = rep_of(cx, value, rt)
    value._lends += 1
    state.visitors.append(value)
    return lower_borrow(cx, rep, rt)


def rep_of(cx, value, rt):
    if not isinstance(value, Resource) or value._calls is not cx.calls or value._rt != rt:
        label = cx.calls.classes.get(rt, (None, "that type"))[1]
        raise Mismatch(TypeError, "a resource of " + label, value)
    if value._rep is None:
        raise Mismatch(ValueError, "a resource that is not gone", value)
    return value._rep


def keep(cx, value):
    """A rep for an object of the host's."""
    if value is None:
        raise Mismatch(TypeError, "an object", value)
    objects = cx.calls.resources.objects
    for rep in range(len(objects)):
        if objects[rep] is None:
            objects[rep] = value
            return rep
    trap(cx, HANDLES_FULL, than(len(objects)))
