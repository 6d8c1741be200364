"""CAP 1.2 messages and their feed, read back as a partner's program would."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from port2port.alerts import sentences
from port2port.alerts.rules import PublicLine, PublicStatement
from port2port.alerts.vocabulary import vocabulary
from port2port.base.text import unreadable
from port2port.exchange.cap import CapReference, CapSource, FeedEntry, atom_feed, cap_alert
from port2port.members.areas import CircleArea
from port2port.sharing.tlp import Tlp
from tests.alerts.test_rules import AREAS, AT, ATLAS, DRAFT

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
ATOM = "{http://www.w3.org/2005/Atom}"
SENDER = "alerts.port2port.example"
TAGS = {"nl-BE": "nl", "fr-BE": "fr", "de-BE": "de", "en": "en"}
# The sequences of the OASIS schema, in its order.
ALERT_ORDER = [
    "identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction", "addresses", "code",
    "note", "references", "incidents", "info",
]  # fmt: skip
INFO_ORDER = [
    "language", "category", "event", "responseType", "urgency", "severity", "certainty", "audience", "eventCode",
    "effective", "onset", "expires", "senderName", "headline", "description", "instruction", "web", "contact",
    "parameter", "resource", "area",
]  # fmt: skip
AREA_ORDER = ["areaDesc", "polygon", "circle", "geocode"]

ALERT = CapSource(
    draft=replace(DRAFT, areas=AREAS),
    atlas=ATLAS,
    identifier="a-0001.1",
    sent=AT,
    tlp=Tlp.AMBER,
    sender_name="Port of Antwerp-Bruges",
    web="https://port2port.example/alerts/1?a=1&b=2",
)
EARLIER = (
    CapReference(SENDER, "a-0001.1", AT),
    CapReference("other.port2port.example", "b-7", datetime(2026, 7, 1, 14, 2, tzinfo=timezone(timedelta(hours=2)))),
)


def parsed(alert=ALERT, **changes):
    return fromstring(cap_alert(replace(alert, **changes), sender=SENDER))


def tags(element):
    return [child.tag.removeprefix(CAP) for child in element]


def text(element, path):
    return element.findtext("/".join(CAP + step for step in path.split("/")))


def texts(element, path):
    return [found.text for found in element.findall("/".join(CAP + step for step in path.split("/")))]


def pairs(element, tag):
    return [(text(pair, "valueName"), text(pair, "value")) for pair in element.findall(CAP + tag)]


def test_a_first_alert_says_who_what_and_to_whom():
    root = parsed()
    assert root.tag == CAP + "alert"
    head = {tag: text(root, tag) for tag in ALERT_ORDER if tag != "info" and text(root, tag) is not None}
    assert head == {
        "identifier": "a-0001.1",
        "sender": SENDER,
        "sent": "2026-11-22T13:02:00-00:00",
        "status": "Actual",
        "msgType": "Alert",
        "scope": "Restricted",
        "restriction": "TLP:AMBER",
        "code": "TLP:AMBER",
    }


@pytest.mark.parametrize("language", TAGS)
def test_each_language_has_its_info_with_the_same_facts(language):
    infos = {text(info, "language"): info for info in parsed().findall(CAP + "info")}
    assert list(infos) == list(TAGS)
    info, ours = infos[language], TAGS[language]
    assert text(info, "headline") == sentences.headline(ALERT.draft, ATLAS, ours)
    assert text(info, "description") == sentences.description(ALERT.draft, ATLAS, ours)
    assert text(info, "instruction") == sentences.instruction(ALERT.draft, ours)
    assert text(info, "event") == sentences.event_label(ALERT.draft, ours)
    facts = ("category", "urgency", "severity", "certainty", "effective", "expires", "senderName", "web")
    assert [text(info, tag) for tag in facts] == [
        "Security", "Immediate", "Moderate", "Observed", "2026-11-22T13:02:00-00:00", "2026-11-22T19:02:00-00:00",
        "Port of Antwerp-Bruges", "https://port2port.example/alerts/1?a=1&b=2",
    ]  # fmt: skip
    assert texts(info, "responseType") == ["Avoid", "Monitor"]
    assert pairs(info, "eventCode") == [("port2port:event", "drone_over_port"), ("port2port:threat", "drone_misuse")]
    assert pairs(info, "parameter") == [
        ("port2port:instruction", "keep_distance_drone"),
        ("port2port:instruction", "note_drone"),
    ]


def test_each_kind_of_area_is_written_as_cap_has_it():
    info = parsed().find(CAP + "info")
    assert texts(info, "area/areaDesc") == [sentences.area_name(area, ATLAS, "nl") for area in AREAS]
    assert texts(info, "area/circle") == ["51.264,4.291 2"]
    assert texts(info, "area/polygon") == ["51.2,4.2 51.3,4.2 51.3,4.3 51.2,4.3 51.2,4.2"]
    codes = [pair for area in info.findall(CAP + "area") for pair in pairs(area, "geocode")]
    assert codes == [
        ("UN/LOCODE", "BEANR"),
        ("port2port:facility", "BEANR-9901"),
        ("port2port:waterway-km", "scheldt 10 25.5"),
    ]


def test_numbers_have_no_exponent_and_no_minus_zero():
    root = parsed(draft=replace(DRAFT, areas=(CircleArea(-51.0, -0.00000001, 0.00005),)))
    assert texts(root, "info/area/circle")[0] == "-51,0 0.00005"


@pytest.mark.parametrize("message", ["Alert", "Update", "Cancel"])
@pytest.mark.parametrize("tlp", list(Tlp))
@pytest.mark.parametrize("status", ["Actual", "Exercise", "Test"])
def test_elements_stand_in_the_order_of_the_schema(message, tlp, status):
    root = parsed(
        draft=replace(ALERT.draft, status=status), message=message, tlp=tlp, addresses=("insider-desk",),
        references=() if message == "Alert" else EARLIER,
    )  # fmt: skip
    for element, order in [
        (root, ALERT_ORDER),
        *((info, INFO_ORDER) for info in root.iter(CAP + "info")),
        *((area, AREA_ORDER) for area in root.iter(CAP + "area")),
    ]:
        places = [order.index(tag) for tag in tags(element)]
        assert places == sorted(places)
        repeated = {"code", "info", "responseType", "eventCode", "parameter", "area"}
        once = [tag for tag in tags(element) if tag not in repeated]
        assert len(set(once)) == len(once)


@pytest.mark.parametrize(
    ("tlp", "scope"),
    [
        ("CLEAR", "Public"),
        ("GREEN", "Restricted"),
        ("AMBER", "Restricted"),
        ("AMBER+STRICT", "Restricted"),
        ("RED", "Private"),
    ],
)
def test_the_scope_follows_the_mark(tlp, scope):
    root = parsed(tlp=Tlp.parse(tlp), addresses=("insider-desk", "Named persons"))
    assert text(root, "scope") == scope
    assert text(root, "restriction") == (None if tlp == "CLEAR" else f"TLP:{tlp}")
    assert text(root, "code") == f"TLP:{tlp}"
    assert text(root, "addresses") == 'insider-desk "Named persons"'


@pytest.mark.parametrize("message", ["Update", "Cancel"])
def test_an_update_and_a_cancellation_name_what_they_change(message):
    root = parsed(message=message, references=EARLIER, identifier="a-0001.2")
    assert text(root, "msgType") == message
    assert text(root, "references") == (
        f"{SENDER},a-0001.1,2026-11-22T13:02:00-00:00 other.port2port.example,b-7,2026-07-01T12:02:00-00:00"
    )
    for info, language in zip(root.iter(CAP + "info"), TAGS.values(), strict=True):
        assert text(info, "headline") == sentences.headline(ALERT.draft, ATLAS, language, message=message)
        assert text(info, "description") == sentences.description(ALERT.draft, ATLAS, language, message=message)
        assert text(info, "instruction") == sentences.instruction(ALERT.draft, language, message=message)


def test_a_cancellation_sets_off_no_siren():
    for info in parsed(message="Cancel", references=EARLIER).iter(CAP + "info"):
        assert texts(info, "responseType") == ["None"]
        assert text(info, "urgency") == "Past"
        assert pairs(info, "parameter") == []


def test_an_exercise_is_one_in_every_text_of_every_language():
    root = parsed(draft=replace(ALERT.draft, status="Exercise"))
    marks = [3 * f"{word} " for word in ("OEFENING", "EXERCICE", "ÜBUNG", "EXERCISE")]
    assert text(root, "status") == "Exercise"
    assert text(root, "note") == " / ".join(mark.strip() for mark in marks)
    for info, mark in zip(root.iter(CAP + "info"), marks, strict=True):
        for tag in ("event", "headline"):
            assert text(info, tag).startswith(mark)
        for tag in ("description", "instruction"):
            assert text(info, tag).startswith(mark.strip() + "\n")
            assert text(info, tag).endswith("\n" + mark.strip())


def test_a_test_is_named_once_in_the_note():
    assert text(parsed(draft=replace(DRAFT, status="Test")), "note") == "TEST TEST TEST"


def test_times_are_in_utc_without_a_letter():
    brussels = timezone(timedelta(hours=1))
    sent = datetime(2026, 11, 22, 14, 2, 7, 999999, tzinfo=brussels)
    document = cap_alert(replace(ALERT, sent=sent), sender=SENDER)
    assert text(fromstring(document), "sent") == "2026-11-22T13:02:07-00:00"
    assert b"Z</" not in document


def test_the_public_statement_stays_at_home():
    public = PublicStatement((PublicLine("nl", "Te vroeg gezegd."),), "Press desk", AT)
    document = cap_alert(replace(ALERT, draft=replace(DRAFT, public=public)), sender=SENDER)
    assert b"Te vroeg" not in document and b"Press desk" not in document


def test_every_event_can_be_sent():
    for event in vocabulary().events:
        draft = replace(DRAFT, event=event.code, instructions=event.instructions)
        root = parsed(draft=draft)
        assert texts(root, "info/category") == [event.category] * 4
        assert pairs(root.find(CAP + "info"), "eventCode")[1] == ("port2port:threat", event.threat)


AWKWARD = "<b>\"Kaai\" & 'dok'</b> ]]> <!-- &amp; \u00e9\U0001f6a2\ttab\nline"


def test_markup_is_text():
    root = parsed(draft=replace(DRAFT, text=AWKWARD), sender_name=AWKWARD)
    assert AWKWARD in text(root, "info/description")
    assert text(root, "info/senderName") == AWKWARD
    assert not root.findall(".//b")


@given(written=st.text(max_size=60), title=st.text(max_size=30), name=st.text(min_size=1, max_size=20))
def test_any_text_arrives_whole_or_is_refused(written, title, name):
    alert = replace(ALERT, draft=replace(DRAFT, text=written, headline=title), sender_name=name)
    said = [sentences.description(alert.draft, ATLAS, language) for language in TAGS.values()]
    if any(map(unreadable, [*said, name])) or "\r" in name:
        with pytest.raises(ValueError):
            cap_alert(alert, sender=SENDER)
    else:
        root = parsed(alert)
        assert texts(root, "info/description") == said
        assert text(root, "info/senderName") == name
        feed = fromstring(atom_feed([FeedEntry(alert, "https://x.example/1")], self_url="x", title=name, updated=AT))
        assert feed.findtext(f"{ATOM}title") == name
        assert feed.findtext(f"{ATOM}entry/{ATOM}summary") == said[-1]


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1b", "\x85", "\ud800", "\ufffe", "\uffff", "\u202e", "\r"])
def test_what_xml_cannot_carry_is_refused(character):
    for changes in ({"sender_name": f"a{character}"}, {"web": f"https://x.example/{character}"}):
        with pytest.raises(ValueError):
            cap_alert(replace(ALERT, **changes), sender=SENDER)
    with pytest.raises(ValueError):
        atom_feed([FeedEntry(ALERT, f"https://x.example/{character}")], self_url="x", title="t", updated=AT)
    with pytest.raises(ValueError):
        atom_feed([], self_url=f"x{character}", title="t", updated=AT)


@pytest.mark.parametrize(
    "changes",
    [
        {"identifier": "a b"}, {"identifier": "a,b"}, {"identifier": "a&b"}, {"identifier": "a<b"}, {"identifier": ""},
        {"message": "Update"}, {"message": "Cancel"}, {"references": EARLIER}, {"tlp": Tlp.RED},
        {"message": "Update", "references": (CapReference("a b", "c", AT),)},
        {"message": "Update", "references": (CapReference("a", "c,d", AT),)},
        {"message": "Update", "references": (CapReference("a", "c", AT.replace(tzinfo=None)),)},
        {"addresses": ('say "friend"',)}, {"addresses": ("",)}, {"addresses": ("two\nlines",)},
        {"sent": AT.replace(tzinfo=None)}, {"draft": replace(DRAFT, valid_until=datetime(2026, 11, 23))},
    ],
)  # fmt: skip
def test_what_cap_does_not_allow_is_refused(changes):
    with pytest.raises(ValueError):
        cap_alert(replace(ALERT, **changes), sender=SENDER)


@pytest.mark.parametrize("sender", ["", "a b", "a,b", "a&b"])
def test_a_sender_is_one_plain_name(sender):
    with pytest.raises(ValueError):
        cap_alert(ALERT, sender=sender)


FEED_URL = "https://port2port.example/feeds/alerts.atom"


def feed_of(*alerts, language="en"):
    entries = [FeedEntry(alert, f"https://port2port.example/feeds/alerts/{alert.identifier}.cap") for alert in alerts]
    return fromstring(atom_feed(entries, self_url=FEED_URL, title="Alerts & more", updated=AT, language=language))


def test_a_feed_names_itself_and_may_be_empty():
    feed = feed_of()
    assert feed.tag == ATOM + "feed"
    assert feed.findtext(ATOM + "id") == FEED_URL
    assert feed.findtext(ATOM + "title") == "Alerts & more"
    assert feed.findtext(ATOM + "updated") == "2026-11-22T13:02:00+00:00"
    assert feed.find(ATOM + "link").attrib == {"rel": "self", "type": "application/atom+xml", "href": FEED_URL}
    assert feed.findall(ATOM + "entry") == []


def test_an_entry_points_to_its_cap_message():
    later = replace(ALERT, identifier="a-0002.1", sent=datetime(2026, 11, 22, 14, tzinfo=UTC))
    entries = feed_of(later, ALERT, language="fr").findall(ATOM + "entry")
    urls = [f"https://port2port.example/feeds/alerts/{name}.cap" for name in ("a-0002.1", "a-0001.1")]
    assert [entry.findtext(ATOM + "id") for entry in entries] == urls
    assert [entry.findtext(ATOM + "updated") for entry in entries] == [
        "2026-11-22T14:00:00+00:00",
        "2026-11-22T13:02:00+00:00",
    ]
    entry = entries[1]
    assert entry.find(ATOM + "content").attrib == {"type": "application/cap+xml", "src": urls[1]}
    assert entry.find(ATOM + "link").attrib == {"rel": "alternate", "type": "application/cap+xml", "href": urls[1]}
    assert entry.findtext(ATOM + "title") == sentences.headline(ALERT.draft, ATLAS, "fr")
    assert entry.findtext(ATOM + "summary") == sentences.description(ALERT.draft, ATLAS, "fr")
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Port of Antwerp-Bruges"
    assert entry.findtext(ATOM + "rights") == "TLP:AMBER"


def test_a_feed_says_its_language_and_that_an_exercise_is_one():
    drill = replace(ALERT, draft=replace(DRAFT, status="Exercise"))
    feed = feed_of(drill, language="de")
    assert feed.attrib == {"{http://www.w3.org/XML/1998/namespace}lang": "de-BE"}
    assert feed.findtext(f"{ATOM}entry/{ATOM}title").startswith("ÜBUNG ÜBUNG ÜBUNG ")
    assert feed.findtext(f"{ATOM}entry/{ATOM}summary").endswith("\nÜBUNG ÜBUNG ÜBUNG")
