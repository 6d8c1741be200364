"""The platform's health in plain words: what is so, what it means for the reader, and who puts it right."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.governance.health import rules
from port2port.governance.health.queries import Health
from port2port.governance.health.rules import State
from port2port.site import words
from port2port.site.reader import language


@dataclass(frozen=True)
class Line:
    """One thing: how it is, what this means, who puts it right, and where more stands."""

    code: str
    state: State
    what: str
    means: str
    who: str
    href: str = ""

    @property
    def badge(self) -> str:
        """How the state is drawn."""
        return {"good": "ok", "look": "part", "bad": "error"}[self.state]

    @property
    def word(self) -> str:
        """The state as a word."""
        return {"good": _("Good"), "look": _("To be looked at"), "bad": _("Not good")}[self.state]


def lines(found: Health, *, at: datetime) -> list[Line]:
    """Return everything, what is not good first."""
    every = [
        _worker(found), _sealing(found, at), _verified(found, at), _witnesses(found), _restored(found, at),
        _review(found, at), _circles(found), _routing(found), *_delivery(found),
    ]  # fmt: skip
    order: dict[State, int] = {"bad": 0, "look": 1, "good": 2}
    return sorted(every, key=lambda line: order[line.state])


def answer(found: list[Line]) -> str:
    """Return the heading."""
    wrong = sum(line.state != "good" for line in found)
    if not wrong:
        return _("The platform is well")
    return ngettext("%(n)d thing is to be looked at", "%(n)d things are to be looked at", wrong) % {"n": wrong}


def _operator() -> str:
    return _("The platform's operator")


def _administrator() -> str:
    return _("An administrator of your organisation")


def _moment(at: datetime) -> str:
    return words.absolute(timezone.localtime(at), language())


def _worker(found: Health) -> Line:
    runs = found.platform.workers > 0
    return Line(
        "worker", "good" if runs else "bad",
        _("The worker runs") if runs else _("The worker does not run"),
        _(
            "It sends mail and messages, deletes what has expired and seals the journal. While it stands still, all of"
            " that waits."
        ),
        _operator(),
    )  # fmt: skip


def _sealing(found: Health, at: datetime) -> Line:
    state = found.platform
    good = rules.sealing(state.sealed_at, state.unsealed, at)
    if state.sealed_at is None:
        what = _("The journal has no signed head yet")
    elif good == "good":
        what = _("The journal is sealed, last on %(moment)s") % {"moment": _moment(state.sealed_at)}
    else:
        what = _("Entries of the journal wait to be sealed since %(moment)s") % {"moment": _moment(state.sealed_at)}
    return Line(
        "sealing", good, what,
        _("Who did or read what is signed each second: nobody can change or remove an entry unnoticed after that."),
        _operator(),
    )  # fmt: skip


def _verified(found: Health, at: datetime) -> Line:
    state = rules.verified(found.verified_at, clean=found.verified_clean, now=at)
    if found.verified_at is None:
        what = _("The journal was never checked from end to end")
    elif not found.verified_clean:
        what = _("The check of %(moment)s found that the journal was tampered with") % {
            "moment": _moment(found.verified_at)
        }
    elif found.verified_elsewhere:
        what = _("The journal was checked on %(moment)s against heads kept elsewhere, and is whole") % {
            "moment": _moment(found.verified_at)
        }
    else:
        what = _("The journal was checked on %(moment)s, and is whole") % {"moment": _moment(found.verified_at)}
    return Line(
        "verified", state, what,
        _("Each entry is worked out again and compared with the signed heads; once a month at least."), _operator(),
    )  # fmt: skip


def _witnesses(found: Health) -> Line:
    return Line(
        "witnesses", "good" if found.heads_mailed else "look",
        _("The journal's head is mailed outside the platform each day")
        if found.heads_mailed
        else _("The journal's head is kept on the platform's own machine alone"),
        _(
            "Who keeps a head elsewhere can prove years later that the journal was changed, also by whoever runs the"
            " machine."
        ),
        _operator(),
    )  # fmt: skip


def _restored(found: Health, at: datetime) -> Line:
    state = rules.aged(found.restored_at, at, rules.RESTORE_HOLDS)
    if found.restored_at is None:
        what = _("No restore was ever tested here")
    elif state == "good":
        what = _("A backup was put back on %(moment)s, and it worked") % {"moment": _moment(found.restored_at)}
    else:
        what = _("The last test of a restore was on %(moment)s: it is overdue") % {"moment": _moment(found.restored_at)}
    return Line(
        "restore", state, what,
        _("A backup that nobody has put back may be no backup. It is tried once a quarter at least."), _operator(),
    )  # fmt: skip


def _review(found: Health, at: datetime) -> Line:
    state = rules.reviewed(found.review_due, done=found.review_done_at is not None, today=timezone.localdate(at))
    if found.review_due is None:
        what = _("Your organisation's first access review opens with the next quarter")
    elif found.review_done_at is not None:
        what = _("Your organisation decided on everybody's access for %(quarter)s, on %(moment)s") % {
            "quarter": found.review_quarter, "moment": _moment(found.review_done_at),
        }  # fmt: skip
    elif state == "look":
        what = _("Your organisation's access review for %(quarter)s is open until %(day)s") % {
            "quarter": found.review_quarter, "day": words.day(found.review_due, language()),
        }  # fmt: skip
    else:
        what = _("Your organisation's access review for %(quarter)s was due on %(day)s") % {
            "quarter": found.review_quarter, "day": words.day(found.review_due, language()),
        }  # fmt: skip
    return Line(
        "review", state, what,
        _("Each quarter an administrator confirms one by one who still needs access. Who is forgotten could read on."),
        _administrator(), reverse("members:review") if found.failing is not None else "",
    )  # fmt: skip


def _circles(found: Health) -> Line:
    number = len(found.circles)
    read = ngettext("You read what is sent to %(n)d circle", "You read what is sent to %(n)d circles", number)
    return Line(
        "circles", "good" if number else "look", read % {"n": number} if number else _("You are in no circle"),
        _(
            "Who sees a record is who is in its circles, and nobody else: not its owner, not an administrator, not the"
            " operator."
        ),
        _administrator(), reverse("members:circles"),
    )  # fmt: skip


def _routing(found: Health) -> Line:
    number, unread = len(found.rules), sum(not rule.verified for rule in found.rules)
    first = ngettext("%(n)d rule says", "%(n)d rules say", number) % {"n": number}
    what = _("%(rules)s to which authority a report goes") % {"rules": first}
    if unread:
        more = ngettext("%(n)d is not verified", "%(n)d are not verified", unread) % {"n": unread}
        what = _("%(what)s; %(more)s") % {"what": what, "more": more}
    if found.automatic:
        signed = ngettext(
            "your organisation lets %(n)d send by itself",
            "your organisation lets %(n)d send by themselves",
            found.automatic,
        ) % {"n": found.automatic}
        what = _("%(what)s; %(more)s") % {"what": what, "more": signed}
    return Line(
        "routing", "look" if unread else "good", what,
        _(
            "A rule proposes; a person sends, unless sender and receiver have both signed it. Not verified: the law"
            " behind it was not read by us."
        ),
        _operator(), reverse("reports:routing"),
    )  # fmt: skip


def _delivery(found: Health) -> list[Line]:
    if found.failing is None:
        return []
    what = (
        ngettext(
            "%(n)d message to your organisation did not arrive", "%(n)d messages to your organisation did not arrive",
            found.failing,
        ) % {"n": found.failing}
        if found.failing
        else _("Every message to your organisation arrived")
    )  # fmt: skip
    return [
        Line(
            "delivery", "look" if found.failing else "good", what,
            _("Alerts stand on the platform in any case; mail, messages and webhooks only say that something waits."),
            _administrator(), reverse("notices:organisation"),
        )
    ]  # fmt: skip
