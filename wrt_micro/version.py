# Which version can stand in for which, in names such as "demo:kit/clock@1.2.0".


def newest(names, wanted):
    """Of some names the newest that can stand for the one wanted, or None.

    wanted: "a:b/c@1.2.0" takes that version and compatible newer ones, "a:b/c@1" any 1.x.y,
    "a:b/c" any version at all.
    """
    plain, _, version = wanted.partition("@")
    best = None
    for name in names:
        found, _, provided = name.partition("@")
        if found != plain or not fits(provided, version):
            continue
        if best is None or numbers(provided) > numbers(best.partition("@")[2]):
            best = name
    return best


def fits(provided, wanted):
    """Whether a version is compatible with the one wanted, and not older.

    The first number that is not 0 must be the same, and those before it. A pre-release only
    stands for itself.
    """
    if not wanted or provided == wanted:
        return True
    if not provided or "-" in provided.split("+")[0]:
        return False
    have, want = numbers(provided), numbers(wanted)
    same = 1
    while same < len(want) and not want[same - 1]:
        same += 1
    # A canonical version, as "1" or "0.2", stands for all that begin with it.
    return have[:same] == want[:same] and (have >= want or len(have) < 3)


def numbers(version):
    """[1, 2, 3] of "1.2.3-rc.1"; [] of none."""
    version = version.split("+")[0].split("-")[0]
    return [int(part) for part in version.split(".")] if version else []
