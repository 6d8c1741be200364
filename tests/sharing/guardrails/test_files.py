"""A file is what its content is; what is shared of it is made anew in a process with bounds."""

import io
import random
import signal
import subprocess
import sys
import zipfile
import zlib

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.table import Table
from PIL import Image
from pypdf import PdfReader

from port2port.sharing.guardrails import files, refusals
from port2port.sharing.guardrails.child import answered
from port2port.sharing.guardrails.examining import examine
from port2port.sharing.guardrails.files import Examined, NotAccepted, examined
from port2port.sharing.guardrails.markings import marking
from port2port.sharing.guardrails.pictures import without_metadata
from port2port.sharing.guardrails.taken import LONGEST_TEXT
from tests.sharing.guardrails import making

PLANTS = (making.PLANTED.encode(), making.SECRET_PLACE.encode())


def code_of(content: bytes, filename: str) -> str:
    with pytest.raises(NotAccepted) as refused:
        examine(content, filename)
    return refused.value.code


def everything_in(content: bytes) -> bytes:
    """The bytes, and those of every zip entry and packed stream in it: a string hides in none of them."""
    found = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found += [entry.filename.encode() + entry.comment + archive.read(entry) for entry in archive.infolist()]
    for piece in content.split(b"stream\n")[1:]:
        try:
            found.append(zlib.decompressobj().decompress(piece))
        except zlib.error:
            continue
    return b"\n".join(found)


OPEN_XML = "application/vnd.openxmlformats-officedocument."
WHOLE = [
    (making.picture(), "gate.JPG", "image/jpeg", "ISPS beperkt", "exif gps xmp comment"),
    (making.picture("PNG"), "gate.png", "image/png", making.SECRET_PLACE, "exif gps comment"),
    (making.picture("WEBP"), "gate.webp", "image/webp", "ISPS beperkt", "exif gps xmp"),
    (
        making.pdf(),
        "plan.pdf",
        "application/pdf",
        "Quay plan",
        "javascript attachments properties xmp actions author picture_metadata private_data",
    ),
    (
        making.docx(),
        "plan.docx",
        OPEN_XML + "wordprocessingml.document",
        "Quay plan",
        "author properties thumbnail custom_data template revisions outside_link path picture_metadata",
    ),
    (making.xlsx(), "gates.xlsx", OPEN_XML + "spreadsheetml.sheet", "+32 470 12 34 12", "author properties"),
    (
        making.odt(),
        "plan.odt",
        "application/vnd.oasis.opendocument.text",
        "Quay plan",
        "author properties thumbnail printer outside_link picture_metadata",
    ),
]


@pytest.mark.parametrize(("content", "filename", "media_type", "said", "removed"), WHOLE, ids=[row[1] for row in WHOLE])
def test_nothing_planted_comes_through_the_whole_way(content, filename, media_type, said, removed):
    assert any(plant in everything_in(content) for plant in PLANTS), "the file holds no plant to be found"
    found = examined(content, filename)
    assert found.media_type == media_type
    assert said in found.text
    assert set(found.removed) >= set(removed.split())
    for plant in PLANTS:
        assert plant not in everything_in(found.cleaned)
        assert plant.decode().encode("utf-16-be") not in everything_in(found.cleaned)
    again = examine(found.cleaned, filename)
    assert not set(again.removed) & set(removed.split()) - {"properties"}, "what was removed is still there"


def test_a_picture_is_turned_upright_and_made_smaller():
    turned = examine(making.picture(orientation=6), "gate.jpg")
    with Image.open(io.BytesIO(turned.cleaned)) as shown:
        assert (
            shown.size == (20, 40)
            and not shown.getexif()
            and set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        )
        red, _green, blue = shown.getpixel((10, 5))
        assert red > 200 > blue
    with Image.open(io.BytesIO(examine(making.picture(size=(4000, 1000)), "wide").cleaned)) as shown:
        assert shown.size == (2560, 640)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_drawn(mode):
    written = io.BytesIO()
    (Image.new(mode, (9, 9)) if mode != "P" else Image.new("RGBA", (9, 9)).convert("P")).save(written, "PNG")
    with Image.open(io.BytesIO(examine(written.getvalue(), "x.png").cleaned)) as shown:
        assert shown.size == (9, 9)


