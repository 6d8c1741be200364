"""Why something written is not taken as an observable."""

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Text

NOT_THIS = _("This does not look like one. Compare it with the example.")


class Unrecognised(Exception):
    """What was written is not of this kind; `reason` says why in the reader's language."""

    def __init__(self, reason: Text = NOT_THIS) -> None:
        super().__init__(reason)
        self.reason = reason
