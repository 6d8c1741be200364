"""What is put on a report, what is refused and why, what stays in the organisation, and what is handed over."""

import io
import zipfile
from datetime import timedelta

import msgspec
import pytest
from django.conf import settings
from django.test import override_settings
from PIL import Image

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.config.options import BadOption, check
from port2port.members.acting import acting_as_system
from port2port.reports import actions as reports
from port2port.reports.attachments import actions, queries
from port2port.reports.attachments.checking import Upload, checked, clean_name
from port2port.reports.attachments.models import Attachment, Original
from port2port.reports.attachments.shown import section, size_words
from port2port.reports.models import Annex
from port2port.sharing.actions import expire
from port2port.sharing.guardrails.scanner import ScannerUnavailable
from port2port.sharing.tlp import Tlp
from tests.reports.attachments.conftest import OUTSIDER, OWNER, PARTNER, stored
from tests.reports.attachments.files import CAMERA, MARKED, NAMED, NOTE, NUMBERED, PLACE, picture
from tests.reports.writing import report
from tests.sharing.guardrails.test_scanner import clamd, verdict

POLICE = "analyst@police.demo"


def refused(acting, shared, name: str, content: bytes) -> str:
    """Why a file is not taken."""
    with acting(OWNER), pytest.raises(Invalid) as error:
        actions.add_files(shared, [Upload(name, content)], at=now())
    (problem,) = error.value.problems
    assert problem.field == "files"
    return str(problem.message)


def test_the_copy_is_cleaned_and_the_original_is_untouched(acting, shared, photo):
    sent = picture("JPEG")
    with acting(PARTNER):
        row = queries.attachment(photo)
        copy = queries.content(row, at=now())
        assert CAMERA.encode() not in copy and PLACE not in copy and copy != sent
        assert not Image.open(io.BytesIO(copy)).getexif()
        assert row.removed == ["exif", "gps"] and row.filename == "gate.jpg" and row.size == len(copy)
        assert section(shared).lines[0].removed == "camera data, position"
    with acting(OWNER):
        _row, content = queries.original_content(photo, at=now())
        assert content == sent


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.txt", b"", "empty"),
        ("run.exe", b"MZ\x90\x00\x03\x00\x00\x00", "program"),
        ("gate.jpg", b"%PDF-1.7\n", "another kind"),
        ("page.html", b"<html><script>alert(1)</script></html>", "web page"),
        ("large.txt", b"a" * 10_000_001, "larger than 10 MB"),
        ("plan.txt", MARKED, "CONFIDENTIEL"),
        ("SECRET.txt", NOTE, "SECRET"),
        ("person.txt", NUMBERED, "never shared"),
    ],
)
def test_what_is_not_taken_says_why_and_leaves_nothing(name, content, says, acting, shared, folder, owner):
    before = owner.execute("select count(*) from base_journal_entry").fetchone()
    message = refused(acting, shared, name, content)
    assert message.startswith(f"{name}: ") and says in message
    assert stored(folder) == []
    assert owner.execute("select count(*) from reports_attachment").fetchone() == (0,)
    assert owner.execute("select count(*) from base_journal_entry").fetchone() == before


def test_a_number_is_not_repeated_by_the_refusal(acting, shared):
    assert "033.28" not in refused(acting, shared, "person.txt", NUMBERED)


def test_a_number_in_the_name_of_a_file_counts_too(acting, shared):
    assert "never shared" in refused(acting, shared, "85.07.30-033.28.txt", NOTE)


def test_one_bad_file_keeps_all_out_and_each_bad_one_is_named(acting, shared, folder):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.txt", "a")
    files = [Upload("gate.png", picture()), Upload("all.zip", archive.getvalue()), Upload("plan.txt", MARKED)]
    with acting(OWNER), pytest.raises(Invalid) as error:
        actions.add_files(shared, files, at=now())
    assert [str(p.message).partition(":")[0] for p in error.value.problems] == ["all.zip", "plan.txt"]
    assert stored(folder) == []


def test_words_that_lead_to_a_person_stay_in_the_organisation(acting, shared, photo, named):
    with acting(OWNER):
        annex = Annex.objects.get(report_id=shared, answers=None)
        assert queries.attachment(named).record_id == annex.record_id
        assert [line.own_only for line in section(shared).lines] == [False, True]
    with acting(PARTNER):
        assert [row.id for row in queries.of_report(shared)] == [photo]
        with pytest.raises(NotFound):
            queries.attachment(named)


def test_a_picture_may_be_kept_to_the_organisation(acting, shared):
    with acting(OWNER):
        actions.add_files(shared, [Upload("face.png", picture())], own_only=True, at=now())
        assert len(queries.of_report(shared)) == 1
    with acting(PARTNER):
        assert queries.of_report(shared) == []


