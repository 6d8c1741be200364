"""Videos of a course that is written: what describes goes, what plays stays where it was, what is odd is refused."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.reports.attachments.checking import Upload
from port2port.training.authoring import actions, pictures, queries
from port2port.training.authoring.rules import mark
from port2port.training.authoring.videos import LARGEST_VIDEO, Unfit, cleaned
from port2port.training.courses.library import COURSES
from tests.training.authoring.writing import TEXT, module, written
from tests.training.courses.taking import TRAINER

WEBM = (COURSES / "reporting-in-one-minute" / "videos" / "the-form.nl.webm").read_bytes()
SECRET, PLACE = b"Filmed by Nobody (invented)", b"+51.2194+004.4025/"
SOUND = bytes(range(256)) * 4
SUBTITLES = b"WEBVTT\n\n00:00.000 --> 00:02.000\nAan de poort (verzonnen)\n"


def box(kind, *held):
    """A box of an MP4."""
    body = b"".join(held)
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def handler(kind, name=SECRET + b"\0"):
    """What a track is, and what its maker calls it."""
    return box(b"hdlr", bytes(8), kind, bytes(12), name)


def track(kind, *more):
    """A track with times of making."""
    dated = bytes(4) + b"\x11\x22\x33\x44" * 2 + bytes(12)
    media = box(b"mdia", box(b"mdhd", dated), handler(kind), box(b"minf", box(b"vmhd", bytes(12)), box(b"stbl")))
    return box(b"trak", box(b"tkhd", dated), media, *more)


def mp4(*tracks, last=b""):
    """A small MP4, as a telephone writes it: with place, maker and times."""
    place = box(b"udta", box(b"\xa9xyz", PLACE), box(b"meta", SECRET))
    late = bytes([1, 0, 0, 0]) + b"\x11\x22\x33\x44\x11\x22\x33\x44" * 2 + bytes(12)
    moov = box(b"moov", box(b"mvhd", late), *(tracks or (track(b"vide", place), track(b"soun"))), place)
    odd = box(b"uuid", bytes(16), SECRET)
    return box(b"ftyp", b"isom") + moov + odd + box(b"free", SECRET) + box(b"mdat", SOUND) + last


def element(kind, *held, size=None):
    """An element of EBML, its length in four bytes."""
    body = b"".join(held)
    return kind + ((len(body) if size is None else size) | 1 << 28).to_bytes(4, "big") + body


def webm(*more, cluster=None, kind=1):
    """A small WebM with a date, a title, tags and a name of its track."""
    head = element(b"\x1a\x45\xdf\xa3", element(b"\x42\x82", b"webm"))
    info = element(b"\x15\x49\xa9\x66", element(b"\x44\x61", bytes(7) + b"\x09"), element(b"\x7b\xa9", SECRET))
    tracks = element(
        b"\x16\x54\xae\x6b", element(b"\xae", element(b"\x83", bytes([kind])), element(b"\x53\x6e", SECRET))
    )
    tags = element(b"\x12\x54\xc3\x67", SECRET, PLACE)
    block = element(b"\x1f\x43\xb6\x75", element(b"\xe7", b"\0"), element(b"\xa3", SOUND), size=cluster)
    return head + element(b"\x18\x53\x80\x67", info, tracks, block, tags, *more)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.mp4", mp4()), ("A.MP4", mp4(last=bytes(4) + b"udta" + SECRET)),  # the last one ends with the file
        ("a.webm", webm()), ("a.webm", webm(cluster=(1 << 28) - 1)),
    ],
)  # fmt: skip
def test_what_describes_goes_and_what_plays_stays_where_it_was(name, content):
    found = cleaned(name, content)
    assert len(found) == len(content) and found.index(SOUND) == content.index(SOUND)
    for secret in (SECRET, PLACE, b"\x11\x22\x33\x44"):
        assert secret in content or name == "a.webm"
        assert secret not in found
    assert cleaned(name, found) == found


def test_a_real_video_is_as_long_as_before_and_still_one():
    found = cleaned("form.webm", WEBM)
    assert len(found) == len(WEBM) and found[:4] == WEBM[:4]
    assert sum(one != other for one, other in zip(found, WEBM, strict=True)) < 500


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.mp4", mp4(track(b"vide"), track(b"meta"))),  # where it was filmed, second by second
        ("a.mp4", mp4(track(b"vide"), track(b"camm"))),
        ("a.webm", webm(kind=33)),
        ("a.mp4", b""), ("a.mp4", SECRET), ("a.webm", mp4()), ("a.mp4", webm()), ("a.avi", mp4()),
        ("a.mp4", mp4()[:-1]), ("a.mp4", mp4() + b"\0\0\0\x04mdat"), ("a.mp4", mp4() + bytes(7)),
        ("a.mp4", box(b"ftyp") + box(b"mdat")), ("a.mp4", box(b"ftyp") + box(b"moov")),
        ("a.mp4", box(b"ftyp") + box(b"moov", box(b"mvhd", b"\1"))),
        ("a.mp4", box(b"ftyp") + box(b"moov", box(b"hdlr", b"\1"))),
        ("a.mp4", box(b"ftyp") + b"\0\0\0\1moov" + (1 << 63).to_bytes(8, "big")),
        ("a.mp4", box(b"ftyp") + box(b"free") * 100_001), ("a.mp4", mp4() + bytes(LARGEST_VIDEO)),
        ("a.webm", webm()[:-1]), ("a.webm", b"\x1a\x45\xdf\xa3\x80" + bytes(9)), ("a.webm", b"\x1a\x45\xdf\xa3\xff"),
        ("a.vtt", b"WEBVTT"), ("a.vtt", b"Not it\n00:00.000 --> 00:02.000"), ("a.vtt", SUBTITLES + b"\xff"),
        ("a.vtt", SUBTITLES + bytes(1)), ("a.vtt", SUBTITLES * 4000),
    ],
)  # fmt: skip
def test_what_is_odd_is_refused(name, content):
    with pytest.raises(Unfit) as caught:
        cleaned(name, content)
    assert str(caught.value.reason)


def test_boxes_in_boxes_have_an_end():
    deep = track(b"vide")
    for _number in range(2000):
        deep = box(b"trak", deep)
    with pytest.raises(Unfit):
        cleaned("a.mp4", box(b"ftyp") + box(b"moov", deep))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["mp4", "webm"]), st.data())
def test_whatever_comes_is_refused_or_as_long_as_before(kind, data):
    content = bytearray(mp4() if kind == "mp4" else webm())
    for _number in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, 400))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Unfit):
        assert len(cleaned(f"a.{kind}", bytes(content))) == len(content)


def test_a_video_needs_its_subtitles_and_plays_for_who_reads(acting, client_for):
    film = Upload("Gate at night.mp4", mp4())
    with acting(TRAINER):
        own = written()
        (row,) = pictures.add_pictures(own, [film], at=now())
        assert row.name == "gate-at-night.mp4"
        first = queries.own_course(own).course.modules[0]
        texts = {"en": TEXT["en"] + "\n\n![The gate (invented)](gate-at-night.mp4)"}
        actions.put_module(own, module(first.code, names=first.names, texts=texts), seen=mark(first), at=now())
        assert [str(one.says) for one in queries.own_course(own).faults] == [
            "Not among the files: gate-at-night.en.vtt"
        ]
        for wrong in ("Gate at night.vtt", "gate.xx.vtt"):
            with pytest.raises(Invalid):
                pictures.add_pictures(own, [Upload(wrong, SUBTITLES)], at=now())
        same = [Upload(f"Gate at night.{code}.vtt", SUBTITLES) for code in ("en", "nl")]
        assert [one.name for one in pictures.add_pictures(own, same, at=now())] == [
            "gate-at-night.en.vtt", "gate-at-night.nl.vtt",
        ]  # fmt: skip
        with pytest.raises(Invalid):
            pictures.add_pictures(own, [Upload("Gate at night.en.vtt", SUBTITLES + b"\n")], at=now())
        assert queries.own_course(own).faults == []
        assert PLACE not in queries.own_course(own).course.media["gate-at-night.mp4"].read_bytes()
        actions.publish(own, seen=queries.own_course(own).row.sequence, at=now())
        slug = queries.own_course(own).row.slug
    part = client_for(TRAINER).get(f"/training/courses/{slug}/media/gate-at-night.mp4", headers={"range": "bytes=0-3"})
    assert (part.status_code, part["Content-Type"]) == (206, "video/mp4")
    page = client_for(TRAINER).get(f"/training/courses/{slug}/modules/{first.code}/").content.decode()
    assert "<video" in page and "gate-at-night.en.vtt" in page


def test_a_name_that_leads_to_somebody_and_a_track_of_places_are_refused(acting):
    with acting(TRAINER):
        own = written()
        for bad in (Upload("someone@example.com.mp4", mp4()), Upload("a.mp4", mp4(track(b"vide"), track(b"meta")))):
            with pytest.raises(Invalid) as caught:
                pictures.add_pictures(own, [bad], at=now())
            assert [one.field for one in caught.value.problems] == ["files"]
        assert [one.name for one in queries.pictures(queries.own_course(own).row.slug)] == ["gate.jpg"]


def test_the_form_says_what_is_taken(client_for, acting):
    with acting(TRAINER):
        own = written()
    page = client_for(TRAINER).get(f"/training/courses/own/{own}/pictures/").content.decode()
    assert "MP4 or WebM" in page and "gate.nl.vtt" in page
