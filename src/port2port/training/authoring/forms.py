"""The forms of a course of one's own: what a person types, turned into plain values. No decision is made here."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec
from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.base.errors import Problem, Text
from port2port.measures.forms import Put
from port2port.measures.operations.forms import clean
from port2port.members.data_files import LANGUAGES, Names
from port2port.reports.attachments.forms import FilesField
from port2port.reports.forms import OWN_NAMES
from port2port.site.reader import language
from port2port.training.authoring.rules import BEGUN, audiences_of, languages_of, mark, module_code
from port2port.training.courses.checks import LONGEST
from port2port.training.courses.contents import Course, CourseHead, Module, Question, topics, word


def text_field(
    what: Any, code: str, most: int, *, rows: int = 0, several: bool = True, needed: bool = False
) -> forms.CharField:
    """Return a field for a text in a language, which its label names where there are several. `needed`: in the only
    language there is.
    """
    return forms.CharField(
        label=format_lazy("{} ({})", what, OWN_NAMES[code]) if several else what, max_length=most,
        required=needed and not several,
        widget=forms.Textarea({"rows": rows, "lang": code}) if rows else forms.TextInput({"lang": code}),
    )  # fmt: skip


class Remembering(Put):
    """A form of a part of the course, that remembers what it showed. `begins`: what stands in its fields."""

    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None, part: CourseHead | Module | Question | None, begins: Mapping[str, Any]
    ) -> None:
        self.part = part
        super().__init__(data, initial={"seen": mark(part), **begins})

    def again(self, reason: Text) -> None:
        """Let what came too late be kept again, now that its writer is told why."""
        kept = cast("QueryDict", self.data).copy()
        kept["seen"] = mark(self.part)
        self.data = kept
        self.add_error(None, str(reason))

    def texts(self, name: str, languages: Iterable[str] = LANGUAGES) -> Names:
        """Return what was typed under a name, by language; what is empty is not there."""
        said = {code: clean(self.cleaned_data.get(f"{name}_{code}")) for code in languages}
        return {code: text for code, text in said.items() if text}

    def put_at(self, problems: Iterable[Problem], part: str) -> None:
        """Show problems of a part (`modules.gate.`) at their fields."""
        self.put([Problem(one.field.removeprefix(part).replace(".", "_"), one.message) for one in problems])


class HeadForm(Remembering):
    """What a course is: its name and summary by language, for whom, how long, and how long a pass counts."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("In which languages?"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Everything is written in each of these. Taking one away takes away its texts."),
    )  # fmt: skip
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics of the ISPS Code"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("For the year's plan and for the culture at a glance. Whom the course is for follows."),
    )  # fmt: skip
    minutes = forms.IntegerField(
        label=gettext_lazy("How many minutes?"), min_value=5, max_value=60,
        help_text=gettext_lazy("Reading and quiz, 5 to 60."),
    )  # fmt: skip
    valid_months = forms.IntegerField(
        label=gettext_lazy("A pass counts for how many months?"), min_value=6, max_value=60
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("After a new version, old passes count on for how many days?"), min_value=0, max_value=365
    )

    def __init__(
        self, data: QueryDict | None, head: CourseHead | None = None, quiz: Mapping[str, Any] | None = None
    ) -> None:
        shown = head or BEGUN
        begins: dict[str, Any] = {name: getattr(shown, name) for name in ("minutes", "valid_months", "grace_days")}
        begins |= {"languages": languages_of(shown) or (language(),), "topics": shown.topics if head else ()}
        begins |= {
            f"{name}_{code}": text for name in ("names", "summary") for code, text in getattr(shown, name).items()
        }
        super().__init__(data, head, begins | dict(quiz or {}))
        for code in LANGUAGES:
            self.fields[f"names_{code}"] = text_field(gettext_lazy("Title"), code, LONGEST["title"])
            self.fields[f"summary_{code}"] = text_field(gettext_lazy("Summary"), code, LONGEST["summary"], rows=3)
        said = language()
        self.set_choices(
            languages=[(code, OWN_NAMES[code]) for code in LANGUAGES],
            topics=[
                (one.code, f"{word('audiences', one.audience, said)}: {one.label(said)}") for one in topics().list
            ],
        )  # fmt: skip

    def text_fields(self) -> list[Any]:
        """Return the fields of title and summary, language by language."""
        return [self[f"{name}_{code}"] for code in LANGUAGES for name in ("names", "summary")]

    def clean(self) -> dict[str, Any] | None:
        """Ask for a title in each language chosen."""
        for code in self.cleaned_data.get("languages", ()):
            if not clean(self.cleaned_data.get(f"names_{code}")) and f"names_{code}" not in self.errors:
                self.add_error(f"names_{code}", _("This is needed."))
        return self.cleaned_data

    def head(self, before: CourseHead = BEGUN) -> CourseHead:
        """Return what was typed; the rest as it was."""
        data = self.cleaned_data
        chosen = tuple(one.code for one in topics().list if one.code in data["topics"])
        return msgspec.structs.replace(
            before, names=self.texts("names", data["languages"]), summary=self.texts("summary", data["languages"]),
            topics=chosen, audiences=audiences_of(chosen),
            minutes=data["minutes"], valid_months=data["valid_months"], grace_days=data["grace_days"],
        )  # fmt: skip