def test_of_a_report_to_persons_only_colleagues_among_them_see_the_annex(acting, cast):
    with acting(OWNER):
        red = report("Demo PSO North Sea Port", "Demo Director Antwerp", tlp=Tlp.RED)
        made = actions.add_files(red.record_id, [Upload("note.txt", NAMED)], at=now())
    with acting(PARTNER):
        assert queries.of_report(red.record_id) == []
    with acting(OWNER):
        assert [row.id for row in queries.of_report(red.record_id)] == [made[0].id]
    with acting("director@antwerp.demo"):
        assert [row.id for row in queries.of_report(red.record_id)] == [made[0].id]
    with acting("dpo@antwerp.demo"):
        assert queries.of_report(red.record_id) == []


def test_the_same_file_twice_is_there_once(acting, shared, photo):
    with acting(OWNER):
        again = [Upload("other name.jpg", picture("JPEG")), Upload("third.jpg", picture("JPEG"))]
        assert actions.add_files(shared, again, at=now()) == []
        assert len(queries.of_report(shared)) == 1


def test_there_is_an_end_to_what_a_report_holds(acting, shared, monkeypatch):
    monkeypatch.setattr(actions, "MOST", 1)
    with acting(OWNER), pytest.raises(Invalid):
        actions.add_files(shared, [Upload("a.txt", NOTE), Upload("b.txt", b"Another note.")], at=now())


def test_only_who_looks_after_it_adds_and_takes_off(acting, shared, photo):
    with acting(PARTNER):
        with pytest.raises(Refused):
            actions.add_files(shared, [Upload("a.txt", NOTE)], at=now())
        with pytest.raises(Refused):
            actions.remove_attachment(photo, at=now())
    with acting(OUTSIDER):
        with pytest.raises(NotFound):
            actions.add_files(shared, [Upload("a.txt", NOTE)], at=now())
        with pytest.raises(NotFound):
            actions.remove_attachment(photo, at=now())


def test_taking_it_off_takes_its_original_along(acting, shared, photo, owner, journalled):
    with acting(OWNER):
        assert actions.remove_attachment(photo, at=now()) == shared
    assert owner.execute("select count(*) from reports_original").fetchone() == (0,)
    assert [entry["details"] for entry in journalled("attachment.removed")] == [{"attachment": str(photo)}]


def test_withdrawn_with_the_report(acting, shared, photo, named):
    with acting(OWNER):
        reports.withdraw_report(shared, reason="mistake", at=now())
    with acting(PARTNER), pytest.raises(NotFound):
        queries.attachment(photo)
    with acting(OWNER):
        assert len(queries.of_report(shared)) == 2, "whoever wrote it reads it back"
        with pytest.raises(Conflict):
            actions.add_files(shared, [Upload("a.txt", NOTE)], at=now())


def test_gone_with_the_report_when_its_time_has_ended(acting, shared, photo, named, owner, folder):
    owner.execute("update sharing_record set expires_at = now() - interval '1 second'")
    with acting_as_system("worker"):
        expire(at=now())
    for table in ("reports_attachment", "reports_original"):
        assert owner.execute(f"select count(*) from {table}").fetchone() == (0,)
    with acting_as_system("worker"):
        assert actions.sweep_vault(at=now() + timedelta(hours=2)) == 3
    assert stored(folder) == []


def test_a_report_handed_over_brings_its_original_to_the_new_owner(acting, shared, photo, named, cast):
    from port2port.sharing import actions as sharing
    from port2port.sharing.models import Record

    with acting(OWNER):
        sharing.hand_over(Record.objects.get(id=shared), to=cast[PARTNER].organisation, at=now())
        with pytest.raises(Refused):
            queries.original(photo)
        assert queries.original(named), "the annex stays with whom it was written for"
    with acting(PARTNER):
        assert queries.original_content(photo, at=now())[1] == picture("JPEG")
        with pytest.raises(NotFound):
            queries.attachment(named)
        assert queries.content(queries.attachment(photo), at=now())


# ------------------------------------------------------------------------------------------------- the original


def test_who_reads_the_original(acting, photo):
    for email, error in ((PARTNER, Refused), (POLICE, Refused), (OUTSIDER, NotFound), ("admin@antwerp.demo", NotFound)):
        with acting(email), pytest.raises(error):
            queries.original(photo)
    with acting(OWNER):
        assert queries.original(photo)


