"""Who sees a measure: shared with more, or with fewer. The text and what was agreed stay."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Conflict, Invalid, Problem
from port2port.measures.actions import stewarded
from port2port.measures.queries import KIND
from port2port.members.acting import action, current_actor
from port2port.members.models import Circle
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing.addressing import Addressing
from port2port.sharing.audiences import Audience
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp


@action
def widen_measure(identifier: UUID, *, to: Addressing, at: datetime, expected: int | None = None) -> None:
    """Let more circles or persons see it, or lower its TLP. Who is asked in an open consultation stays as it was.

    Raises NotFound, Refused (act `share`), Conflict, Invalid.
    """
    record = _held(identifier, at=at, act="share", expected=expected)
    sharing.widen(record, more=audiences.wider(record, to.addressed or record.addressed, to.tlp), at=at)


@action
def narrow_measure(
    identifier: UUID, *, keep: Iterable[UUID], tlp: Tlp, at: datetime, expected: int | None = None
) -> None:
    """Take sight away from all but these; its author keeps it. Raises NotFound, Refused, Conflict, Invalid."""
    record = _held(identifier, at=at, act="withdraw", expected=expected)
    kept = [key for key in dict.fromkeys(keep) if key in record.addressed]
    if tlp < record.tlp:
        raise Invalid([Problem("tlp", _("Sharing with fewer cannot make the TLP wider."))])
    if set(kept) == set(record.addressed) and tlp == record.tlp:
        raise Invalid([Problem("audience", _("Nothing would change."))])
    # A circle addressed under RED is held as its sealed copy.
    sealed = dict(Circle.objects.filter(id__in=record.audience, kind="sealed").values_list("source_id", "id"))
    keys = {sealed.get(key, key) for key in kept} | {record.author_id, current_actor().person}
    sharing.narrow(record, keep=Audience(tuple(kept), tuple(k for k in record.audience if k in keys), tlp), at=at)


def _held(identifier: UUID, *, at: datetime, act: str, expected: int | None) -> Record:
    record = stewarded(identifier, KIND, at=at, act=act)
    if expected is not None and expected != record.version:
        raise Conflict(_("This was changed in the meantime."))
    return record
