# wrt_micro: runs WebAssembly programs that wrt-micro's pre-flight tool made into images.

from .trap import ComponentError, Exit, ImageError, LimitError, LinkError, Trap

__version__ = "0.1.0"
MADE_FOR = None  # the CRC of the only image that this runtime has code for: docs/linked.md
__all__ = ["load", "ComponentError", "Exit", "ImageError", "LimitError", "LinkError", "Trap"]


def load(source, imports=None, engine=None, native=None, **options):
    """Load an image and instantiate everything in it. Returns an App.

    source: path, open binary file, or bytes-like object, read in place where possible; or the
    name of an installed package, as "demo:kit@1", see docs/packages.md.
    imports: dict, module or object with the host's functions, by module and name.
    engine: "interp", "portable", "native", or None: native for an image built for it, else interp
    where it runs, else portable. native: the module with the machine code of an image that is not
    a path; of others it lies beside them.
    options: capacities, see docs/limits.md. Of a component also views=True (host functions get
    list<u8> as memoryviews of guest memory, valid until they return) and leaks=f (f gets a line
    of text after each call that left more handles of resources in components than before).
    wasi={"args": [...], "env": {...}, "dirs": {...}}: what the program may use, see docs/wasi.md.
    key="..." takes only images that are signed with it; device="..." is this device's name, if not
    its unique id, and counter=N the least counter that an image may have: see docs/updates.md.
    Raises OSError, ImageError, LinkError, LimitError, and Trap of a start function.
    """
    from .words import collect_each, out_of_memory

    # Modules leave holes where their code was read; collected soon, the next ones fill them.
    before = collect_each(8192)
    try:
        if isinstance(source, str) and ":" in source:
            from .packages import is_name, load_package

            if is_name(source):
                return load_package(source, imports or {}, engine, options)
        return _load(source, imports or {}, engine, native, options)
    except MemoryError:
        out_of_memory("the program's bookkeeping")
    finally:
        collect_each(before)


def _load(source, imports, engine, native, options):
    from .image import open_image

    image = open_image(source)
    if native:
        image.native = native
    if MADE_FOR is not None and image.crc != MADE_FOR:
        raise ImageError(
            "this runtime was made for the image with CRC %08x, here is %08x: deploy them together"
            % (MADE_FOR, image.crc)
        )
    if "key" in options:
        from .sign import check

        check(image, options.pop("key"), options.pop("device", None), options.pop("counter", 0))
    if image.is_component:
        from .component import load_component

        return load_component(image, imports, engine, **options)
    from .app import App
    from .host import Standard, resolve
    from .store import Store

    standard = Standard(options.pop("wasi", None))
    store = Store(image, resolve(image, imports, standard), engine, **options)
    wasi = standard.wasi
    if wasi and wasi.core:
        wasi.core.bind(store)
    for i in range(store.instances):
        store.instantiate(i)
    return App(store, wasi)