def test_a_hand_over_is_written_down_once(acting, photo, shared, cast, journalled):
    with acting(OWNER):
        for to, reference in (("", "AN.1"), ("Police", ""), ("x" * 121, "AN.1"), ("Police", "x" * 81), ("a\x00", "1")):
            with pytest.raises(Invalid):
                actions.hand_over(photo, to=to, reference=reference, at=now())
        assert actions.hand_over(photo, to="Harbour police", reference="AN.20.L1.1/2026", at=now()) == shared
        _row, there = queries.original(photo)
        assert (there.handed_to, there.handed_reference) == ("Harbour police", "AN.20.L1.1/2026")
        assert there.handed_by_id == cast[OWNER].person and there.handed_at is not None
        with pytest.raises(Conflict):
            actions.hand_over(photo, to="Somebody else", reference="2", at=now())
    with acting(PARTNER), pytest.raises(Refused):
        actions.hand_over(photo, to="Us", reference="3", at=now())
    (entry,) = journalled("attachment.handed")
    assert entry["record"] == str(shared) and entry["details"] == {"attachment": str(photo)}


def test_reading_is_journalled(acting, photo, shared, journalled):
    with acting(PARTNER):
        queries.content(queries.attachment(photo), at=now())
    with acting(OWNER):
        queries.original_content(photo, at=now())
    for act in ("attachment.read", "attachment.original"):
        (entry,) = journalled(act)
        assert entry["record"] == str(shared) and entry["details"] == {"attachment": str(photo)}
    assert journalled("attachment.added")[0]["details"] == {"count": 1}


def test_reading_green_is_not(acting, journalled):
    with acting(OWNER):
        green = report("all-members", tlp=Tlp.GREEN).record_id
        row = actions.add_files(green, [Upload("note.txt", NOTE)], at=now())[0]
        queries.content(queries.attachment(row.id), at=now())
    assert journalled("attachment.read") == []


# -------------------------------------------------------------------------------------------------- the scanner


def scanned_by(address: str) -> override_settings:
    return override_settings(OPTIONS=msgspec.structs.replace(settings.OPTIONS, clamd_url=address))


def test_a_file_with_a_virus_is_refused_by_its_name(acting, shared, folder):
    with clamd(verdict) as address, scanned_by(address):
        assert "Win.Test.EICAR_HDB-1" in refused(acting, shared, "note.txt", b"planted virus")
    assert stored(folder) == []


def test_a_clean_one_is_taken(acting, shared):
    with clamd(verdict) as address, scanned_by(address), acting(OWNER):
        assert len(actions.add_files(shared, [Upload("note.txt", NOTE)], at=now())) == 1


def test_without_an_answer_of_the_scanner_nothing_is_taken(acting, shared, folder):
    with scanned_by("tcp://127.0.0.1:1"), acting(OWNER), pytest.raises(ScannerUnavailable):
        actions.add_files(shared, [Upload("note.txt", NOTE)], at=now())
    assert stored(folder) == []


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:3310", "tcp://", "tcp://host", "tcp://host:x", "unix://run/x", "clamd"]
)
def test_an_address_that_is_none_is_refused_at_the_start(address):
    with pytest.raises(BadOption, match="PORT2PORT_CLAMD_URL"):
        check(msgspec.structs.replace(settings.OPTIONS, clamd_url=address))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:3310", "tcp://[::1]:3310", "unix:///run/clamav/clamd.ctl"])
def test_an_address_of_a_scanner_is_taken(address):
    options = msgspec.structs.replace(settings.OPTIONS, clamd_url=address)
    assert check(options) is options


# ------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "extension", "clean"),
    [
        ("gate.JPEG", "jpg", "gate.jpg"),
        ("../../etc/passwd", "txt", "passwd.txt"),
        ("C:\\Users\\Planted\\plan.pdf", "pdf", "plan.pdf"),
        ("invoice\u202efdp.exe.txt", "txt", "invoice fdp.exe.txt"),
        ("a\r\nContent-Type: text_html.txt", "txt", "a Content-Type_ text_html.txt"),
        ("", "png", "file.png"),
        ("...", "png", "file.png"),
        (".htaccess", "txt", "htaccess.txt"),
        ("x" * 300 + ".png", "png", "x" * 116 + ".png"),
        ("kaai \ud800 één.png", "png", "kaai één.png"),
    ],
)
def test_a_name_is_cleaned(name, extension, clean):
    assert clean_name(name, extension) == clean


@pytest.mark.parametrize(("size", "words"), [(0, "1 kB"), (1499, "1 kB"), (999_400, "999 kB"), (10_000_000, "10.0 MB")])
def test_sizes_in_words(size, words):
    assert size_words(size) == words


def test_checking_writes_nothing(acting, db, folder):
    with acting(OWNER):
        assert checked([Upload("note.txt", NOTE)])[0].copy.media_type == "text/plain"
        assert Attachment.objects.count() == Original.objects.count() == 0
    assert stored(folder) == []
