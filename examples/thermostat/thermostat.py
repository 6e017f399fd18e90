# Loads thermostat.wat. Written by wrt-micro bindgen; thermostat.pyi has the types.

import wrt_micro

IMAGE = "thermostat.wrt"


def load(imports=None, image=IMAGE, **options):
    """Load the image and instantiate it: an App. See wrt_micro.load."""
    return wrt_micro.load(image, imports, **options)
