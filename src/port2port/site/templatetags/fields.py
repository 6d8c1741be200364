"""Django forms in our markup: `{% load fields %}`. The GOV.UK pattern: a summary that links, typed values kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.base.errors import Problem

register = template.Library()


@dataclass(frozen=True)
class Choice:
    """One radio or check box made ready: its input and what stands beside it."""

    input: SafeString
    label: str | Promise
    icon: str
    note: str
    tlp: int | None
    disabled: bool
    many: bool


def is_group(bound: BoundField) -> bool:
    """Tell whether the field is several inputs (a fieldset with a legend) rather than one (a label)."""
    return isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


def target(bound: BoundField) -> str:
    """Return the id the error summary links to: the first input of a group, else the input itself."""
    return f"{bound.auto_id}_0" if is_group(bound) else str(bound.auto_id)


def described_by(bound: BoundField) -> str:
    """Return the ids of hint and errors, for aria-describedby."""
    ids = [f"{bound.auto_id}-hint"] if bound.help_text else []
    ids += [f"{bound.auto_id}-error{f'-{n}' if n > 1 else ''}" for n in range(1, len(bound.errors) + 1)]
    return " ".join(ids)


def choices(bound: BoundField, extras: Mapping[Any, Mapping[str, Any]]) -> Iterable[Choice]:
    """Yield the inputs of a radio or check-box group with what the page adds to each value."""
    many = isinstance(bound.field.widget, forms.CheckboxSelectMultiple)
    kind = "checkbox" if many else "radio"
    for widget in bound.subwidgets:
        data = widget.data
        extra = extras.get(data["value"], extras.get(str(data["value"]), {}))
        disabled = bool(extra.get("disabled", False))
        yield Choice(
            input=format_html(
                '<input type="{}" name="{}" value="{}" id="{}"{}{}{}>', kind, data["name"], data["value"],
                data["attrs"].get("id", ""), SafeString(" checked" if data["selected"] else ""),
                SafeString(" disabled" if disabled else ""),
                SafeString(" required" if bound.field.required and not many else ""),
            ),
            label=data["label"], icon=str(extra.get("icon", "")), note=str(extra.get("note", "")),
            tlp=extra.get("tlp"), disabled=disabled, many=many,
        )  # fmt: skip


def control(bound: BoundField, attrs: dict[str, Any]) -> SafeString:
    """Return a single input with our classes and the ids of its hint and errors."""
    widget = bound.field.widget
    attrs = dict(attrs)
    if isinstance(widget, forms.CheckboxInput):
        css = "pp-check"
    elif isinstance(widget, forms.Select):
        css = "form-select"
    else:
        css = "form-control"
    attrs["class"] = " ".join(filter(None, (css, widget.attrs.get("class", ""), attrs.get("class", ""))))
    if described := described_by(bound):
        attrs["aria-describedby"] = described
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return bound.as_widget(attrs=attrs)


def render(bound: BoundField, body: SafeString, label: str | None) -> dict[str, Any]:
    """Return the context of `parts/field.html`."""
    ticked = isinstance(bound.field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple)
    return {
        "id": bound.auto_id,
        "label": bound.label if label is None else label,
        "hint": bound.help_text,
        "errors": bound.errors,
        "described": described_by(bound),
        "optional": "" if bound.field.required or ticked else _("optional"),
        "check": isinstance(bound.field.widget, forms.CheckboxInput),
        "group": is_group(bound),
        "hidden": bound.is_hidden,
        "control": body,
    }


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField, label: str | None = None, **attrs: Any) -> dict[str, Any]:
    """Draw a field with label, hint, errors and input; other arguments become attributes (`rows=3`, `mono=True`).

    Underscores in attribute names become hyphens: `data_draft="no"`. A group is drawn as an option list.
    """
    if bound.is_hidden or not is_group(bound):
        if attrs.pop("mono", False):
            attrs["class"] = "u-mono"
        body = control(bound, {name.replace("_", "-"): value for name, value in attrs.items()})
    else:
        body = _choices(bound, {}, tiles=False, columns=0)
    return render(bound, body, label)


def _choices(bound: BoundField, extras: Mapping[Any, Mapping[str, Any]], *, tiles: bool, columns: int) -> SafeString:
    page = get_template("parts/choices.html")
    return mark_safe(page.render({"choices": list(choices(bound, extras)), "tiles": tiles, "columns": columns or ""}))


@register.inclusion_tag("parts/field.html")
def tiles(
    bound: BoundField,
    extras: Mapping[Any, Mapping[str, Any]] | None = None,
    label: str | None = None,
    columns: int = 0,
) -> dict[str, Any]:
    """Draw a radio field as big targets; `extras`: value -> {"icon": name}. `columns`: 3 for a narrow place."""
    return render(bound, _choices(bound, extras or {}, tiles=True, columns=columns), label)


@register.inclusion_tag("parts/field.html")
def options(
    bound: BoundField, extras: Mapping[Any, Mapping[str, Any]] | None = None, label: str | None = None
) -> dict[str, Any]:
    """Draw a radio or check-box field as a list; `extras`: value -> {"note", "tlp" (rank), "disabled"}."""
    return render(bound, _choices(bound, extras or {}, tiles=False, columns=0), label)


@register.inclusion_tag("parts/fields.html")
def fields(form: forms.BaseForm) -> dict[str, Any]:
    """Draw all fields of a form in their order, hidden ones first."""
    return {"form": form}


@register.inclusion_tag("parts/error_summary.html")
def form_errors(form: forms.BaseForm | None = None, problems: Iterable[Problem] = ()) -> dict[str, Any]:
    """Draw what must be put right, each linking to its field. `problems`: from `Invalid`, with field and row."""
    items: list[tuple[str, str]] = []
    if form is not None and form.is_bound:
        items += [("", str(error)) for error in form.non_field_errors()]
        for bound in form:
            items += [(f"#{target(bound)}", str(error)) for error in bound.errors]
    for problem in problems:
        where = _("Row %(row)s, %(field)s: ") % {"row": problem.row, "field": problem.field} if problem.row else ""
        known = form is not None and problem.field in form.fields
        items.append((f"#{target(form[problem.field])}" if known and form else "", f"{where}{problem.message}"))
    heading = ngettext("One thing to put right", "%(n)d things to put right", len(items)) % {"n": len(items)}
    return {"items": items, "heading": heading}