class OwnHeadForm(HeadForm):
    """The head of a course with a quiz of its own."""

    draw = forms.IntegerField(
        label=gettext_lazy("How many questions in a quiz?"), min_value=5, max_value=20,
        help_text=gettext_lazy("5 to 20, drawn by lot from one and a half times as many or more."),
    )  # fmt: skip
    pass_percent = forms.IntegerField(label=gettext_lazy("How many % right passes?"), min_value=60, max_value=100)

    def __init__(self, data: QueryDict | None, head: CourseHead | None = None) -> None:
        shown = head or BEGUN
        super().__init__(data, head, {"draw": shown.draw, "pass_percent": shown.pass_percent})

    def head(self, before: CourseHead = BEGUN) -> CourseHead:
        """Return what was typed; the rest as it was."""
        data = self.cleaned_data
        return msgspec.structs.replace(super().head(before), draw=data["draw"], pass_percent=data["pass_percent"])


class ModuleForm(Remembering):
    """A module: title and text in each language of the course."""

    def __init__(self, data: QueryDict | None, course: Course, module: Module | None) -> None:
        self.module, self.course, self.codes = module, course, languages_of(course.head)
        names, texts = (module.names, module.texts) if module else ({}, {})
        begins = {f"names_{code}": text for code, text in names.items()}
        begins |= {f"texts_{code}": text for code, text in texts.items()}
        super().__init__(data, module, begins)
        several = len(self.codes) > 1
        for code in self.codes:
            self.fields[f"names_{code}"] = text_field(
                gettext_lazy("Title"), code, LONGEST["module"], several=several, needed=True
            )
            self.fields[f"texts_{code}"] = text_field(
                gettext_lazy("Text"), code, LONGEST["text"], rows=16, several=several, needed=True
            )

    def rows(self) -> list[dict[str, Any]]:
        """Return title and text by language."""
        return [{"code": one, "title": self[f"names_{one}"], "text": self[f"texts_{one}"]} for one in self.codes]

    def clean(self) -> dict[str, Any] | None:
        """Ask for title and text in one language at least: the rest can follow."""
        for name in ("names", "texts"):
            if not self.texts(name, self.codes) and not self.errors:
                self.add_error(f"{name}_{self.codes[0]}", _("This is needed."))
        return self.cleaned_data

    def value(self) -> Module:
        """Return what was typed."""
        names = self.texts("names", self.codes)
        taken = [one.code for one in self.course.modules]
        code = self.module.code if self.module else module_code(names, taken)
        return Module(code=code, names=names, texts=self.texts("texts", self.codes))


class PicturesForm(Put):
    """Pictures for a course."""

    files = FilesField(  # type: ignore[assignment]  # a form has the files that were sent under this name
        label=gettext_lazy("Pictures, videos, subtitles"), allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose at least one file.")},
        help_text=gettext_lazy(
            "JPEG, PNG or WebP; MP4 or WebM, with its subtitles in each language as WebVTT (gate.mp4, gate.nl.vtt). At"
            " most 10 MB together. Position and other hidden data are taken out. No faces, names or plates."
        ),
    )  # fmt: skip


class CourseFileForm(Put):
    """A course as a file."""

    file = forms.FileField(
        label=gettext_lazy("File"), widget=forms.FileInput({"accept": ".zip"}),
        help_text=gettext_lazy("A zip from another port, at most 10 MB. It becomes a draft of yours."),
    )  # fmt: skip
