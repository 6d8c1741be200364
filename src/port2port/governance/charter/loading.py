"""Writes the starter texts, what is never held back and the grace into the database, as the owner: every migrate."""

from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from port2port.base.models import Setting
from port2port.governance.charter.models import CharterText, Exemption
from port2port.governance.charter.register import DATA, read_register, starter_bodies

GRACE = "charter_grace_until"  # read by governance_owed


def load_texts(at: datetime, folder: Path = DATA) -> int:
    """Publish each starter text that is newer than what is there; none over a text of the operators' own.

    Returns how many came. A template is in force at once: until counsel's version is published it is what binds.
    Raises ValueError, a line per problem of the file.
    """
    register, came = read_register(folder / "charter.toml"), 0
    for text in register.texts:
        there = CharterText.objects.filter(code=text.code).exclude(state="declined")
        newest = there.order_by("-number").first()
        if newest is not None and (newest.number >= text.version or there.filter(template=False).exists()):
            continue
        CharterText.objects.create(
            code=text.code, number=text.version, titles=text.names, bodies=starter_bodies(text, folder), template=True,
            entitled=list(register.head.entitled), state="published", days=register.head.days,
            accept_by=timezone.localdate(at) + timedelta(days=register.head.days), proposed_at=at, decided_at=at,
        )  # fmt: skip
        came += 1
    Exemption.objects.exclude(code__in=[one.code for one in register.exempt]).delete()
    for one in register.exempt:
        says = {"kind": one.kind, "threat": one.threat, "tlp": one.tlp, "legal_basis": one.legal_basis}
        Exemption.objects.update_or_create(code=one.code, defaults={**says, "within": one.within})
    return came


def set_grace(until: str) -> None:
    """Let members share without acceptance until a day (2027-01-31), or not at all ("")."""
    if until:
        Setting.objects.update_or_create(key=GRACE, defaults={"value": until})
    else:
        Setting.objects.filter(key=GRACE).delete()