def test_colours_of_a_printer_become_those_of_a_screen():
    written = io.BytesIO()
    Image.new("CMYK", (9, 9), (0, 255, 255, 0)).save(written, "JPEG")
    with Image.open(io.BytesIO(examine(written.getvalue(), "x.jpg").cleaned)) as shown:
        assert shown.mode == "RGB" and shown.getpixel((4, 4))[0] > 200


def test_a_pdf_still_shows_its_page_and_its_safe_link():
    cleaned = examine(making.pdf(), "plan.pdf").cleaned
    reader = PdfReader(io.BytesIO(cleaned))
    page = reader.pages[0]
    assert "Quay plan" in page.extract_text() and page.images[0].image.size == (40, 20)
    actions = [note.get_object().get("/A") for note in page["/Annots"]]
    assert [action["/URI"] for action in actions if action] == ["https://example.org/gate"]
    assert page["/Annots"][0].get_object()["/Contents"] == "A note on the gate"
    for word in (
        b"/JavaScript",
        b"/JS",
        b"/EmbeddedFile",
        b"/Launch",
        b"/Author",
        b"/Metadata",
        b"/PieceInfo",
        b"/OpenAction",
    ):
        assert word not in cleaned


def test_office_files_keep_what_they_say():
    with zipfile.ZipFile(io.BytesIO(examine(making.docx(), "plan.docx").cleaned)) as archive:
        names = set(archive.namelist())
        document = archive.read("word/document.xml").decode()
        links = archive.read("word/_rels/document.xml.rels").decode()
        types = archive.read("[Content_Types].xml").decode()
        assert archive.read("word/media/image1.jpeg").startswith(b"\xff\xd8")
        assert b"Author: look at this" in archive.read("word/comments.xml")
    assert not {name for name in names if name.startswith(("docProps", "customXml", "unreached"))}
    assert 'mc:Ignorable="w14"' in document and 'xml:space="preserve">Quay plan </w:t>' in document
    assert "rsid" not in document and 'name="gate.jpg"' in document
    assert "https://example.org/gate" in links and links.count("about:blank") == 2
    assert "core-properties" not in types and "document.main+xml" in types


def test_a_table_can_be_opened_again():
    sheet = load_workbook(io.BytesIO(examine(making.xlsx(), "gates.xlsx").cleaned)).active
    assert (sheet["A1"].value, sheet["A2"].value) == ("Gate", 51.2)
    assert sheet["A1"].comment.author == "Author" or sheet["A1"].comment.author == ""
    assert "look at this" in sheet["A1"].comment.text and making.PLANTED not in sheet["A1"].comment.text


