"""What a MISP exports, read: never wider than it was, nothing lost, hostile input refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from port2port.base.errors import Invalid
from port2port.exchange.inbound.checking import TooMuch
from port2port.exchange.inbound.reading import draft_of, observables_of
from port2port.exchange.misp import records
from port2port.exchange.misp.reading import looked
from port2port.exchange.misp.widths import narrowest
from port2port.reports.vocabulary import vocabulary
from port2port.sharing.tlp import Tlp
from tests.exchange.given import AT, REPORT, SITE
from tests.exchange.misp.export import UUIDS, attribute, event
from tests.exchange.misp.given import KNOWN

FAR = ("0", "1", "2", "3", "4", "5", 0, 3, "x", None, 99)
MARKS = ("tlp:clear", "tlp:white", "tlp:green", "tlp:amber", "TLP:AMBER+STRICT", "tlp:red", "tlp:unclear", "other:tag")
TAGS = st.lists(st.sampled_from(MARKS), max_size=2)
WIDEST = {"0": Tlp.AMBER_STRICT, "1": Tlp.GREEN, "2": Tlp.GREEN, "3": Tlp.CLEAR, "4": Tlp.AMBER_STRICT}


def raw(*events: dict[str, Any]) -> bytes:
    return json.dumps({"response": [{"Event": one} for one in events]}).encode()


def test_an_export_becomes_an_incident_with_what_is_known_and_keeps_the_rest():
    (one,) = looked(raw(event()))
    assert (one.message, one.tlp, one.observables, one.kept) == ("", Tlp.AMBER, 6, 2)
    (incident,) = [made for made in one.objects if made["type"] == "incident"]
    assert incident["name"] == "Lure pages for carriers (test)"
    assert incident["description"] == "Seen twice."
    assert incident["id"] == f"incident--{UUIDS[0]}"
    assert incident["x_misp"]["x_unknown"] == {"kept": [1, 2.5, "ü"]}
    assert incident["x_misp"]["Galaxy"] == event()["Galaxy"]
    kept = {made["x_misp"]["value"] for made in one.objects if made["type"] == "x-misp-attribute"}
    assert kept == {"x@login.example", "old.example"}
    carried = [made["x_misp"]["uuid"] for made in one.objects if made["type"] in ("relationship", "x-misp-attribute")]
    assert set(carried) == {UUIDS[n] for n in range(1, 8)}
    found = {(seen.kind, seen.value) for seen in observables_of(one.objects)}
    assert found == {
        ("domain", "login.example"), ("ip", "192.0.2.17"), ("domain", "pages.example"), ("ip", "192.0.2.18"),
        ("hash", "ab" * 32), ("container", "CSQU3054383"),
    }  # fmt: skip


@pytest.mark.parametrize("shape", ["one", "bare", "list", "answer"])
def test_every_shape_of_an_export_is_read(shape):
    made = event()
    said = {"one": {"Event": made}, "bare": made, "list": [{"Event": made}], "answer": {"response": {"Event": made}}}
    (one,) = looked(json.dumps(said[shape]).encode())
    assert one.uuid == UUIDS[0]
    assert not one.message


def test_what_we_send_comes_back_as_the_same_report():
    made = records.dated(records.event(REPORT, known=KNOWN, site=SITE), AT)
    (one,) = looked(json.dumps({"Event": made}).encode())
    incident = next(part for part in one.objects if part["type"] == "incident")
    draft = draft_of(incident, threat="drug_smuggling", port="BEANR", words=vocabulary(), at=AT)
    assert (draft.title, draft.text, draft.nature, draft.severity) == (REPORT.title, REPORT.text, "incident", "high")
    assert (draft.modus_operandi, draft.modus_operandi_also) == ("DR01", ("DR18",))
    assert (draft.substance, draft.quantity_kg, draft.occurred_at) == ("cocaine", 12.5, AT)
    kinds = {seen.kind for seen in observables_of(one.objects)}
    assert kinds == {"container", "seal", "imo", "mmsi", "ip", "domain", "url", "hash"}


@given(
    own=st.sampled_from(FAR),
    mark=TAGS,
    parts=st.lists(st.tuples(st.sampled_from(FAR), TAGS, st.booleans()), max_size=4),
)
def test_nothing_ever_becomes_wider(own, mark, parts):
    made = event(distribution=own, Tag=[{"name": name} for name in mark], Attribute=[], Object=[], EventReport=[])
    limits = [WIDEST.get(str(own), Tlp.AMBER_STRICT)]
    tagged = [*mark, *(name for _far, names, _inner in parts for name in names)]
    for number, (far, names, inner) in enumerate(parts, start=1):
        one = attribute(number, "domain", "login.example", distribution=far, Tag=[{"name": name} for name in names])
        if inner:
            made["Object"].append({"name": "x", "uuid": UUIDS[number + 10], "Attribute": [one]})
        else:
            made["Attribute"].append(one)
        limits += [] if str(far) == "5" else [WIDEST.get(str(far), Tlp.AMBER_STRICT)]
    known = {"tlp:clear": Tlp.CLEAR, "tlp:white": Tlp.CLEAR, "tlp:green": Tlp.GREEN, "tlp:amber": Tlp.AMBER,
             "tlp:red": Tlp.RED}  # fmt: skip
    limits += [known.get(name.lower(), Tlp.AMBER_STRICT) for name in tagged if name.lower().startswith("tlp:")]
    if not any(name.lower().startswith("tlp:") for name in mark):
        limits.append(Tlp.AMBER_STRICT)
    assert narrowest(made) == max(limits)
    (one,) = looked(raw(made))
    assert bool(one.message) == (one.tlp == Tlp.RED)
    assert all(part["object_marking_refs"] for part in one.objects if "modified" in part)


@pytest.mark.parametrize(
    "sent",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"Event": []}', b'{"response": []}', b'"text"', b'{"objects": []}'],
    ids=["empty", "broken", "bytes", "deep", "list", "none", "text", "stix"],
)  # fmt: skip
def test_what_is_no_export_is_refused(sent):
    with pytest.raises(Invalid):
        looked(sent)


@pytest.mark.parametrize(
    "changes",
    [{"uuid": "../../etc"}, {"uuid": 7}, {"timestamp": "later"}, {"timestamp": "9" * 10}, {"x": "y" * 300_000},
     {"Tag": [{"name": "tlp:red"}]}],
    ids=["path", "number", "words", "future", "long", "red"],
)  # fmt: skip
def test_an_event_is_refused_whole_and_the_others_are_kept(changes):
    bad, good = looked(raw(event(**changes), event(uuid=UUIDS[38])))
    assert bad.message
    assert bad.objects == []
    assert not good.message


def test_depth_and_number_are_bounded():
    deep: dict[str, Any] = {}
    for _ in range(60):
        deep = {"in": deep}
    (one,) = looked(raw(event(x=deep)))
    assert one.message
    with pytest.raises(TooMuch):
        looked(raw(*[event()] * 101))
    many = [attribute(1, "domain", f"d{n}.example", uuid="") for n in range(3_000)]
    with pytest.raises(TooMuch):
        looked(raw(event(Attribute=many)))


def test_the_same_event_twice_is_taken_once():
    first, second = looked(raw(event(), event()))
    assert not first.message
    assert second.message


def test_odd_shapes_within_are_no_fault():
    made = event(Attribute=[None, 3, {"type": 4}, {"value": ["x"]}], Object={"a": 1}, Tag="tlp:red", EventReport=[[]])
    (one,) = looked(raw(made))
    assert (one.message, one.tlp, one.kept) == ("", Tlp.AMBER_STRICT, 2)
