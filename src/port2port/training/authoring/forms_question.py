"""The form of a question of one's own: what a person types, turned into a plain value. No decision is made here."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.training.authoring.forms import Remembering, text_field
from port2port.training.authoring.rules import languages_of, question_code
from port2port.training.authoring.words import said
from port2port.training.courses.checks import LONGEST, OPTIONS
from port2port.training.courses.contents import Area, Course, Kind, Option, Question
from port2port.training.courses.library import PICTURES

LETTERS = "abcdefgh"
AREA = ("x", "y", "width", "height")
FEWEST = 2  # choices, to begin with


class QuestionForm(Remembering):
    """A question of a kind: what is asked about which module, and what may be chosen."""

    module = forms.ChoiceField(label=gettext_lazy("Which module answers it?"))
    right = forms.MultipleChoiceField(required=False)
    picture = forms.ChoiceField(label=gettext_lazy("Picture"), required=False)

    def __init__(self, data: QueryDict | None, course: Course, kind: Kind, question: Question | None) -> None:
        self.course, self.kind, self.question, self.codes = course, kind, question, languages_of(course.head)
        there = question.options if question else ()
        free = (one for one in LETTERS if one not in {option.code for option in there})
        self.options = [one.code for one in there]
        self.options += [code for code, _n in zip(free, range(OPTIONS[kind][1] - len(there)), strict=False)]
        super().__init__(data, question, self._begins(question))
        self._add_texts()
        self.set_choices(
            module=[(one.code, said(one.names)) for one in course.modules],
            right=[(one, one) for one in self.options],
            picture=[("", _("Choose"))] + [(one, one) for one in course.media if one.endswith(PICTURES)],
        )

    def _begins(self, question: Question | None) -> dict[str, Any]:
        if question is None:
            return {}
        found: dict[str, Any] = {"module": question.module, "picture": question.picture or ""}
        found |= {f"text_{code}": text for code, text in question.text.items()}
        found |= {f"why_{code}": text for code, text in (question.why or {}).items()}
        found["right"] = [one.code for one in question.options if one.right]
        for one in question.options:
            where = f"options_{one.code}"
            found |= {f"{where}_text_{code}": text for code, text in one.text.items()}
            found |= {f"{where}_why_{code}": text for code, text in (one.why or {}).items()}
            if one.area is not None:
                found |= {f"{where}_{side}": getattr(one.area, side) for side in AREA}
        return found

    def _add_texts(self) -> None:
        several, ordered = len(self.codes) > 1, self.kind == "order"
        for code in self.codes:
            self.fields[f"text_{code}"] = text_field(
                gettext_lazy("Question"), code, LONGEST["question"], rows=2, several=several, needed=True
            )
            if ordered:
                self.fields[f"why_{code}"] = text_field(
                    gettext_lazy("Why this order?"), code, LONGEST["why"], rows=2, several=several
                )
            for option in self.options:
                self.fields[f"options_{option}_text_{code}"] = text_field(
                    gettext_lazy("Choice"), code, LONGEST["answer"], several=several
                )
                if not ordered:
                    self.fields[f"options_{option}_why_{code}"] = text_field(
                        gettext_lazy("What is said of it after the quiz"), code, LONGEST["feedback"], several=several
                    )
        if ordered:
            for number, option in enumerate(self.options, start=1):
                self.fields[f"options_{option}_place"] = forms.IntegerField(
                    label=gettext_lazy("Place"), min_value=1, max_value=len(self.options), initial=number,
                    required=False,
                )  # fmt: skip
        if self.kind == "hotspot":
            words = {"x": _("From the left, %"), "y": _("From the top, %"), "width": _("Width, %"),
                     "height": _("Height, %")}  # fmt: skip
            for option in self.options:
                for side in AREA:
                    self.fields[f"options_{option}_{side}"] = forms.IntegerField(
                        label=words[side], min_value=0, max_value=100, required=False
                    )

    def text_fields(self) -> list[Any]:
        """Return the fields of what is asked, and of an order why."""
        names = ("text", "why") if self.kind == "order" else ("text",)
        return [self[f"{name}_{code}"] for code in self.codes for name in names]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield what may be chosen, as a group of fields each; `spare`: more than needed, and empty."""
        right = set(self["right"].value() or ())
        for number, option in enumerate(self.options, start=1):
            where = f"options_{option}"
            written = any(self[f"{where}_text_{code}"].value() for code in self.codes)
            names = ("text",) if self.kind == "order" else ("text", "why")
            yield {
                "code": option, "right": option in right, "number": number,
                "spare": number > OPTIONS[self.kind][0] and not written,
                "texts": [self[f"{where}_{name}_{code}"] for code in self.codes for name in names],
                "place": self[f"{where}_place"] if self.kind == "order" else None,
                "area": [self[f"{where}_{side}"] for side in AREA] if self.kind == "hotspot" else [],
            }  # fmt: skip

    def clean(self) -> dict[str, Any] | None:
        """Ask for the question, and for two choices at least: the rest can follow."""
        if not self.texts("text", self.codes) and not self.errors:
            self.add_error(f"text_{self.codes[0]}", _("This is needed."))
        if len(self._options()) < FEWEST and not self.errors:
            self.add_error(None, _("Write at least two choices."))
        return self.cleaned_data

    def _options(self) -> Sequence[Option]:
        data, ordered, found = self.cleaned_data, self.kind == "order", []
        for one in self._in_place():
            text = self.texts(f"options_{one}_text", self.codes)
            if text:
                found.append(Option(
                    code=one, text=text, right=None if ordered else one in data.get("right", ()),
                    why=None if ordered else self.texts(f"options_{one}_why", self.codes), area=self._area(one),
                ))  # fmt: skip
        return found

    def _in_place(self) -> list[str]:
        """Return the codes of what may be chosen in the order that was typed: what is given the place of another comes
        before it when it moves up, after it when it moves down."""

        def place(numbered: tuple[int, str]) -> tuple[int, int]:
            number, one = numbered
            wanted = self.cleaned_data.get(f"options_{one}_place") or number
            return wanted, (wanted > number) - (wanted < number)

        return [one for _number, one in sorted(enumerate(self.options, start=1), key=place)]

    def _area(self, option: str) -> Area | None:
        sides = {side: self.cleaned_data.get(f"options_{option}_{side}") for side in AREA}
        return msgspec.convert(sides, Area) if None not in sides.values() else None

    def value(self) -> Question:
        """Return what was typed."""
        data, before = self.cleaned_data, self.question
        return Question(
            code=before.code if before else question_code(), module=data["module"], kind=self.kind,
            text=self.texts("text", self.codes), options=tuple(self._options()),
            picture=data["picture"] or None if self.kind == "hotspot" else None,
            why=self.texts("why", self.codes) if self.kind == "order" else None,
        )  # fmt: skip
