"""The forms of attachments. Files are taken as they come: what they are is decided by their content alone."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from port2port.base.errors import Problem
from port2port.reports.attachments.actions import NAME_LONGEST, REFERENCE_LONGEST
from port2port.reports.attachments.checking import Upload
from port2port.sharing.guardrails.kinds import EXTENSIONS

# A hint for the browser's dialogue; it decides nothing. HEIC is left out, so that phones send JPEG instead.
ACCEPTED = ",".join(f".{extension}" for group in EXTENSIONS.values() for extension in group)
OWN_ONLY = "own"
PHOTO = "photo"  # the one field of the form of a new report


def uploads(files: Iterable["UploadedFile[Any] | None"]) -> list[Upload]:
    """Return files as they were sent, those without content too: they are refused by name."""
    return [Upload(one.name or "", one.read()) for one in files if one is not None]


def photo_of(request: HttpRequest) -> list[Upload]:
    """Return the picture that came with a new report: none or one."""
    return uploads([request.FILES.get(PHOTO)])


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A field for several files; its value is a list of them."""

    widget = _ManyFiles

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """Return the files that were sent. Raises ValidationError when there is none."""
        return [super(FilesField, self).clean(one, initial) for one in data or [None]]


class _Form(forms.Form):
    def put(self, problems: Iterable[Problem]) -> None:
        """Show what the rules found at the fields that ask for it."""
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, str(problem.message))


class AddForm(_Form):
    """Files for a report, and whether only the own organisation sees them."""

    files = FilesField(  # type: ignore[assignment]  # a form has the files that were sent under this name
        label=gettext_lazy("Files"), widget=_ManyFiles(attrs={"accept": ACCEPTED}), allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose at least one file.")},
        help_text=gettext_lazy(
            "Pictures (JPEG, PNG, WebP), PDF, Office documents without macros, text. At most 10 MB together. Position, "
            "author and other hidden data are taken out; the original stays with your organisation."
        ),
    )  # fmt: skip
    sight = forms.ChoiceField(
        label=gettext_lazy("Who should see them?"), widget=forms.RadioSelect, initial="report",
        choices=[
            ("report", gettext_lazy("Whoever sees the report")),
            (OWN_ONLY, gettext_lazy("Only my organisation")),
        ],
        help_text=gettext_lazy(
            "Keep pictures with faces or plates to your organisation. Documents with names, phones or plates stay "
            "there in any case."
        ),
    )  # fmt: skip


class HandOverForm(_Form):
    """To whom the original was handed over, under which reference."""

    to = forms.CharField(
        label=gettext_lazy("To whom?"), max_length=NAME_LONGEST,
        help_text=gettext_lazy("The service, not a person's name: Federal Judicial Police Antwerp."),
    )  # fmt: skip
    reference = forms.CharField(
        label=gettext_lazy("Their reference"), max_length=REFERENCE_LONGEST,
        help_text=gettext_lazy("The number of the official report (procès-verbal)."),
    )  # fmt: skip
