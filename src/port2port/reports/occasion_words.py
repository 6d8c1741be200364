"""Ties of place, time and method in the reader's words: "same method DR06 at Kallo lock, 2 hours apart"."""

from datetime import timedelta

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.members.network_data import label
from port2port.reports.occasion_queries import Alike
from port2port.site.reader import language

HOUR = timedelta(hours=1)
EXACT = frozenset({"minute", "hour"})


def tie_words(one: Alike, *, precision: str) -> str:
    """Return why a report ties; `precision`: that of the time which it is compared with."""
    where = one.shown.report.landmark or one.shown.report.facility
    exact = {precision, one.shown.report.occurred_precision} <= EXACT
    apart = apart_words(one.tie.apart) if exact else _("around the same day")
    if one.tie.named and where is not None:
        return _("same method %(method)s at %(place)s, %(apart)s") % {
            "method": one.tie.method, "place": label(where.names, language()), "apart": apart,
        }  # fmt: skip
    if not one.tie.km:
        return _("same method %(method)s at the same place, %(apart)s") % {"method": one.tie.method, "apart": apart}
    return _("same method %(method)s, %(km)s km away, %(apart)s") % {
        "method": one.tie.method, "km": format_decimal(one.tie.km, "0.0", locale=language()), "apart": apart,
    }  # fmt: skip


def apart_words(apart: timedelta) -> str:
    """Return how long lies between two moments, in the nearest unit."""
    if apart < timedelta(minutes=1):
        return _("at the same time")
    if apart < HOUR:
        minutes = round(apart / timedelta(minutes=1))
        return ngettext("%(n)d minute apart", "%(n)d minutes apart", minutes) % {"n": minutes}
    hours = round(apart / HOUR)
    return ngettext("%(n)d hour apart", "%(n)d hours apart", hours) % {"n": hours}
