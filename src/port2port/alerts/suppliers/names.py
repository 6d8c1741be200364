"""What a supplier or system is called: written names made comparable, and the topics that stand for them. Pure.

Two people write the same product in two ways. Case, accents, spaces and punctuation are folded away, the legal form
behind a supplier's name is dropped, and aliases of a public file lead to one name. Nothing is guessed: a name that is
not in that file stands for itself.

Each such name has a topic (`members.topics`), whether anybody uses it or not.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote
from uuid import UUID

from port2port.members.topics import topic

LEGAL_FORMS = frozenset(
    (
        *("ab", "ag", "aps", "as", "asa", "bv", "bvba", "co", "company", "corp", "corporation", "cv", "cvba", "gmbh"),
        *("inc", "incorporated", "kg", "kgaa", "limited", "llc", "llp", "ltd", "ltda", "nv", "oy", "oyj", "plc", "pte"),
        *("pty", "sa", "sarl", "sas", "se", "spa", "sprl", "srl", "ug", "vof"),
    )
)
WILD = "*"  # all of a supplier: what is kept without a product
_CPE_PARTS = 13  # cpe:2.3:part:vendor:product:version and seven more (NISTIR 7695, section 6.2)
_CPE_ANY = frozenset({"*", "-", ""})
_PURL = re.compile(r"pkg:/*(?P<type>[A-Za-z][A-Za-z0-9.+-]*)/(?P<rest>[^?#]+)")


@dataclass(frozen=True)
class System:
    """A supplier, and of it a product and version if named; `cpe` (CPE 2.3) and `package` (package URL) besides."""

    vendor: str
    product: str = ""
    version: str = ""
    cpe: str = ""
    package: str = ""

    @property
    def said(self) -> str:
        """It as it is said: supplier, product and version behind each other, or its identifier."""
        return " ".join(part for part in (self.vendor, self.product, self.version) if part) or self.package or self.cpe


class Cpe(NamedTuple):
    """The three parts of a CPE 2.3 name that say what is meant; "" where it says any."""

    vendor: str
    product: str
    version: str


class Aliases(NamedTuple):
    """By folded form: the folded form it leads to, and how that is written. Products stand under their supplier's."""

    vendors: Mapping[str, str]
    products: Mapping[tuple[str, str], str]
    written: Mapping[str, str]
    products_written: Mapping[tuple[str, str], str]


NO_ALIASES = Aliases({}, {}, {}, {})


def words_of(text: str) -> list[str]:
    """Return the words of a name without case, accents and punctuation (Unicode NFKD)."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    plain = plain.replace("&", " and ").replace("+", " plus ")
    return re.findall(r"[^\W_]+", plain)


def folded(text: str) -> str:
    """Return a product's name as it is compared: its letters and digits alone, so that S7-1500 is S7 1500."""
    return "".join(words_of(text))


def folded_vendor(text: str) -> str:
    """Return a supplier's name as it is compared: folded, without the legal form behind it."""
    words = words_of(re.sub(r"\b(?:[A-Za-z]\.){2,}", lambda dotted: dotted[0].replace(".", "") + " ", text))
    while len(words) > 1 and (words[-1] in LEGAL_FORMS or words[-1] == "and"):
        words.pop()
    return "".join(words)


def parse_cpe(text: str) -> Cpe | None:
    r"""Return what a CPE 2.3 formatted string names (NISTIR 7695, section 6.2), or None when it is none.

    A colon or another mark within a part stands behind a backslash there.
    """
    parts = [re.sub(r"\\(.)", r"\1", part) for part in re.split(r"(?<!\\):", text.strip())]
    if len(parts) != _CPE_PARTS or parts[:2] != ["cpe", "2.3"] or parts[2] not in ("a", "o", "h"):
        return None
    vendor, product, version = ("" if part in _CPE_ANY else part for part in parts[3:6])
    return Cpe(vendor, product, version) if vendor else None


