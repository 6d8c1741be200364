"""What every page of the shell knows (context processor)."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from port2port.site.navigation import address, navigation
from port2port.site.theme import chosen_theme
from port2port.site.words import initials


@dataclass(frozen=True)
class Language:
    """A language of the interface: its code and its own name for itself."""

    code: str
    name: str
    current: bool


# Served by the front, not by Django, so it has no URL name.
LIVE_EVENTS = "/live/events"
LIVE_URL = "/live/events"  # not a page of Django: the front hands it to the live application
OWN_NAMES = {"nl": "Nederlands", "fr": "Français", "de": "Deutsch", "en": "English"}


def languages() -> list[Language]:
    """Return the languages in the order of the settings, each named in itself."""
    active = (get_language() or settings.LANGUAGE_CODE)[:2]
    return [Language(code, OWN_NAMES.get(code, str(name)), code == active) for code, name in settings.LANGUAGES]


def _who(actor: Any) -> tuple[Any, ...]:
    """Return everything about the actor that the bars show."""
    if actor is None:
        return ()
    hats = tuple((hat.id, hat.organisation_name) for hat in getattr(actor, "hats", ()))
    hat = getattr(actor, "hat", None)
    return actor.person, actor.name, getattr(actor, "organisation_name", ""), hat.id if hat else None, hats


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return navigation, actor, languages, theme and the state of the platform, for `base.html`.

    `request.platform_state` (anything with `.words` and `.sealed_at`) may be set by the edge; without it the footer
    says nothing rather than something untrue.
    """
    return {
        # a part of a page asks for none of it
        "shell": SimpleLazyObject(partial(_shell, request)),
        "LANGUAGE_CODE": get_language() or settings.LANGUAGE_CODE,
        "actor": getattr(request, "actor", None),
        "demo": bool(getattr(settings, "DEMO", False)),
        "here": request.get_full_path(),
    }


def _shell(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    organisation = getattr(actor, "organisation_name", "") or ""
    bars, theme, demo = navigation(request), chosen_theme(request), bool(getattr(settings, "DEMO", False))
    addresses = {
        "language_url": address("set_language"),
        "theme_url": address("site:theme"),
        "search_url": address("search") if actor else "",
        "report_url": address("reports:new") if getattr(actor, "may_report", False) else "",
        "hat_url": address("members:hat"),
        "account_url": address("members:me"),
        "sign_in_url": address("account_login"),
        "sign_out_url": address("account_logout"),
        "help_url": address("site:help"),
        "charter_url": address("governance:charter"),
        "live_url": LIVE_EVENTS if actor else "",
    }
    return {
        **addresses,
        # everything that the bars depend on: they are drawn once for each (`templatetags/kept.py`)
        "key": (bars.key, _who(actor), theme, demo, tuple(addresses.values())),
        "navigation": bars,
        "languages": languages(),
        "theme": theme,
        "initials": initials(organisation) if organisation else "",
        "platform": getattr(request, "platform_state", None),
    }
