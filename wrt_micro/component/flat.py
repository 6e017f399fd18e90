# Flat core values in the words of a stack (CanonicalABI.md, Flat Lifting). A value whose bit is
# set in `wide` takes two words. Where a variant's payload stands in a wider value than its own,
# the low word has its bits, so reading is the coercion that the spec describes.


class CoreValueIter:
    """Reads flat values, first to last. taken: how many were read."""

    def __init__(self, words, index, wide):
        self.start(words, index, wide)

    def start(self, words, index, wide):
        """Read from words[index] on."""
        self.words = words
        self.index = index
        self.wide = wide
        self.taken = 0

    def next_i32(self):
        """The bits of an i32 or f32."""
        word = self.words[self.index]
        self.skip(1)
        return word

    def next_i64(self):
        """The bits of an i64 or f64."""
        index = self.index
        bits = self.words[index] | self.words[index + 1] << 32
        self.skip(1)
        return bits

    def take_i64(self):
        """The place of the low word of an i64 or f64; the high word stands behind it."""
        index = self.index
        self.skip(1)
        return index

    def next_ptr(self, ptr_size):
        return self.next_i32() if ptr_size == 4 else self.next_i64()

    def skip(self, count):
        """Pass over values that are padding."""
        self.taken += count
        for _ in range(count):
            self.index += 1 + (self.wide & 1)
            self.wide >>= 1


class CoreValues:
    """Writes flat values, first to last. given: how many were written."""

    def __init__(self, words, index, wide):
        self.start(words, index, wide)

    def start(self, words, index, wide):
        """Write from words[index] on."""
        self.words = words
        self.index = index
        self.wide = wide
        self.given = 0

    def add_i32(self, bits):
        """Add an i32 or f32 by its bits."""
        index = self.index
        self.words[index] = bits & 0xFFFFFFFF
        if self.wide & 1:
            index += 1
            self.words[index] = 0
        self.index = index + 1
        self.wide >>= 1
        self.given += 1

    def add_i64(self, bits):
        """Add an i64 or f64 by its bits."""
        self.add_words(bits & 0xFFFFFFFF, bits >> 32 & 0xFFFFFFFF)

    def add_words(self, low, high):
        """Add an i64 or f64 by its two words."""
        index = self.index
        self.words[index] = low
        self.words[index + 1] = high
        self.index = index + 2
        self.wide >>= 1
        self.given += 1

    def add_ptr(self, value, ptr_size):
        if ptr_size == 4:
            self.add_i32(value)
        else:
            self.add_i64(value)

    def pad(self, count):
        """Add zeros."""
        for _ in range(count):
            self.add_i32(0)
