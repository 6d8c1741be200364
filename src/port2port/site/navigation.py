"""What the shell offers, and where. An entry appears only when its URL name resolves: the domain is there and works."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Count = Callable[[HttpRequest], int]


@dataclass(frozen=True)
class Entry:
    """A place in the shell: its word, icon and URL name, whether it stands in the bar, and who counts what is new."""

    label: str | Promise
    icon: str
    url_name: str
    in_bar: bool = True
    count: Count | None = None


@dataclass(frozen=True)
class Link:
    """An entry made ready for one page."""

    label: str | Promise
    icon: str
    href: str
    current: bool
    count: int


HOME = Entry(_("Home"), "home", "home")
REPORTS = Entry(_("Reports"), "report", "reports:list")
ALERTS = Entry(_("Alerts"), "alert", "alerts:list")
MEASURES = Entry(_("Measures"), "measure", "measures:list")

ENTRIES: tuple[Entry, ...] = (
    HOME,
    REPORTS,
    ALERTS,
    MEASURES,
    Entry(_("Displacement"), "displacement", "displacement:home"),
    Entry(_("Knowledge"), "knowledge", "knowledge:list"),
    Entry(_("Training"), "training", "training:list"),
    Entry(_("Deadlines"), "deadline", "compliance:list"),
    Entry(_("Security levels"), "alert", "levels:list", in_bar=False),
    Entry(_("News"), "time", "news", in_bar=False),
    Entry(_("Network"), "network", "members:network", in_bar=False),
    Entry(_("Circles"), "match", "members:circles", in_bar=False),
    Entry(_("Operations"), "measure", "measures:operations", in_bar=False),
    Entry(_("Mutual aid"), "desk", "measures:aid", in_bar=False),
    Entry(_("Working groups"), "workgroup", "workgroups:list", in_bar=False),
    Entry(_("Help desk"), "desk", "helpdesk:desk", in_bar=False),
    Entry(_("Flights"), "drone", "flights:list", in_bar=False),
    Entry(_("Detections"), "drone", "detections:list", in_bar=False),
    Entry(_("Cross-check"), "match", "crosscheck:list", in_bar=False),
    Entry(_("Connected systems"), "link", "exchange:home", in_bar=False),
    Entry(_("Governance"), "governance", "governance:home", in_bar=False),
)
# On a phone the bar has room for two on each side of Report; the first of these that work are taken.
ON_PHONE: tuple[Entry, ...] = (HOME, ALERTS, REPORTS, MEASURES)

_counts: dict[str, Count] = {}


def provide_count(url_name: str, count: Count) -> None:
    """Let a domain say how many things wait under its entry; called once, from its `AppConfig.ready`."""
    _counts[url_name] = count


@lru_cache(maxsize=256)
def _address(url_name: str, urlconf: str | None) -> str:
    try:
        return reverse(url_name, urlconf=urlconf)
    except NoReverseMatch:
        return ""


def address(url_name: str) -> str:
    """Return the path of a URL name without arguments, or "" when no such place works in this installation."""
    return _address(url_name, get_urlconf())


def is_current(path: str, href: str) -> bool:
    """Tell whether a page lies at or below an entry; home is only itself."""
    return path == href or (href != "/" and path.startswith(href.rstrip("/") + "/"))


def ready(request: HttpRequest, entry: Entry) -> Link | None:
    """Return the entry for this request, or None when its domain is not there."""
    href = address(entry.url_name)
    if not href:
        return None
    counter = entry.count or _counts.get(entry.url_name)
    waiting = counter(request) if counter and getattr(request, "actor", None) else 0
    return Link(entry.label, entry.icon, href, is_current(request.path, href), waiting)


@dataclass(frozen=True)
class Navigation:
    """Everything the layout needs to draw its bars."""

    bar: list[Link]
    more: list[Link]
    phone_left: list[Link]
    phone_right: list[Link]

    @property
    def key(self) -> tuple[tuple[str, bool, int], ...]:
        """What tells these bars from others: where they lead, which entry is current, what waits."""
        return tuple((link.href, link.current, link.count) for link in (*self.bar, *self.more))


def navigation(request: HttpRequest) -> Navigation:
    """Return the bars for this request; each count is asked for once."""
    links = {entry.url_name: link for entry in ENTRIES if (link := ready(request, entry)) is not None}
    phone = [links[entry.url_name] for entry in ON_PHONE if entry.url_name in links][:3]
    return Navigation(
        bar=[links[e.url_name] for e in ENTRIES if e.in_bar and e.url_name in links],
        more=[links[e.url_name] for e in ENTRIES if not e.in_bar and e.url_name in links],
        phone_left=phone[:2],
        phone_right=phone[2:],
    )
