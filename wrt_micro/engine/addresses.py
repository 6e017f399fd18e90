# Machine addresses, for engines that are machine code: they stand in the records of threads, and
# in the descriptors of memories and tables.

# Words of the thread record that hold them.
_CODE, _STACK, _GLOBALS, _MEMORIES, _TABLES, _EXCEPTIONS = 8, 10, 14, 16, 18, 20


def bind_descriptors(store):
    """Write the machine addresses of memories and tables into their descriptors."""
    from uctypes import addressof

    code = addressof(store.code)
    for i in range(len(store.memories)):
        memory = store.memories[i]
        # A data segment's descriptor holds its image offset until now.
        address = code + store.mems[8 * i] if memory is None else addressof(memory)
        _address(store.mems, 8 * i, address)
    for i in range(len(store.tables)):
        table = store.tables[i]
        address = code + store.tabs[4 * i] if table is None else addressof(table)
        _address(store.tabs, 4 * i, address)


def bind_buffers(thread):
    """Write the machine addresses of all buffers into a thread's record."""
    from uctypes import addressof

    store = thread.store
    for word, buffer in (
        (_CODE, store.code),
        (_STACK, thread.stack),
        (_GLOBALS, store.globals),
        (_MEMORIES, store.mems),
        (_TABLES, store.tabs),
        (_EXCEPTIONS, store.exceptions),
    ):
        _address(thread.st, word, addressof(buffer))


def _address(words, index, address):
    words[index] = address & 0xFFFFFFFF
    words[index + 1] = address >> 32
