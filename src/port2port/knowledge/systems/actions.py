"""What is done with the register: enter and change an installation, add a result or a procurement annex, withdraw.

Each is one transaction under the policy that decides, changes and journals.
"""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Conflict, Invalid, Problem
from port2port.knowledge.systems.models import Installation, Measurement, Procurement
from port2port.knowledge.systems.queries import KIND, MEASUREMENT, PROCUREMENT
from port2port.knowledge.systems.rules import (
    Assessment,
    Bought,
    Codes,
    Installed,
    Measured,
    bought_problems,
    installed_problems,
    measured_problems,
    product_key,
)
from port2port.knowledge.systems.vocabulary import codes, terms, threat_of
from port2port.measures.actions import audience_of, guarded, stewarded
from port2port.members.acting import action
from port2port.members.data_files import LANGUAGES
from port2port.members.models import Facility
from port2port.members.places import Spot, known_places
from port2port.reports.addressing import terms_for
from port2port.sharing import actions as sharing
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing, reporter, terms_problems
from port2port.sharing.legal_basis import legal_bases
from port2port.sharing.models import Record
from port2port.sharing.references import ZONE

OTHER = "other"


@action
def install(
    *, one: Installed, place: str, to: Addressing, at: datetime, provenance: str = "member"
) -> Installation:  # fmt: skip
    """Enter a system that the own organisation uses at a port (UN/LOCODE) or facility (number), for these to see.

    Raises Invalid with every problem at once, Refused when the actor's role may not report.
    """
    one, where = tidy(one), spot_of(place)
    record_terms = terms_for(threat_of(one.kind) or OTHER, reporter())
    problems = [
        *_installed_problems(one, at),
        *_place_problems(place, where),
        *terms_problems(record_terms, reporter()),
    ]
    audience = audience_of(to, record_terms, problems)
    record = sharing.publish(
        KIND, audience=audience, terms=record_terms, at=at, text=words_of(one), title=title_of(one),
        port=_port_of(where), threat=threat_of(one.kind), provenance=provenance,
    )  # fmt: skip
    row = Installation(record=record, **_columns(one), facility=_facility_of(where))
    row.save(force_insert=True)
    return row


@action
def change_installation(identifier: UUID, *, one: Installed, place: str, at: datetime, expected: int) -> None:
    """Change what is said of an installation; who sees it stays. Raises NotFound, Refused, Invalid, Conflict."""
    record = stewarded(identifier, KIND, at=at)
    one, where = tidy(one), spot_of(place)
    problems = [*_installed_problems(one, at), *_place_problems(place, where)]
    if problems:
        raise Invalid(problems)
    sharing.touch(
        record, expected=expected, at=at, text=words_of(one), title=title_of(one), port=_port_of(where),
        threat=threat_of(one.kind),
    )  # fmt: skip
    Installation.objects.filter(record_id=identifier).update(**_columns(one), facility=_facility_of(where))


@action
def add_result(
    installation: UUID, *, one: Measured, to: Addressing, at: datetime, provenance: str = "member"
) -> Measurement:  # fmt: skip
    """Add what an installation of the own organisation did in a period.

    Raises NotFound, Refused, Conflict when it was withdrawn, Invalid.
    """
    of = stewarded(installation, KIND, at=at)
    problems = measured_problems(one, _known(), today=at.astimezone(ZONE).date())
    problems += guarded(
        {"remarks": one.remarks, "weather": one.weather, "traffic": one.traffic, "threshold": one.threshold}
    )
    record_terms = _terms_like(of, at)
    audience = audience_of(to, record_terms, problems)
    record = sharing.publish(
        MEASUREMENT, audience=audience, terms=record_terms, at=at, text=result_words(one), port=of.port_id,
        threat=of.threat, provenance=provenance,
    )  # fmt: skip
    row = Measurement(record=record, installation_id=installation, **asdict(one))
    row.save(force_insert=True)
    return row


@action
def add_procurement(
    installation: UUID, *, one: Bought, to: Addressing, at: datetime, provenance: str = "member"
) -> Procurement:  # fmt: skip
    """Add what is sensitive in the procurement of an installation of the own organisation, for an audience of its own.

    Raises NotFound, Refused, Conflict when it was withdrawn, Invalid.
    """
    of = stewarded(installation, KIND, at=at)
    problems = [*bought_problems(one, _known()), *guarded({"contract": one.contract, "tender": one.tender})]
    record_terms = _terms_like(of, at)
    audience = audience_of(to, record_terms, problems)
    record = sharing.publish(
        PROCUREMENT, audience=audience, terms=record_terms, at=at, text=bought_words(one), port=of.port_id,
        threat=of.threat, provenance=provenance,
    )  # fmt: skip
    row = Procurement(record=record, installation_id=installation, **asdict(one))
    row.save(force_insert=True)
    return row


