"""Codes of ours that a cell of a partner's file is recognised as, by their names in every language. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from port2port.exchange.files.fields import plain
from port2port.exchange.files.values import Unread
from port2port.members.places import Places, Spot
from port2port.reports.vocabulary import Vocabulary
from port2port.sharing.tlp import Tlp

Codes = Mapping[str, str]  # of a name as `plain` writes it, the code


@dataclass(frozen=True)
class Known:
    """What is recognised by itself: of each field of codes its codes and names in every language."""

    codes: Mapping[str, Codes]
    valid: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def code(self, name: str, text: str, values: Mapping[str, str]) -> str:
        """Return the code that a cell stands for, "" for nothing: as the mapping says, or recognised. Raises Unread.

        `values`: what the mapping says, by their value as it stands.
        """
        if text in values:
            return self.checked(name, values[text])
        found = self.codes[name].get(plain(text))
        if found is None:
            raise Unread(_("Say what “%(value)s” is here.") % {"value": text[:60]})
        return found

    def checked(self, name: str, code: str) -> str:
        """Return a code of ours, or "" for nothing. Raises Unread for what is none."""
        if code and code not in self.valid[name]:
            raise Unread(_("This code is not in the vocabulary."))
        return code


OLD_MARKS = {"white": "CLEAR", "tlp white": "CLEAR"}  # TLP 1, as MISP's exports have it


def known_values(words: Vocabulary, places: Places) -> Known:
    """Return what of codes and names is recognised. A name that two codes bear is neither's."""
    terms: dict[str, Iterable[tuple[str, Iterable[str]]]] = {
        "threat": [(one.code, (*one.names.values(), *one.short_names.values())) for one in words.threats],
        "modus_operandi": [(one.code, one.names.values()) for one in words.modi_operandi],
        "phase": [(one.code, one.names.values()) for one in words.phases],
        "substance": [(one.code, one.names.values()) for one in words.substances],
        "severity": [(one.code, one.names.values()) for one in words.severities],
        "nature": [(one.code, one.names.values()) for one in words.natures],
        "source": [(one.code, one.names.values()) for one in words.sources if one.code != "published"],
        "port": [(one.code, _port_names(one)) for one in places.ports.values()],
        "facility": [(one.code, one.names.values()) for one in places.facilities.values()],
        "tlp": [(_mark(one), (one.label,)) for one in Tlp if one != Tlp.RED],
    }
    codes = {name: _by_name(found) for name, found in terms.items()}
    codes["tlp"] = OLD_MARKS | dict(codes["tlp"])
    return Known(codes, {name: frozenset(found.values()) for name, found in codes.items()})


def _mark(tlp: Tlp) -> str:
    return tlp.label.removeprefix("TLP:")


def _port_names(port: Spot) -> Iterable[str]:
    """Return a port's code as it is written with a space, too, and its names without "port of"."""
    yield f"{port.code[:2]} {port.code[2:]}"
    for name in port.names.values():
        yield name
        yield PORT_OF.sub("", name)


PORT_OF = re.compile(r"^(?:haven van|port de|port d[’']|port of|hafen)\s*", re.IGNORECASE)


def _by_name(terms: Iterable[tuple[str, Iterable[str]]]) -> Codes:
    found: dict[str, str | None] = {}
    listed = list(terms)
    for code, names in listed:
        for name in {plain(one) for one in names} - {""}:
            found[name] = code if found.get(name, code) == code else None
    found |= {plain(code): code for code, _names in listed}  # a code is its own, whoever else is called so
    return {name: code for name, code in found.items() if code is not None}
