# A linear memory as Python sees it.


class Memory:
    """A linear memory of a store. Addresses and sizes are bytes; all accesses are checked."""

    def __init__(self, store, index):
        self._data = store.memories[index]
        self._descriptors = store.mems
        self._at = 8 * index

    @property
    def size(self):
        """Bytes that exist now; fewer than the guest sees if --memory made it short."""
        return self._descriptors[self._at + 2]

    @property
    def capacity(self):
        """Bytes reserved: grow never goes beyond them."""
        return self._descriptors[self._at + 3]

    @property
    def page_size(self):
        """Bytes of a page: 65536 or 1."""
        return 1 << self._descriptors[self._at + 4]

    @property
    def pages(self):
        """Pages as the guest sees them."""
        return self._descriptors[self._at + 7] >> self._descriptors[self._at + 4]

    @property
    def shared(self):
        """Whether the module declared it shared."""
        return bool(self._descriptors[self._at + 6] & 1)

    def grow(self, pages):
        """Add pages, as memory.grow: the number of pages before, or -1 if they do not fit."""
        words = self._descriptors
        before = self.pages
        more = pages << words[self._at + 4]
        if pages < 0 or more > self.capacity - self.size or before + pages > words[self._at + 5]:
            return -1
        words[self._at + 2] += more
        words[self._at + 7] += more
        return before

    def read(self, address, size):
        """Bytes from an address on. Raises IndexError past the end."""
        return bytes(self.view(address, size))

    def write(self, address, data):
        """Copy a bytes-like object into the memory. Raises IndexError past the end."""
        self.view(address, len(data))[:] = data

    def view(self, address, size):
        """A writable memoryview of a range; it stays valid, as memories never move."""
        if address < 0 or size < 0 or address + size > self.size:
            raise IndexError(
                "%d bytes at address %d run past the memory's %d bytes"
                % (size, address, self.size)
            )
        return memoryview(self._data)[address : address + size]