def parse_package(text: str) -> str:
    """Return a package URL (purl, ECMA-427) as it is compared: type, namespace and name, or "" when it is none."""
    found = _PURL.fullmatch(text.strip().partition("?")[0].partition("#")[0])
    if found is None:
        return ""
    path = [unquote(part) for part in found["rest"].split("/") if part]
    if not path:
        return ""
    path[-1] = path[-1].rpartition("@")[0] or path[-1]
    kind = found["type"].lower()
    name = "/".join(path).lower()
    return f"pkg:{kind}/{name.replace('_', '-') if kind == 'pypi' else name}"


def resolved(vendor: str, product: str, aliases: Aliases) -> tuple[str, str]:
    """Return the forms that a supplier and a product are compared by, through the aliases."""
    of = folded_vendor(vendor)
    of = aliases.vendors.get(of, of)
    name = folded(product)
    return of, aliases.products.get((of, name), name)


def canonical(system: System, aliases: Aliases) -> System:
    """Return a system under the names of the alias file, else as it was written, with no spaces too many."""
    named = complete(system)
    vendor, product = resolved(named.vendor, named.product, aliases)
    return System(
        vendor=aliases.written.get(vendor, " ".join(named.vendor.split())),
        product=aliases.products_written.get((vendor, product), " ".join(named.product.split())),
        version=" ".join(named.version.split()),
        cpe=named.cpe.strip(),
        package=named.package.strip(),
    )


def complete(system: System) -> System:
    """Return a system with the names that its CPE gives, where nobody wrote any."""
    cpe = parse_cpe(system.cpe)
    if cpe is None or system.vendor.strip():
        return system
    said = [part.replace("_", " ") for part in cpe]
    return System(said[0], system.product or said[1], system.version or said[2], system.cpe, system.package)


def form_of(system: System, aliases: Aliases) -> str:
    """Return what tells one system from another within a register."""
    vendor, product = resolved_of(system, aliases)
    return f"{vendor}/{product}/{parse_package(system.package)}"


def compared(system: System, aliases: Aliases) -> str:
    """Return how a system is compared, for whoever writes it: supplier and product, and its package."""
    return " ".join(part for part in (*resolved_of(system, aliases), parse_package(system.package)) if part)


def resolved_of(system: System, aliases: Aliases) -> tuple[str, str]:
    """Return the forms of a system's supplier and product, from its CPE where nobody wrote them."""
    named = complete(system)
    return resolved(named.vendor, named.product, aliases)


def _named(system: System, aliases: Aliases) -> list[tuple[str, str]]:
    """Return the (supplier, product) forms that a system goes by: as written, and as its CPE has it."""
    cpe = parse_cpe(system.cpe)
    pairs = [(system.vendor, system.product), *([(cpe.vendor, cpe.product)] if cpe is not None else [])]
    found = [resolved(vendor, product, aliases) for vendor, product in pairs]
    return [pair for pair in dict.fromkeys(found) if pair[0]]


def heard_by(system: System, aliases: Aliases) -> tuple[UUID, ...]:
    """Return the topics that an organisation hears of when it uses a system.

    Of its supplier as a whole, and of the product; without a product, of every product of that supplier.
    """
    keys = []
    for vendor, product in _named(system, aliases):
        keys += [topic("vendor", vendor), topic("product", vendor, product or WILD)]
    package = parse_package(system.package)
    return tuple(dict.fromkeys([*keys, *([topic("package", package)] if package else [])]))


def told_of(systems: Iterable[System], aliases: Aliases) -> tuple[UUID, ...]:
    """Return the topics that an alert about systems goes to.

    About a supplier: whoever uses anything of it. About a product: who uses it, or keeps that supplier as a whole.
    """
    keys: list[UUID] = []
    for system in systems:
        for vendor, product in _named(system, aliases):
            if product:
                keys += [topic("product", vendor, product), topic("product", vendor, WILD)]
            else:
                keys.append(topic("vendor", vendor))
        package = parse_package(system.package)
        keys += [topic("package", package)] if package else []
    return tuple(dict.fromkeys(keys))
