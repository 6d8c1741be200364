"""The codes alone make a whole alert in each language, and an exercise is one in every text that leaves."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from port2port.alerts.rules import prefilled
from port2port.alerts.sentences import (
    area_name,
    description,
    event_label,
    headline,
    instruction,
    moment,
    public_line,
)
from port2port.alerts.vocabulary import templates, vocabulary
from port2port.members.areas import Atlas, CircleArea, PolygonArea, PortArea, StretchArea
from port2port.members.data_files import LANGUAGES
from tests.alerts.test_rules import AREAS, AT, ATLAS, DRAFT, PUBLIC, SQUARE

MARKS = {
    "nl": "OEFENING OEFENING OEFENING",
    "fr": "EXERCICE EXERCICE EXERCICE",
    "de": "ÜBUNG ÜBUNG ÜBUNG",
    "en": "EXERCISE EXERCISE EXERCISE",
}
MESSAGES = ("Alert", "Update", "Cancel")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("nl", "DRINGEND: Drone boven de haven – Kallosluis (tot op 2 km)"),
        ("fr", "URGENT\u00a0: Drone au-dessus du port – Écluse de Kallo (dans un rayon de 2 km)"),
        ("de", "DRINGEND: Drohne über dem Hafen – Kallo-Schleuse (im Umkreis von 2 km)"),
        ("en", "URGENT: Drone over the port – Kallo lock (within 2 km)"),
    ],
)
def test_a_headline_says_what_and_where(language, line):
    assert headline(DRAFT, ATLAS, language) == line
    assert headline(replace(DRAFT, urgency="Expected"), ATLAS, language) == re.sub(r"^\w+\u00a0?: ", "", line)


@pytest.mark.parametrize(
    ("message", "urgency", "begins"),
    [
        ("Alert", "Expected", "Drone over"),
        ("Update", "Immediate", "URGENT, updated: Drone"),
        ("Update", "Expected", "Updated: Drone"),
        ("Cancel", "Immediate", "Cancelled: Drone"),
        ("Cancel", "Expected", "Cancelled: Drone"),
    ],
)
def test_a_headline_says_what_has_become_of_the_alert(message, urgency, begins):
    assert headline(replace(DRAFT, urgency=urgency), ATLAS, "en", message=message).startswith(begins)


def test_a_headline_names_two_places_and_counts_the_rest():
    line = headline(replace(DRAFT, areas=AREAS), ATLAS, "en")
    assert line == "URGENT: Drone over the port – Kallo lock (within 2 km); Antwerp (port) (+3)"
    assert headline(replace(DRAFT, areas=AREAS[:2]), ATLAS, "en").endswith("(within 2 km); Antwerp (port)")


def test_a_whole_alert_in_english():
    assert description(DRAFT, ATLAS, "en") == (
        "A drone is flying over or near the port without permission. This has been observed: it has happened or is"
        " going on now. There may be a threat to people or to the working of the port. You must act now.\n"
        "The alert applies to: Kallo lock (within 2 km). It applies from Sunday 22 November 2026 at 14:02 to Sunday"
        " 22 November 2026 at 20:02 (Belgian time)."
    )
    assert instruction(DRAFT, "en") == (
        "Stay away from the drone, do not try to bring it down, and do not touch it if it has landed.\n"
        "Note the time, place, height and direction of flight of the drone, and film it if you can do so safely."
    )


def test_a_whole_alert_in_german():
    assert description(DRAFT, ATLAS, "de") == (
        "Eine Drohne fliegt ohne Erlaubnis über dem Hafen oder in seiner Nähe. Das ist festgestellt: Es ist geschehen"
        " oder geschieht gerade. Eine Gefahr für Menschen oder den Hafenbetrieb ist möglich. Es muss sofort gehandelt"
        " werden.\nDie Warnung gilt für: Kallo-Schleuse (im Umkreis von 2 km). Sie gilt von Sonntag, 22. November"
        " 2026, 14:02 Uhr, bis Sonntag, 22. November 2026, 20:02 Uhr (belgische Zeit)."
    )


@pytest.mark.parametrize("event", vocabulary().events, ids=lambda e: e.code)
@pytest.mark.parametrize("message", MESSAGES)
def test_every_event_makes_whole_sentences_in_every_language(event, message):
    draft = replace(DRAFT, event=event.code, instructions=event.instructions, areas=AREAS)
    texts = {}
    for language in LANGUAGES:
        texts[language] = description(draft, ATLAS, language, message=message)
        for line in (*texts[language].split("\n"), *instruction(draft, language, message=message).split("\n")):
            assert re.match(r"[A-ZÀ-Ý]", line) and line.endswith("."), line
            assert not re.search(r"[{}]|  | [,.]", line), line
        if language == "fr":
            assert not re.search(r"[^\u00a0][:;?!]( |$)", texts[language]), texts[language]
        if message != "Cancel":
            assert event.description(language) in texts[language]
    assert len(set(texts.values())) == len(LANGUAGES)


def test_a_cancelled_alert_asks_nothing_and_does_not_speak_of_danger():
    said = description(DRAFT, ATLAS, "en", message="Cancel")
    assert said == (
        "This alert is cancelled and no longer applies.\nIt was about: Drone over the port – Kallo lock (within 2 km)."
    )
    asked = instruction(DRAFT, "en", message="Cancel")
    assert asked == "You no longer need to follow the instructions of this alert."


def test_an_update_says_that_it_replaces():
    assert description(DRAFT, ATLAS, "fr", message="Update").startswith("Ceci remplace une version antérieure")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "\nIn de woorden van de afzender: Tweede dag op rij\nHangt stil.\n\nPiloot weg."),
        ("fr", "\nRédigé en néerlandais\u00a0: Tweede dag op rij\nHangt stil.\n\nPiloot weg."),
        ("de", "\nAuf Niederländisch geschrieben: Tweede dag op rij\nHangt stil.\n\nPiloot weg."),
        ("en", "\nWritten in Dutch: Tweede dag op rij\nHangt stil.\n\nPiloot weg."),
    ],
)
def test_what_somebody_wrote_is_extra_and_says_its_language(language, said):
    draft = replace(DRAFT, headline=" Tweede dag\nop rij ", text="Hangt stil.\r\n\rPiloot weg.\n")
    assert description(draft, ATLAS, language) == description(DRAFT, ATLAS, language) + said
    assert headline(draft, ATLAS, language) == headline(DRAFT, ATLAS, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("message", MESSAGES)
def test_an_exercise_begins_and_ends_with_its_word(language, message):
    draft = replace(DRAFT, status="Exercise", text="OEFENING: tweede dag.", public=PUBLIC)
    mark = MARKS[language]
    real = replace(draft, status="Actual")
    assert headline(draft, ATLAS, language, message=message) == f"{mark} " + headline(
        real, ATLAS, language, message=message
    )
    assert event_label(draft, language) == f"{mark} {event_label(real, language)}"
    said = description(draft, ATLAS, language, message=message)
    assert said.startswith(f"{mark}\n") and said.endswith(f"\n{mark}")
    status = next(term for term in vocabulary().statuses if term.code == "Exercise")
    assert said.split("\n")[1] == status.description(language)
    asked = instruction(draft, language, message=message)
    assert asked == f"{mark}\n{instruction(real, language, message=message)}\n{mark}"


def test_what_is_said_in_public_of_an_exercise_is_marked_too():
    draft = replace(DRAFT, public=PUBLIC)
    assert public_line(draft, "nl") == "Er vliegt een drone."
    marked = public_line(replace(draft, status="Exercise"), "nl")
    assert marked == "OEFENING OEFENING OEFENING\nEr vliegt een drone.\nOEFENING OEFENING OEFENING"
    assert public_line(draft, "fr") is None
    assert public_line(DRAFT, "nl") is None


@given(
    text=st.text(),
    title=st.text(),
    status=st.sampled_from(("Exercise", "Test")),
    language=st.sampled_from(LANGUAGES),
    message=st.sampled_from(MESSAGES),
    template=st.sampled_from(templates()),
)
def test_nothing_somebody_writes_takes_the_mark_away(text, title, status, language, message, template):
    draft = replace(
        prefilled(template, language="de", at=AT), status=status, text=text, headline=title, areas=(PortArea("BEANR"),)
    )
    mark = MARKS[language] if status == "Exercise" else "TEST TEST TEST"
    assert headline(draft, ATLAS, language, message=message).startswith(f"{mark} ")
    for said in (
        description(draft, ATLAS, language, message=message),
        instruction(draft, language, message=message),
    ):
        assert said.startswith(f"{mark}\n") and said.endswith(f"\n{mark}")


def test_a_real_alert_has_no_mark():
    for language in LANGUAGES:
        for said in (
            headline(DRAFT, ATLAS, language),
            description(DRAFT, ATLAS, language),
            instruction(DRAFT, language),
        ):
            assert MARKS[language] not in said and "TEST" not in said


def test_a_status_that_is_not_known_is_never_shown_as_if_it_were_real():
    for speak in (
        lambda d: headline(d, ATLAS, "en"),
        lambda d: description(d, ATLAS, "en"),
        lambda d: instruction(d, "en"),
    ):
        with pytest.raises(KeyError):
            speak(replace(DRAFT, status="Draft"))


def test_a_language_that_is_not_there_is_an_error_and_not_english():
    for speak in (
        lambda: headline(DRAFT, ATLAS, "es"),
        lambda: instruction(DRAFT, "es"),
        lambda: event_label(DRAFT, "es"),
    ):
        with pytest.raises(KeyError):
            speak()


@pytest.mark.parametrize(
    ("area", "names"),
    [
        (PortArea("BEGNE"), ("Gent (haven)", "Gand (port)", "Gent (Hafen)", "Ghent (port)")),
        (
            StretchArea("scheldt", 10.0, 25.5),
            (
                "Schelde, km 10 tot 25,5",
                "Escaut, du km 10 au km 25,5",
                "Schelde, km 10 bis 25,5",
                "Scheldt, km 10 to 25.5",
            ),
        ),
        (StretchArea("scheldt", 7.0, 7.0), ("Schelde, km 7", "Escaut, km 7", "Schelde, km 7", "Scheldt, km 7")),
        (
            CircleArea(51.26, -4.29, 0.5),
            (
                "51,2600° NB, 4,2900° WL (tot op 0,5 km)",
                "51,2600° N, 4,2900° O (dans un rayon de 0,5 km)",
                "51,2600° N, 4,2900° W (im Umkreis von 0,5 km)",
                "51.2600° N, 4.2900° W (within 0.5 km)",
            ),
        ),
        (
            PolygonArea(SQUARE),
            (
                "gebied op de kaart rond 51,2500° NB, 4,2500° OL",
                "zone sur la carte autour de 51,2500° N, 4,2500° E",
                "Gebiet auf der Karte um 51,2500° N, 4,2500° O",
                "area on the map around 51.2500° N, 4.2500° E",
            ),
        ),
        (
            CircleArea(-51.26, 4.29, 1.0),
            (
                "51,2600° ZB, 4,2900° OL (tot op 1 km)",
                "51,2600° S, 4,2900° E (dans un rayon de 1 km)",
                "51,2600° S, 4,2900° O (im Umkreis von 1 km)",
                "51.2600° S, 4.2900° E (within 1 km)",
            ),
        ),
    ],
)
def test_a_place_has_its_name_in_each_language(area, names):
    assert tuple(area_name(area, ATLAS, language) for language in LANGUAGES) == names


def test_a_place_that_is_not_known_any_more_is_called_by_its_code():
    line = headline(replace(DRAFT, areas=AREAS[1:3]), Atlas(), "en")
    assert line == "URGENT: Drone over the port – BEANR (port); BEANR-9901"


def test_braces_in_what_somebody_wrote_stay_what_they_are():
    assert "{0} {text} %s" in description(replace(DRAFT, text="{0} {text} %s"), ATLAS, "en")
    atlas = replace(ATLAS, ports={"BEANR": dict.fromkeys(LANGUAGES, "{areas}")})
    assert "{areas} (port)" in headline(replace(DRAFT, areas=(PortArea("BEANR"),)), atlas, "en")


@pytest.mark.parametrize(
    ("at", "language", "said"),
    [
        (datetime(2026, 7, 1, 22, 5, tzinfo=UTC), "en", "Thursday 2 July 2026 at 00:05"),
        (datetime(2026, 2, 1, 8, tzinfo=UTC), "fr", "dimanche 1er février 2026 à 09:00"),
        (datetime(2026, 2, 2, 8, tzinfo=UTC), "fr", "lundi 2 février 2026 à 09:00"),
        (datetime(2026, 3, 1, 8, tzinfo=UTC), "de", "Sonntag, 1. März 2026, 09:00 Uhr"),
        (datetime(2026, 3, 1, 8, tzinfo=UTC), "nl", "zondag 1 maart 2026 om 09:00"),
        # the hour that comes twice, and its neighbours
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "en", "Sunday 25 October 2026 at 02:30 (UTC+2)"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "en", "Sunday 25 October 2026 at 02:30 (UTC+1)"),
        (datetime(2026, 10, 24, 23, 59, tzinfo=UTC), "en", "Sunday 25 October 2026 at 01:59"),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), "en", "Sunday 25 October 2026 at 03:00"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "en", "Sunday 29 March 2026 at 03:00"),
    ],
)
def test_times_are_by_the_clock_of_brussels(at, language, said):
    assert moment(at, language) == said


@given(st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)))
def test_two_moments_a_minute_apart_never_read_the_same(at):
    assert moment(at, "nl") != moment(at + timedelta(hours=1), "nl")
    assert moment(at, "nl") != moment(at + timedelta(minutes=1), "nl")
