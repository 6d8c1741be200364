"""What is said of a system of the organisation, in the reader's language."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from port2port.alerts.delivery.models import Webhook
from port2port.base.errors import Text
from port2port.exchange.partners.queries import Got, Machine, Told
from port2port.exchange.peers import words as peers
from port2port.exchange.tak import words as tak
from port2port.members.models import Membership
from port2port.sharing.queries import COUNT_LIMIT
from port2port.sharing.tlp import Tlp

FORMS: dict[str, Text] = {
    "stix": gettext_lazy("STIX objects by TAXII"),
    "misp": gettext_lazy("MISP events"),
    "cap": gettext_lazy("Alerts as CAP"),
    "geojson": gettext_lazy("Alerts as GeoJSON"),
}
UNKNOWN_FORM = gettext_lazy("Choose stix, misp or cap.")
KINDS: dict[str, Text] = {
    "report": pgettext_lazy("kind of record", "report"),
    "measure": pgettext_lazy("kind of record", "measure"),
    "practice": pgettext_lazy("kind of record", "practice"),
    "alert": pgettext_lazy("kind of record", "alert"),
}
PAGES = {"report": "reports:detail", "measure": "measures:detail", "practice": "knowledge:practice",
         "alert": "alerts:detail"}  # fmt: skip


def badge(machine: Machine) -> tuple[str, str]:
    """Return the kind and the word of a machine's badge."""
    if machine.peer is not None:
        return peers.badge(machine.peer)
    if machine.tak is not None:
        return tak.badge(machine.tak)
    if machine.hat.paused_at is not None:
        return "open", _("paused")
    return ("ok", _("may connect")) if machine.tokens else ("open", _("has no token"))


def kind(machine: Machine) -> str:
    """Return what kind of system a machine stands for."""
    if machine.peer is not None:
        return _("Other node")
    return _("TAK server") if machine.tak is not None else _("Machine")


def webhook_badge(webhook: Webhook) -> tuple[str, str]:
    """Return the kind and the word of a webhook's badge."""
    if webhook.paused_at is not None:
        return "open", _("paused")
    return ("error", _("failing")) if webhook.failing_since is not None else ("ok", _("is told"))


def answer(machine: Machine, found: Got) -> str:
    """Return how it stands with a machine, in a sentence."""
    name = machine.name
    if machine.hat.paused_at is not None:
        return _("%(name)s is paused and gets nothing") % {"name": name}
    if not machine.tokens:
        return _("%(name)s has no token and gets nothing") % {"name": name}
    if not found.number:
        return _("%(name)s may connect and got nothing yet that you see") % {"name": name}
    number = ngettext(
        "%(name)s got %(n)s record that you see too", "%(name)s got %(n)s records that you see too", found.number
    )
    return number % {"name": name, "n": counted(found.number)}


def webhook_answer(webhook: Webhook, told: Told) -> str:
    """Return how it stands with a webhook, in a sentence."""
    if webhook.paused_at is not None:
        return _("%(name)s is paused and told nothing") % {"name": webhook.name}
    if webhook.failing_since is not None:
        return _("%(name)s does not take what it is told") % {"name": webhook.name}
    number = ngettext("%(name)s took %(n)s notice", "%(name)s took %(n)s notices", told.arrived)
    return number % {"name": webhook.name, "n": counted(told.arrived)}


def counted(number: int) -> str:
    """Return a number that was counted up to a limit."""
    return f"{COUNT_LIMIT}+" if number > COUNT_LIMIT else str(number)


def highest(hat: Membership, *, peer: bool, at: datetime) -> Tlp:
    """Return the narrowest mark that a machine may get; TLP:RED goes to persons."""
    if hat.verified_until is None or hat.verified_until < at.date():
        return Tlp.GREEN
    return Tlp.AMBER if peer else Tlp.AMBER_STRICT


def test(code: str) -> str:
    """Return what the code of a webhook's test means."""
    return _("It took the test.") if code.startswith("http.2") else str(peers.problem(code))