@action
def withdraw(identifier: UUID, kind: str, *, reason: str, at: datetime) -> None:
    """Take an installation (with its parts), a result or an annex back. Raises NotFound, Refused, Conflict, Invalid."""
    record = stewarded(identifier, kind, at=at, act="withdraw")
    sharing.withdraw(record, reason=reason, at=at)


def spot_of(place: str) -> Spot | None:
    """Return the port or facility that a code names, None for any other."""
    places = known_places()
    return places.ports.get(place) or places.facilities.get(place)


def tidy(one: Installed) -> Installed:
    """Return it without blanks around names, and with no more words than its assessments need."""
    names: dict[str, Any] = {
        name: " ".join(getattr(one, name).split()) for name in ("maker", "product", "version", "legal_citation")
    }
    return replace(one, **names, purpose=one.purpose.strip(), rights=_tidy(one.rights), privacy=_tidy(one.privacy))


def _tidy(one: Assessment) -> Assessment:
    return replace(one, reason=one.reason.strip())


def title_of(one: Installed) -> str:
    """Return what an installation is called: maker and product."""
    return f"{one.maker} {one.product}"


def words_of(one: Installed) -> str:
    """Return what an installation is found by beside its title: its words, and its kind in each language."""
    kinds = [" ".join(kind.names.values()) for kind in terms().kinds if kind.code == one.kind]
    return " ".join([one.version, one.purpose, one.legal_citation, *kinds])


def result_words(one: Measured) -> str:
    """Return what a result is found by."""
    return " ".join([one.weather, one.traffic, one.threshold, one.remarks])


def bought_words(one: Bought) -> str:
    """Return what a procurement annex is found by."""
    return " ".join([one.contract, one.tender])


def _installed_problems(one: Installed, at: datetime) -> list[Problem]:
    texts = {
        "purpose": one.purpose, "legal_citation": one.legal_citation, "rights_reason": one.rights.reason,
        "privacy_reason": one.privacy.reason,
    }  # fmt: skip
    return [*installed_problems(one, _known(), today=at.astimezone(ZONE).date()), *guarded(texts)]


def _known() -> Codes:
    return {
        "kind": codes("kinds"), "ai_class": codes("ai_classes"), "truth": codes("truths"), "light": codes("lights"),
        "legal_bases": frozenset(one.code for one in legal_bases()), "languages": frozenset(LANGUAGES),
    }  # fmt: skip


def _place_problems(place: str, where: Spot | None) -> list[Problem]:
    if where is not None:
        return []
    return [Problem("place", _("There is no such port or facility.") if place else _("Choose a place."))]


def _port_of(where: Spot | None) -> UUID | None:
    return known_places().ports[where.port].id if where is not None else None


def _facility_of(where: Spot | None) -> Facility | None:
    return Facility.objects.get(id=where.id) if where is not None and where.kind == "facility" else None


def _columns(one: Installed) -> dict[str, object]:
    return {
        "kind": one.kind, "maker": one.maker, "product": one.product,
        "product_key": product_key(one.kind, one.maker, one.product), "version": one.version, "purpose": one.purpose,
        "legal_basis": one.legal_basis, "legal_citation": one.legal_citation, "retention_days": one.retention_days,
        "rights": one.rights.state, "rights_on": one.rights.on, "rights_reason": one.rights.reason,
        "privacy": one.privacy.state, "privacy_on": one.privacy.on, "privacy_reason": one.privacy.reason,
        "ai_class": one.ai_class, "ai_article": one.ai_article, "since": one.since, "until": one.until,
        "language": one.language,
    }  # fmt: skip


def _terms_like(of: Record, at: datetime) -> Terms:
    """Return the installation's own terms; a part is kept no longer than what it is a part of."""
    days = (of.expires_at - at).days
    if days < 1:
        raise Conflict(_("This ends today."))
    return Terms(of.purpose, of.legal_basis, personal_data=of.personal_data, keep_days=days)
