"""Packages as they are read: what is found in them, what is left out, what is refused."""

import io
import zipfile

import pytest
from django.utils.translation import override

from port2port.base.errors import Invalid, TooLarge
from port2port.training.packages import reading
from port2port.training.packages.example import example
from port2port.training.packages.reading import read
from tests.training.packages.making import FILES, MASTERY, MEASURED, XML, manifest, package, zipped

THRESHOLD = '<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.5"/>'


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def why(data: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        read(data)
    (problem,) = refused.value.problems
    assert problem.field == "file"
    return str(problem.message)


@pytest.mark.parametrize(
    ("standard", "changes", "passing", "threshold"),
    [
        ("1.2", {}, None, None),
        ("1.2", {"item": MASTERY}, 80, None),
        ("2004", {}, None, None),
        ("2004", {"version": "CAM 1.3"}, None, None),
        ("2004", {"version": "2004 3rd Edition", "item": MEASURED}, 0.8, None),
        ("2004", {"item": THRESHOLD}, None, 0.5),
    ],
)
def test_both_standards_are_read(standard, changes, passing, threshold):
    found = read(package(standard, **changes)).manifest
    assert (found.standard, found.title, found.launch) == (standard, "At the gate", "index.html")
    assert (found.passing, found.threshold) == (passing, threshold)


def test_what_opens_first_is_found_with_its_parameters_and_base():
    data = package(files={"sco/in dex.html": "x"}, parameters=' parameters="?lang=nl"', href="sco/in%20dex.html")
    assert (read(data).manifest.launch, read(data).manifest.parameters) == ("sco/in dex.html", "?lang=nl")
    based = manifest().replace('<resource identifier="r"', '<resource identifier="r" xml:base="sco/"')
    assert read(zipped({"imsmanifest.xml": based, "sco/index.html": "x"})).manifest.launch == "sco/index.html"


def test_what_is_written_anew_reads_the_same_and_leaves_out_what_is_not_opened():
    found = read(package(files=FILES | {"go.exe": b"MZ", "old.swf": b"FWS", "doc.pdf": b"%PDF"}))
    assert found.left_out == ("doc.pdf", "go.exe", "old.swf")
    again = read(found.packed())
    assert (again.manifest, again.files, again.left_out) == (found.manifest, found.files, ())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no zip", "not a zip"),
        (zipped(FILES), "no imsmanifest.xml at its top"),
        (zipped({"course/imsmanifest.xml": manifest()} | FILES), "no imsmanifest.xml at its top"),
        (package(xml=f'{XML}<!DOCTYPE m [<!ENTITY a "aaaa">]>'), "document type or entities"),
        (package(xml=f'{XML}<!DOCTYPE m SYSTEM "file:///etc/passwd">'), "document type or entities"),
        (package(xml="<?xml version='1.0' encoding='nonsense'?>"), "not XML"),
        (package(item="<title"), "not XML"),
        (package("2004", version="1.1"), "neither SCORM 1.2 nor SCORM 2004"),
        (package(items='<item identifier="j" identifierref="r"><title>Two</title></item>'), "has 2 parts"),
        (package(kind="asset"), "tells no result"),
        (package(href="https://elsewhere.example/"), "outside the package"),
        (package(href="//elsewhere.example/x.html"), "outside the package"),
        (package(href="/index.html"), "outside the package"),
        (package(href="../index.html"), "not a page of the package"),
        (package(href="find.js"), "not a page of the package"),
        (package(href="missing.html"), "not a page of the package"),
        (package(item="<adlcp:prerequisites>i1</adlcp:prerequisites>"), "order of parts"),
        (package("2004", item="<imsss:sequencing><imsss:sequencingRules/></imsss:sequencing>"), "order of parts"),
        (package(item=MASTERY.replace("80", "180")), "From which score"),
        (package(item="<adlcp:masteryscore>nan</adlcp:masteryscore>"), "From which score"),
        (package(files=FILES | {"../out.html": "x"}), "mislead (../out.html)"),
        (package(files=FILES | {"/etc/x.html": "x"}), "mislead"),
        (package(files=FILES | {"a\\b.html": "x"}), "mislead"),
        (package(files=FILES | {"INDEX.html": "x"}), "mislead"),
        (package(files=FILES | {"a~.html": "x"}).replace(b"a~.html", b"a\0.html"), "mislead"),
        (package(files=FILES | {"zeros.txt": bytes(2_000_000)}), "far more than it should"),
        (package(files={f"{n}.txt": "x" for n in range(1001)}), "more than 1000 files"),
    ],
)
def test_what_misleads_or_cannot_be_played_is_refused(data, said):
    assert said in why(data)


def test_a_link_and_a_device_are_refused():
    for mode in (0o120777, 0o020666):
        written = io.BytesIO(package())
        with zipfile.ZipFile(written, "a") as archive:
            link = zipfile.ZipInfo("link.html")
            link.create_system, link.external_attr = 3, mode << 16
            archive.writestr(link, "/etc/passwd")
        assert "mislead" in why(written.getvalue())


def test_a_package_with_a_password_or_a_lie_about_its_length_is_refused():
    data = bytearray(package())
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1  # APPNOTE.TXT 4.4.4: encrypted
    assert "password" in why(bytes(data))
    data = bytearray(package())
    central = data.index(b"PK\x01\x02")
    data[central + 24 : central + 28] = (10).to_bytes(4, "little")  # 4.4.9: uncompressed size
    assert "not a zip" in why(bytes(data))


def test_what_is_too_large_is_refused(monkeypatch):
    with pytest.raises(TooLarge):
        read(bytes(reading.LARGEST + 1))
    monkeypatch.setattr(reading, "LARGEST_UNPACKED", 100)
    assert "unpacks to more than" in why(package())


def test_the_package_to_try_with_is_one():
    found = read(example())
    assert (found.manifest.standard, found.manifest.passing, found.left_out) == ("1.2", 100.0, ())
    assert set(found.files) == {"index.html", "course.js", "course.css"}