def test_a_table_keeps_its_name_and_a_drawing_loses_its_title():
    book = Workbook()
    book.active.append(["gate", "hour"])
    book.active.append(["Kallo", 3])
    book.active.add_table(Table(displayName="Gates", ref="A1:B2"))
    written = io.BytesIO()
    book.save(written)
    assert "Gates" in load_workbook(io.BytesIO(examine(written.getvalue(), "x.xlsx").cleaned)).active.tables
    title = making.PLANTED.encode("utf-16-le")
    header = bytearray(88)
    header[:4], header[40:44] = b"\x01\x00\x00\x00", b" EMF"
    header[60:64], header[64:68] = (len(title) // 2).to_bytes(4, "little"), (88).to_bytes(4, "little")
    drawing = without_metadata(bytes(header) + title + b"rest")
    assert drawing == bytes(header) + bytes(len(title)) + b"rest"


@pytest.mark.parametrize(
    ("content", "filename", "level"),
    [
        (making.picture(), "gate.jpg", "isps_restricted"),
        (making.pdf(), "plan.pdf", "isps_restricted"),
        (making.pdf("GEHEIM"), "plan.pdf", "be_secret"),
        (making.docx(header="ZEER GEHEIM"), "plan.docx", "be_top_secret"),
        (making.docx(text="x" * LONGEST_TEXT, header="ZEER GEHEIM"), "plan.docx", "be_top_secret"),
        (making.docx(), "plan.docx", "be_secret"),
        (making.xlsx(), "gates.xlsx", "be_confidential"),
        (making.odt(), "plan.odt", "be_secret"),
        (b"NATO RESTRICTED\nplan", "plan.txt", "nato_restricted"),
    ],
)
def test_a_marking_is_found_wherever_it_stands(content, filename, level):
    found = marking(examine(content, filename).text)
    assert found is not None and found.level == level


def test_words_of_properties_are_read_and_makers_are_not():
    for content, name in (
        (making.docx(), "a.docx"),
        (making.pdf(), "a.pdf"),
        (making.odt(), "a.odt"),
        (making.xlsx(), "a.xlsx"),
    ):
        text = examine(content, name).text
        assert "Own property" in text
        assert name == "a.pdf" or making.PLANTED not in text.replace(f"{making.PLANTED}:", "")


def test_the_text_is_bounded():
    assert len(examine(b"long " * 100_000, "x.txt").text) == LONGEST_TEXT


def test_text_is_shared_as_it_is():
    content = "\ufeffpoort;uur\r\nKallo;03:00\r\nnégligé;-5\r\n".encode()
    found = examine(content, "gates.csv")
    assert (found.media_type, found.extension, found.cleaned, found.removed) == ("text/csv", "csv", content, ())
    assert found.text.startswith("poort")
    assert examine(b"a note", "").media_type == "text/plain"


def changed(**parts: str | bytes) -> bytes:
    return making.zipped(
        making.docx_parts() | {name.replace("__", "/").replace("_xml", ".xml"): text for name, text in parts.items()}
    )


def macro() -> bytes:
    parts = making.docx_parts()
    parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace(
        making.DOCX_MAIN, "application/vnd.ms-word.document.macroEnabled.main+xml"
    )
    return making.zipped(parts)


def hidden_macro() -> bytes:
    return making.zipped(
        making.docx_parts()
        | {
            "word/_rels/comments.xml.rels": making.relationships(("r", "vbaProject", "a.bin")),
            "word/a.bin": b"\xcc\x61",
        }
    )


def embedded() -> bytes:
    return making.zipped(
        making.docx_parts()
        | {"word/_rels/comments.xml.rels": making.relationships(("r", "package", "a.bin")), "word/a.bin": b"MZ\x00\x01"}
    )


def disguised() -> bytes:
    """A program where a picture should be."""
    return making.zipped(making.docx_parts() | {"word/media/image1.jpeg": b"MZ\x00\x01"})


def odt_with(name: str, content: bytes | str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(making.odt())) as archive:
        return making.zipped({entry: archive.read(entry) for entry in archive.namelist()} | {name: content})


def locked_zip() -> bytes:
    content = bytearray(making.docx())
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        at = content.find(start)
        content[at + (6 if start == b"PK\x03\x04" else 8)] |= 1
    return bytes(content)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
DTD = '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><w:document xmlns:w="urn:w">&c;</w:document>'
DDE = (
    f'<w:document xmlns:w="{making.WORD}"><w:p><w:instrText>DDE</w:instrText><w:instrText>AUTO c</w:instrText></w:p>'
    "</w:document>"
)
ODF_DDE = '<x xmlns:t="t"><t:table-cell t:formula="of:=DDE(&quot;soffice&quot;;&quot;a&quot;;&quot;b&quot;)"/></x>'


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [
        (b"", "x.txt", "empty"),
        (bytes(10_000_001), "x.txt", "too_large"),
        (b"MZ\x90\x00\x03", "x.exe", "program"),
        (b"MZ\x90\x00\x03", "x.txt", "program"),
        (b"\x7fELF\x02\x01", "photo.jpg", "program"),
        (b"\x1f\x8b\x08\x00", "x.gz", "archive"),
        (making.zipped({"a.txt": "a"}), "x.zip", "archive"),
        (making.zipped({"a.txt": "a"}), "x.docx", "archive"),
        (b"<!DOCTYPE html><p>hi", "x.html", "web_page"),
        (b"hello <script>alert(1)</script>", "x.txt", "web_page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "x.svg", "web_page"),
        (b'<?xml version="1.0"?><a/>', "x.txt", "web_page"),
        (b"#!/bin/sh\nls", "x.txt", "script"),
        (b"Get-Process", "x.ps1", "disagrees"),
        (b"From: a@example.org\r\nMIME-Version: 1.0\r\n\r\nhello", "x.eml", "mail"),
        (OLE, "x.doc", "old_office"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "x.docx", "encrypted"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "x.heic", "heic"),
        (b"GIF89a\x01\x00\x01\x00", "x.gif", "unknown"),
        (b"caf\xe9 du port", "x.txt", "not_utf8"),
        (b"bell \x07 bell", "x.txt", "control_characters"),
        (b"a;b\n=cmd|'/c calc'!A1;2\n", "x.csv", "formula"),
        (making.picture(), "x.png", "disagrees"),
        (making.picture("PNG"), "plan.pdf", "disagrees"),
        (making.docx(), "x.xlsx", "disagrees"),
        (making.odt(), "x.docx", "disagrees"),
        (making.picture() + making.docx(), "x.jpg", "several_kinds"),
        (making.pdf() + making.zipped({"a": "b"}), "x.pdf", "several_kinds"),
        (making.picture()[:4] + b"<script>x</script>" + making.picture()[4:], "x.jpg", "several_kinds"),
        (making.zipped({"a": b"%PDF-1.7 "}, zipfile.ZIP_STORED), "x.docx", "several_kinds"),
        (b"text\n%PDF-1.7\n", "x.txt", "several_kinds"),
        (making.pdf(password="planted"), "x.pdf", "encrypted"),
        (making.pdf(pages=501), "x.pdf", "too_many_pages"),
        (b"%PDF-1.7\nnothing", "x.pdf", "damaged"),
        (making.picture()[:300], "x.jpg", "damaged"),
        (macro(), "x.docx", "macros"),
        (macro(), "x.docm", "macros"),
        (hidden_macro(), "x.docx", "macros"),
        (embedded(), "x.docx", "embedded"),
        (disguised(), "x.docx", "embedded"),
        (odt_with("Pictures/b.png", b"MZ\x00\x01"), "x.odt", "embedded"),
        (odt_with("Basic/script.xml", "<x/>"), "x.odt", "macros"),
        (odt_with("content.xml", ODF_DDE), "x.odt", "macros"),
        (odt_with("META-INF/manifest.xml", "<encryption-data/>"), "x.odt", "encrypted"),
        (locked_zip(), "x.docx", "encrypted"),
        (changed(word__document_xml=DTD), "x.docx", "damaged"),
        (changed(word__document_xml=DDE), "x.docx", "macros"),
        (changed(**{"../evil": "x"}), "x.docx", "damaged"),
        (making.zipped({f"{n}": "" for n in range(2001)}), "x.docx", "bomb"),
        (making.zipped({"a": bytes(5_000_000)}), "x.docx", "bomb"),
    ],
)  # fmt: skip
def test_what_is_not_taken(content, filename, code):
    assert code_of(content, filename) == code


def test_every_reason_is_a_plain_sentence():
    for code in refusals.REASONS:
        error = refusals.refusal(code)
        assert error.code == code and error.status == 422
        with translation.override("en"):
            assert str(error.reason).endswith(".")


def chunk(name: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")


def huge_png(side: int) -> bytes:
    header = side.to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def test_a_picture_bomb_is_refused_before_it_is_decoded():
    assert code_of(huge_png(50_000), "x.png") == "too_many_pixels"
    assert code_of(huge_png(7_800), "x.png") == "too_many_pixels"
    assert code_of(huge_png(7_000), "x.png") == "damaged"


def heavy_docx() -> bytes:
    """150 MB of text in 1 MB, below every limit that can be read before unpacking."""
    some = random.Random(1)
    text = "".join(some.randbytes(2_500).hex() + "a" * 495_000 for _ in range(300))
    return making.docx(text=text)


def flate_bomb() -> bytes:
    """A PDF whose page unpacks to a gigabyte."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(1000)) + packer.flush()
    return making.pdf_with_page(packed)


MEASURE = """
import resource, sys
from port2port.sharing.guardrails.files import NotAccepted, examined
content = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    told = examined(content, "").media_type
except NotAccepted as error:
    told = error.code
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(told, grown // 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (heavy_docx(), {"too_hard", OPEN_XML + "wordprocessingml.document"}),
        (flate_bomb(), {"damaged", "too_hard", "application/pdf"}),
        (huge_png(7_700), {"damaged"}),
    ],
    ids=["docx", "pdf", "png"],
)
def test_a_bomb_costs_its_own_process_a_bounded_memory_and_ours_nearly_none(content, told):
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        input=content,
        capture_output=True,
        check=True,
        env={"PYTHONPATH": files.SOURCE},
    )
    answer, ours, theirs = done.stdout.decode().split()
    assert answer in told
    assert int(ours) < 64 and int(theirs) <= 1024, "in MB"


