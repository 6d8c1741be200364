"""The public file of aliases: other names of suppliers and products, read and checked once per process."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

from port2port.alerts.suppliers.names import Aliases, folded, folded_vendor
from port2port.members.data_files import Entry, Reader

Key = TypeVar("Key", str, tuple[str, str])
ALIASES = Path(__file__).parent.parent / "data" / "supplier_aliases.v1.toml"


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the file this is, from when, and where it comes from."""

    version: int
    valid_from: date
    source: str


class Supplier(Entry, frozen=True, kw_only=True):
    """A supplier under the name it uses itself, with its other names."""

    name: str
    aliases: tuple[str, ...] = ()
    source: str


class Product(Entry, frozen=True, kw_only=True):
    """A product of a supplier of this file, with its other names."""

    supplier: str
    name: str
    aliases: tuple[str, ...] = ()
    source: str


def read_aliases(path: Path) -> Aliases:
    """Return the aliases in a file.

    Raises ValueError with a line per problem: a name that leads to two, or to nothing, would warn the wrong ones.
    """
    reader = Reader(path)
    reader.single("head", Head)
    suppliers = reader.entries("suppliers", Supplier, "name")
    products = reader.entries("products", Product, "name")
    reader.check_sections(("head", "suppliers", "products"))
    vendors: dict[str, str] = {}
    written: dict[str, str] = {}
    for supplier in suppliers:
        own = folded_vendor(supplier.name)
        written[own] = supplier.name
        _lead(
            reader, f"suppliers {supplier.name!r}", vendors, {folded_vendor(n) for n in supplier.aliases} | {own}, own
        )
    named: dict[tuple[str, str], str] = {}
    products_written: dict[tuple[str, str], str] = {}
    for product in products:
        where, of, own = f"products {product.name!r}", folded_vendor(product.supplier), folded(product.name)
        reader.check_reference(where, "supplier", of, written, "supplier")
        products_written[of, own] = product.name
        _lead(reader, where, named, {(of, folded(name)) for name in product.aliases} | {(of, own)}, own)
    reader.finish()
    return Aliases(vendors, named, written, products_written)


def _lead(reader: Reader, where: str, leads: dict[Key, str], names: set[Key], to: str) -> None:
    """Let these names lead to one; note one that is empty or leads elsewhere already."""
    for name in names:
        if not (name[-1] if isinstance(name, tuple) else name):
            reader.problem(where, "aliases", "holds a name without a letter or digit")
        elif leads.setdefault(name, to) != to:
            reader.problem(where, "aliases", f"{name!r} leads to {leads[name]!r} already")


@cache
def aliases() -> Aliases:
    """Return the aliases that ship with the program, read once per process."""
    return read_aliases(ALIASES)
