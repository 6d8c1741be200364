"""The interface's words in four languages, without GNU gettext: Babel reads, merges, checks and compiles.

    python tools/texts.py extract        print what the sources say, as a template
    python tools/texts.py update         merge it into locale/<language>/LC_MESSAGES/django.po
    python tools/texts.py compile        write .mo files that are missing or older than their .po
    python tools/texts.py check          fail when a translation is missing, fuzzy, empty or has other placeholders

The source language is English. Scripts take their words from data attributes, so there is no second catalogue.
"""

import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as babel_extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "port2port"
LOCALE = SOURCE / "locale"
LANGUAGES = ("nl", "fr", "de")
# What a call is named, and which of its arguments are message, plural and context (Babel's notation).
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "in_context": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*\d*(?:\.\d+)?[sdfr]|%[sd]|\{(\w*)(?:![rs])?(?::[^{}]*)?\}")


def messages_of(path: Path) -> Iterator[tuple[str | None, str | tuple[str, str]]]:
    """Yield (context, message or (singular, plural)) of one file. Templates are first turned into calls by Django."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from _python(text)
    else:
        # Django's own reader of templates: translate, blocktranslate (trimmed, plural, context, count), _("...").
        yield from _python(templatize(text, origin=str(path)))


def _python(text: str) -> Iterator[tuple[str | None, str | tuple[str, str]]]:
    for _line, messages, _comments, context in babel_extract(
        "python", io.BytesIO(text.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
    ):
        if isinstance(messages, tuple):
            singular, plural = messages[0], messages[-1]
            yield context, (singular, plural)
        elif messages:
            yield context, messages


def sources() -> list[Path]:
    """Return every Python file and template of the program, sorted."""
    found = [*SOURCE.rglob("*.py"), *SOURCE.rglob("templates/**/*.html"), *SOURCE.rglob("templates/**/*.txt")]
    return sorted(path for path in found if "migrations" not in path.parts)


def extract() -> Catalog:
    """Return the template catalogue: each message once, with the files that use it (no lines: they would churn)."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for path in sources():
        where = path.relative_to(ROOT).as_posix()
        for context, message in messages_of(path):
            catalog.add(message, locations=[(where, 0)], context=context)
    return catalog


def po_file(language: str) -> Path:
    """Return where the words of a language are kept."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> Catalog:
    """Return the catalogue of a language; an empty one if there is none yet."""
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def merged(language: str, template: Catalog) -> Catalog:
    """Return the language's catalogue with exactly the template's messages, keeping what was translated.

    Nothing is guessed from similar messages: a fuzzy guess in a security tool is worse than a gap. A message that the
    sources no longer have leaves the file (the history of the repository keeps it).
    """
    old = load(language)
    catalog = Catalog(locale=language, charset="utf-8", fuzzy=False)
    for message in template:
        if not message.id:
            continue
        before = old.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        kept = before.string if before is not None and same_kind(before, message) else None
        flags = {"fuzzy"} if before is not None and before.fuzzy else set()
        catalog.add(
            message.id,
            kept if kept else (("",) * catalog.num_plurals if message.pluralizable else ""),
            locations=message.locations,
            flags=flags,
            context=message.context,
            user_comments=before.user_comments if before is not None else (),
        )
    return catalog


def same_kind(one: Message, other: Message) -> bool:
    """Tell whether two messages both have, or both lack, a plural."""
    return bool(one.pluralizable == other.pluralizable)


def written(catalog: Catalog) -> bytes:
    """Return the .po file: sorted, file names without lines, no dates, so that it changes only when words do."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, omit_header=True, sort_output=True, include_lineno=False, width=120)
    head = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalog.locale_identifier}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    return (head + buffer.getvalue().decode()).encode()


def update(template: Catalog) -> None:
    """Merge the sources into each language's file and say how much is left to do."""
    for language in LANGUAGES:
        catalog = merged(language, template)
        path = po_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(catalog))
        left = sum(1 for message in catalog if message.id and not complete(message))
        print(f"{language}: {len(catalog)} messages, {left} to translate")


def complete(message: Message) -> bool:
    """Tell whether every form of a message is translated."""
    forms = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(form and form.strip() for form in forms)


def placeholders(text: str) -> set[str]:
    """Return the names of what is filled in: %(name)s, {name}, %s."""
    return {
        match.group(0) if match.group(1) is None else f"%({match.group(1)})" for match in PLACEHOLDER.finditer(text)
    }


def faults(message: Message) -> Iterator[str]:
    """Yield what is wrong with one translated message."""
    forms = list(message.string) if isinstance(message.string, list | tuple) else [message.string]
    if message.fuzzy:
        yield "fuzzy"
    if not complete(message):
        yield "not translated"
        return
    ids = list(message.id) if isinstance(message.id, list | tuple) else [message.id]
    allowed = set().union(*(placeholders(one) for one in ids))
    # A singular may say "one" instead of the number; the last form must fill in everything.
    for form in (form or "" for form in forms):
        if strange := placeholders(form) - allowed:
            yield f"unknown placeholder {', '.join(sorted(strange))}"
    if lost := placeholders(ids[-1]) - placeholders(forms[-1] or ""):
        yield f"placeholder {', '.join(sorted(lost))} is missing"


def check(template: Catalog) -> list[str]:
    """Return one line per fault: language, what, message."""
    lines: list[str] = []
    for language in LANGUAGES:
        catalog = merged(language, template)
        path = po_file(language)
        for message in catalog:
            if not message.id:
                continue
            shown = message.id if isinstance(message.id, str) else message.id[0]
            lines += [f"{language}: {fault}: {shown!r}" for fault in faults(message)]
        if not path.exists() or path.read_bytes() != written(catalog):
            lines.append(f"{language}: {path.relative_to(ROOT)} is not up to date: run tools/texts.py update")
    return lines


def compile_all(languages: Iterable[str] = LANGUAGES) -> None:
    """Write the .mo of each language whose .po is newer; through a part file, so that no reader meets half of it."""
    for language in languages:
        source = po_file(language)
        if not source.exists():
            continue
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        part = target.with_suffix(".mo.part")
        with part.open("wb") as file:
            write_mo(file, load(language))
        os.replace(part, target)
        print(f"{language}: compiled")


def main(arguments: list[str]) -> int:
    """Run one of the four commands; 0 done, 1 faults found, 2 usage."""
    match arguments:
        case ["compile"]:
            compile_all()
            return 0
        case ["extract" | "update" | "check" as command]:
            if not settings.configured:
                settings.configure(USE_I18N=True)  # Django reads templates only with settings
            template = extract()
        case _:
            print(__doc__)
            return 2
    if command == "extract":
        buffer = io.BytesIO()
        write_po(buffer, template, omit_header=True, sort_output=True, include_lineno=False, width=120)
        print(buffer.getvalue().decode(), end="")
        return 0
    if command == "update":
        update(template)
        return 0
    lines = check(template)
    print("\n".join(lines) or f"{len(template)} messages complete in {len(LANGUAGES) + 1} languages")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
