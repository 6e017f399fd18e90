"""Table instructions (spec: Execution, Table Instructions)."""

from __future__ import annotations

from . import record
from .bulk import Bulk

_BOUNDS = "out_of_bounds_table"


class Tables(Bulk):
    """Element segments are hidden tables behind the others, so `init` is a copy."""

    def table_base(self, table: int) -> str:
        """Where a table or element segment starts."""
        return self.base(record.TABLES, table, record.TABLE_WORDS)

    def table_size(self, table: int) -> str:
        """Elements that a table has now. One that nobody grows is as large as ever."""
        if table < len(self.context.store.tables) and table not in self.module.scan.grown_tables:
            return str(self.context.store.tables[table].type.limits.minimum)
        return self.current(record.TABLES, table, record.TABLE_WORDS, record.LENGTH)

    def element(self, table: int, index: str) -> str:
        """The address of an element; the index is in bounds."""
        bytes = self.define(f"shl {self.forms.pointer} {self.to_pointer(index)}, 2")
        return self.at(self.table_base(table), bytes, self.forms.pointer)

    def checked_element(self, table: int, index: str, kind: str = _BOUNDS) -> str:
        """The address of an element; traps if there is none."""
        self.trap_if(self.define(f"icmp uge i32 {index}, {self.table_size(table)}"), kind)
        return self.element(table, index)

    def do_table_get(self, number: int) -> None:
        table = self.instance.tables[number]
        index = self.index32(self.stack.pop(), self.context.table64(table))
        at = self.checked_element(table, index)
        self.push(
            self.context.element_type(table), self.load("i32", at, self.module.tag("tables"))
        )

    def do_table_set(self, number: int) -> None:
        table = self.instance.tables[number]
        value = self.pop()
        index = self.index32(self.stack.pop(), self.context.table64(table))
        self.set_element(table, index, value)

    def set_element(self, table: int, index: str, value: str) -> None:
        at = self.checked_element(table, index)
        self.store("i32", value, at, self.module.tag("tables"))

    def do_table_size(self, number: int) -> None:
        table = self.instance.tables[number]
        self.push_size(self.table_size(table), self.context.table64(table))

    def do_table_grow(self, number: int) -> None:
        table = self.instance.tables[number]
        wide = self.context.table64(table)
        delta = self.index32(self.stack.pop(), wide)
        value = self.pop()
        descriptor = self.field(record.TABLES, table, record.TABLE_WORDS, 0)
        function = self.module.support("table_grow")
        arguments = f"ptr {descriptor}, i32 {value}, i32 {delta}"
        size = self.define(f"call fastcc i32 {function}({arguments})")
        self.forget_sizes()
        self.push_size(size, wide)

    def do_table_fill(self, number: int) -> None:
        table = self.instance.tables[number]
        wide = self.context.table64(table)
        count, value, start = (self.stack.pop() for _ in range(3))
        size, at = self.index32(count, wide), self.index32(start, wide)
        self.fill_elements(table, at, self.ir(value), size)

    def fill_elements(self, table: int, start: str, value: str, count: str) -> None:
        self.check_range(start, count, self.table_size(table), _BOUNDS)
        function = self.module.support("fill_words")
        target = self.element(table, start)
        self.emit(f"call fastcc void {function}(ptr {target}, i32 {value}, i32 {count})")

    def do_table_copy(self, to: int, of: int) -> None:
        target, source = self.instance.tables[to], self.instance.tables[of]
        self.copy_elements(target, source, self.context.table64(source))

    def do_table_init(self, segment: int, number: int) -> None:
        source = self.context.element_index(self.instance.elements[segment])
        self.copy_elements(self.instance.tables[number], source, False)

    def copy_elements(self, target: int, source: int, wide: bool) -> None:
        """wide: whether the source has 64-bit indices; the count has if both have."""
        wide_target = self.context.table64(target)
        count, start, end = (self.stack.pop() for _ in range(3))
        size = self.index32(count, wide and wide_target)
        of, to = self.index32(start, wide), self.index32(end, wide_target)
        self.check_range(to, size, self.table_size(target), _BOUNDS)
        self.check_range(of, size, self.table_size(source), _BOUNDS)
        form = self.forms.pointer
        destination, origin = self.element(target, to), self.element(source, of)
        bytes = self.define(f"shl {form} {self.to_pointer(size)}, 2")
        name = f"llvm.memmove.p0.p0.{form}"
        function = self.module.intrinsic(name, "void", "ptr", "ptr", form, "i1 immarg")
        arguments = f"ptr {destination}, ptr {origin}, {form} {bytes}, i1 false"
        self.emit(f"call void {function}({arguments}), {self.module.tag('tables')}")

    # ------------------------------------------------------------ element segments
    def do_elem_drop(self, segment: int) -> None:
        self.drop_elements(self.context.element_index(self.instance.elements[segment]))

    def drop_elements(self, index: int) -> None:
        at = self.field(record.TABLES, index, record.TABLE_WORDS, record.LENGTH)
        self.store("i32", "0", at, self.module.tag("descriptors"))
        self.forget_sizes()
