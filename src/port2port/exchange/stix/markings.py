"""How an object may be used: TLP 2.0 by its fixed ids, and in words the PAP, the purpose and the legal basis.

TLP 2.0 has no marking type of its own in STIX 2.1; FIRST and OASIS agreed on the ids and an extension definition
(OASIS CTI TC, "TLP 2.0 marking definitions"; DOMAIN: the ids are those published there).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from port2port.exchange.stix.ids import object_id
from port2port.sharing.tlp import Tlp

Stix = dict[str, Any]

TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_CREATED = "2022-10-01T00:00:00.000Z"
TLP_IDS: Mapping[Tlp, str] = {
    Tlp.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
# The marks of TLP 1 that STIX 2.1 itself defines (section 7.2.1.4): what others send may carry them.
TLP_1_IDS: Mapping[str, Tlp] = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Tlp.CLEAR,
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Tlp.GREEN,
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Tlp.AMBER,
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Tlp.RED,
}
TLP_OF: Mapping[str, Tlp] = {**{identifier: tlp for tlp, identifier in TLP_IDS.items()}, **TLP_1_IDS}

HANDLING = ("H0", "H1", "H2")  # H3 says in words what it restricts


def tlp_markings() -> list[Stix]:
    """Return the marking definitions of TLP 2.0."""
    return [
        {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": identifier,
            "created": TLP_CREATED,
            "name": f"TLP:{tlp.label.removeprefix('TLP:')}",
            "extensions": {
                TLP_EXTENSION: {
                    "extension_type": "property-extension",
                    "tlp_2_0": tlp.label.removeprefix("TLP:").lower(),
                }
            },
        }
        for tlp, identifier in TLP_IDS.items()
    ]


def statement(text: str, *, created: str) -> Stix:
    """Return a marking that says something in words; the same words are the same marking."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": object_id("marking-definition", text),
        "created": created,
        "definition_type": "statement",
        "definition": {"statement": text},
    }


def known_statements(terms: Iterable[tuple[str, str]], *, created: str) -> list[Stix]:
    """Return the statements that records share: each PAP, each purpose with a legal basis, the codes without words."""
    said = [pap_statement(tlp) for tlp in Tlp if tlp != Tlp.AMBER_STRICT]
    said += [terms_statement(purpose, basis) for purpose, basis in terms]
    said += [handling_statement(code, "") for code in HANDLING]
    return [statement(text, created=created) for text in said]


def pap_statement(pap: int) -> str:
    """Return the words of a permissible action."""
    return f"PAP:{Tlp(pap).label.removeprefix('TLP:')}"


def terms_statement(purpose: str, legal_basis: str) -> str:
    """Return the words of what for and on which basis; codes of the register of legal bases."""
    return f"Purpose: {purpose}. Legal basis: {legal_basis}."


def handling_statement(code: str, words: str) -> str:
    """Return the words of a handling code of Europol."""
    return f"Europol handling code {code}. {words}".strip()
