"""A PDF that leaves: numbered, watermarked for whoever took it, remembered and journalled like every file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from port2port.base.ids import new_id
from port2port.members.acting import action, current_actor
from port2port.members.queries import called
from port2port.sharing import exports
from port2port.sharing.exports import File
from port2port.sharing.tlp import Tlp
from port2port.site.pdf import rendered


@action
def printed(
    template: str,
    data: Mapping[str, Any],
    *,
    title: str,
    name: str,
    kind: str,
    tlp: Tlp,
    records: Sequence[UUID],
    at: datetime,
    circle: UUID | None = None,
) -> File:
    """Return a paper for the actor, and remember that these records left in it.

    `template` imports `/site/papers/paper.typ`; `data` are its own values, beside those given here; `tlp` is the
    narrowest mark of what is in it. TLP:RED leaves by two persons
    (`pairs`). Call it last: the records are kept from changing until the transaction ends.
    Raises Refused without the act `export`, NotFound for a record that one does not see.
    """
    export = new_id()
    mark = exports.mark(export, len(records), at=at, red=tlp == Tlp.RED, kind=kind)
    organisation = called(exports.taker(kind).names)
    person = current_actor().name
    moment = f"{timezone.localtime(at):%d/%m/%Y %H:%M}"
    frame = {
        "title": title, "language": get_language() or "en", "tlp": tlp.label,
        "organisation": organisation, "stamp": f"{person}\n{organisation}\n{moment}",
        "foot": _("File %(number)s, %(person)s, %(moment)s")
        % {"number": export, "person": person, "moment": moment},
        "handling": mark.handling,
    }  # fmt: skip
    body = rendered(template, {**data, **frame})
    exports.remember(export, kind=kind, form="pdf", records=records, at=at, circle=circle)
    return File(f"{name}-{timezone.localtime(at):%Y%m%d-%H%M}-{export}.pdf", body, len(records))
