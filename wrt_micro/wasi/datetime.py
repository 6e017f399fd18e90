# Points in time as records of WASI.


def datetime(nanoseconds):
    """Nanoseconds since 1970 as a record."""
    return {"seconds": nanoseconds // 1000000000, "nanoseconds": nanoseconds % 1000000000}
