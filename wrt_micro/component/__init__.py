# The Component Model on the device: instances, calls, and values that cross their boundaries.
