# The Component Model on the device: instances, calls, and values that cross their boundaries.


def load_component(image, imports, engine, **options):
    """Instantiate the component of an image. Returns a ComponentApp.

    imports: see host.find_functions; engine, options: see wrt_micro.load.
    Raises ImageError, LinkError, LimitError, and Trap of a start function.
    """
    from .app import ComponentApp

    return ComponentApp(image, imports, engine, options)
