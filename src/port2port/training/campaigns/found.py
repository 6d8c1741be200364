"""Campaigns of the library in the one search: by what they are called, say and ask. Who runs them is not in it."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from port2port.members.data_files import Names
from port2port.sharing.found import Ready
from port2port.training.campaigns.library import Material, library


def ready() -> tuple[Ready, ...]:
    """Return every campaign that ships with the program."""
    return tuple(
        Ready(
            "campaign", one.slug, _("Campaign"), one.head.names, _said(one),
            reverse("training:campaign", args=[one.slug]), reverse("api-1:campaign_material", args=[one.slug]),
        )
        for one in library().values()
    )  # fmt: skip


def _said(one: Material) -> Names:
    texts = [one.head.headline, one.head.summary, *(point.say for point in one.points)]
    return {code: "\n".join(text[code] for text in texts) for code in one.head.names}
