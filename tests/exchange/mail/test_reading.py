"""Messages are read as plain text within bounds; what a stranger writes in them hides, loads and proves nothing."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from port2port.exchange.mail.checks import Check, checks_of
from port2port.exchange.mail.html_text import text_of
from port2port.exchange.mail.reading import LARGEST, LONGEST_TEXT, Unfit, read_message
from tests.exchange.mail.letters import RESULTS, SERVER, letter, raw


def read(message: EmailMessage | bytes):
    return read_message(message if isinstance(message, bytes) else message.as_bytes(), server=SERVER)


def test_a_plain_message_is_read_as_it_claims():
    found = read(letter(Authentication_Results=RESULTS))
    assert found.sender == "Night desk <night@agent.example>"
    assert (found.subject, found.text) == ("At the fence", "Two men stood at the fence (invented).")
    assert found.written_at == datetime(2025, 11, 28, 2, 10, tzinfo=UTC)
    assert found.checks == [
        Check("spf", "pass", "agent.example"), Check("dkim", "pass", "agent.example"), Check("dmarc", "fail", ""),
    ]  # fmt: skip
    assert not found.attachments and not found.shortened


def test_words_in_other_character_sets_are_read():
    made = letter("Été, Zeebrügge, café (verzonnen).", Subject="Déjà vu à Liège", From="Jérôme <j@agent.example>")
    found = read(made)
    assert (found.subject, found.sender) == ("Déjà vu à Liège", "Jérôme <j@agent.example>")
    assert found.text.startswith("Été")
    made = letter()
    made.set_content("Été (verzonnen)", charset="iso-8859-1")
    assert read(made).text == "Été (verzonnen)"
    straight = "From: é <e@agent.example>\nSubject: été\nContent-Type: text/plain; charset=no-such\n\nété\n".encode()
    found = read(straight)  # RFC 6532, and a set that there is not
    assert (found.sender, found.subject, found.text) == ("é <e@agent.example>", "été", "été")


def test_plain_text_is_read_rather_than_html_and_html_only_as_its_text():
    both = letter("plain")
    both.add_alternative("<p>other</p>", subtype="html")
    assert read(both).text == "plain"
    alone = letter()
    alone.set_content(
        "<html><head><title>t</title><style>p{}</style></head><body><p>One<br>two &amp; three</p>"
        "<script>steal()</script><img src='https://evil.example/p.png'><a href='https://evil.example/'>here</a></body>",
        subtype="html",
    )
    assert read(alone).text == "One\ntwo & three\nhere <https://evil.example/>"


def test_attachments_are_listed_and_not_kept():
    made = letter("See the picture (invented).")
    made.add_attachment(b"\x89PNG" * 100, maintype="image", subtype="png", filename="fence\u202egnp.png")
    made.add_attachment("name;phone\n", subtype="csv", filename="list.csv")
    made.add_attachment(letter("inner secret"))
    found = read(made)
    assert found.text == "See the picture (invented)."
    assert [(one.name, one.type) for one in found.attachments] == [
        ("fencegnp.png", "image/png"), ("list.csv", "text/csv"), ("", "message/rfc822"),
    ]  # fmt: skip
    assert found.attachments[0].size == 400


def test_what_cannot_be_shown_is_left_out_and_long_text_is_cut():
    found = read(letter("a\u202eb\x07c " + "x" * LONGEST_TEXT, Subject="s\u2066t"))
    assert found.text.startswith("abc x") and found.shortened and len(found.text) <= LONGEST_TEXT
    assert found.subject == "st"


def test_a_message_is_known_again_by_its_id_or_else_by_all_of_it():
    assert read(raw()).digest == read(letter("another text")).digest
    assert read(raw()).digest != read(raw(Message_ID="<two@agent.example>")).digest
    assert read(raw(Message_ID="")).digest != read(letter("another text", Message_ID="")).digest


DEEP = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(40))


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"no headers at all",
        b"From: a@b.example\nFrom: c@d.example\n\ntext",
        b"Subject: x\n\ntext",
        b"From: a@b.example\n" + b"X-Long: " + b"y" * 70_000 + b"\n\ntext",
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
        + b"--b\ncontent-type: text/plain\n\nx\n" * 200,
        b"From: a@b.example\n" + DEEP,
        b"From: a@b.example\n\n" + b"x" * LARGEST,
    ],
    ids=["empty", "no-message", "two-senders", "no-sender", "long-headers", "many-parts", "deep", "large"],
)
def test_what_is_too_much_or_no_message_is_refused_with_a_reason(hostile):
    with pytest.raises(Unfit) as error:
        read(hostile)
    assert str(error.value)


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_or_refused(data):
    for message in (
        data,
        b"From: a@b.example\n" + data,
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n" + data,
    ):
        try:
            found = read(message)
        except Unfit as error:
            assert str(error)
        else:
            assert len(found.digest) == 64 and "\x00" not in found.text + found.subject + found.sender


@given(st.text(st.sampled_from("<>/&;=\"' ascriptpbr\n!-"), max_size=200))
def test_whatever_html_comes_is_read_as_text(html):
    assert text_of(f"<p>shown</p>{html}").startswith("shown")


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ([RESULTS.replace(SERVER, "mx.evil.example")], []),
        ([f"{SERVER} 1; none"], []),
        (
            [f'"{SERVER.upper()}"; spf=fail (c (nested; dkim=pass) x) smtp.mailfrom="a;b@x.example"'],
            [("spf", "fail", "a;b@x.example")],
        ),
        (
            [f"{SERVER}; spf=fail", f"{SERVER}; spf=pass; dkim=pass header.d=x.example"],
            [("spf", "fail", ""), ("dkim", "pass", "x.example")],
        ),
        ([f"{SERVER}; dkim = temperror; dkim=pass header.d=y.example; auth=pass; spf=excellent"],
         [("dkim", "temperror", ""), ("dkim", "pass", "y.example"), ("spf", "unknown", "")]),
        ([f"({SERVER}; spf=pass"], []),
        ([""], []),
    ],
)  # fmt: skip
def test_only_the_own_server_is_believed_and_its_topmost_word(headers, found):
    assert [(one.method, one.result, one.about) for one in checks_of(headers, SERVER)] == found
    assert not checks_of(headers, "")


@given(st.lists(st.text(max_size=60), max_size=3))
def test_whatever_a_header_says_it_is_bounded(headers):
    for one in checks_of([f"{SERVER};{text}" for text in headers], SERVER):
        assert one.method in ("spf", "dkim", "dmarc") and len(one.about) <= 120