CHILD = "import sys; sys.stdin.buffer.read(); "


@pytest.mark.parametrize(
    "program",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "sys.exit(1)",
        "print('no json')",
        'print(\'{"refused": "invented"}\')',
        "import time; time.sleep(60)",
        "import os\nwhile True: os.write(1, bytes(1000000))",
        "from port2port.sharing.guardrails.child import bound; bound(); bytearray(2 << 30)",
        "print('{}')",
    ],
)
def test_a_child_that_fails_in_any_way_is_a_refusal(monkeypatch, program):
    monkeypatch.setattr(files, "WALL_SECONDS", 2.0)
    monkeypatch.setattr(files, "CHILD", (sys.executable, "-c", CHILD + program))
    with pytest.raises(NotAccepted) as refused:
        examined(b"hello", "x.txt")
    assert refused.value.code in ("too_hard", "damaged")


def test_a_child_that_reads_nothing_or_cannot_start_is_a_refusal(monkeypatch):
    monkeypatch.setattr(files, "CHILD", (sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(NotAccepted):
        examined(b"x" * 1_000_000, "x.txt")
    monkeypatch.setattr(files, "CHILD", ("/nowhere/program",))
    with pytest.raises(NotAccepted) as refused:
        examined(b"hello", "x.txt")
    assert refused.value.code == "not_examined"


def test_the_child_is_bounded_and_sees_no_secret():
    program = (
        "import os, resource, sys; from port2port.sharing.guardrails.child import bound; bound(); "
        "print(resource.getrlimit(resource.RLIMIT_AS)[1], resource.getrlimit(resource.RLIMIT_CPU)[1], "
        "resource.getrlimit(resource.RLIMIT_FSIZE)[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, env={"PYTHONPATH": files.SOURCE}
    )
    assert done.stdout.split() == [b"1073741824", b"20", b"0"]


def test_the_child_gets_no_environment(monkeypatch):
    monkeypatch.setenv("PORT2PORT_PLANTED", "planted")
    tell = (
        "import os, sys; sys.stdin.buffer.read(); "
        "sys.exit('PORT2PORT_PLANTED' in os.environ or print('{\"media_type\": \"a\"}\\nx'))"
    )
    monkeypatch.setattr(files, "CHILD", (sys.executable, "-c", tell))
    assert examined(b"hello", "x.txt").media_type == "a"


def test_endless_work_is_ended_by_the_limit_on_time():
    program = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode in (-signal.SIGXCPU, -signal.SIGKILL)


SEEDS = [
    making.picture(),
    making.picture("PNG"),
    making.picture("WEBP"),
    making.pdf(),
    making.docx(),
    making.xlsx(),
    making.odt(),
]


BEGINNINGS = [b"%PDF-1.7\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"RIFF0000WEBP"]


def overwritten(seed: bytes, at: int, piece: bytes) -> bytes:
    at %= len(seed)
    return seed[:at] + piece + seed[at + len(piece) :]


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.tuples(st.sampled_from(BEGINNINGS), st.binary(max_size=300)).map(b"".join),
        st.builds(overwritten, st.sampled_from(SEEDS), st.integers(0, 10_000), st.binary(min_size=1, max_size=40)),
    ),
    st.sampled_from(["", "x", "x.txt", "x.pdf", "x.jpg", "x.png", "x.docx", "\ud800.odt", "x.xlsx"]),
)  # fmt: skip
def test_any_bytes_are_taken_or_refused(content, filename):
    answer, cleaned = answered(content, filename)
    assert bool(answer.refused) != bool(cleaned)
    assert answer.refused == "" or answer.refused in refusals.REASONS


@settings(max_examples=5, deadline=None)
@given(st.binary(max_size=100), st.text(max_size=20))
def test_any_bytes_are_taken_or_refused_by_the_child_too(content, filename):
    try:
        assert isinstance(examined(content, filename), Examined)
    except NotAccepted as error:
        assert error.code in refusals.REASONS


def test_the_child_speaks_in_frames():
    content = b"one\n\ntwo\n"
    assert examined(content, 'a "name"\n.txt').cleaned == content
