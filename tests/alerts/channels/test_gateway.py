"""SMS and calls by a gateway that a template describes."""

import json

import pytest
from django.conf import settings
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from port2port.alerts.channels import gateway as channel
from port2port.alerts.channels.gateway import BadGateway, gsm7, read_gateway, send, summons
from port2port.alerts.channels.outcome import Outcome
from tests.alerts.channels.receiver import AT, NEAR, TAKEN, receiving

TO = "+32000000000"
TEMPLATE = json.dumps(
    {
        "recipients": ["{to}"],
        "message": {"text": "{text}", "ref": "p2p-{id}", "call": "{voice}", "mode": "voice={voice}"},
        "options": {"validity": 60, "flash": False, "{to}": None, "note": 'a "quoted" { brace }'},
    }
)


def sent(answer=TAKEN, *, template=TEMPLATE, authorization="", **changes):
    """Send one to a real gateway; return the outcome and what came."""
    with receiving(answer) as there:
        gateway = read_gateway(there.url("/send"), template=template, authorization=authorization, reach=NEAR)
        words = {"to": TO, "language": "en", "message_id": "m-1", "voice": False, "at": AT, "reach": NEAR} | changes
        outcome = send(gateway, **words)
    return outcome, there.came


def test_the_gateway_gets_its_own_form():
    outcome, (came,) = sent()
    assert outcome == Outcome("delivered", "http.204")
    assert came.headers["content-type"] == "application/json" and "authorization" not in came.headers
    assert json.loads(came.body) == {
        "recipients": [TO],
        "message": {"text": summons("en"), "ref": "p2p-m-1", "call": False, "mode": "voice=false"},
        "options": {"validity": 60, "flash": False, "{to}": None, "note": 'a "quoted" { brace }'},
    }


def test_a_call_is_asked_for_as_a_boolean():
    body = json.loads(sent(voice=True)[1][0].body)
    assert body["message"]["call"] is True and body["message"]["mode"] == "voice=true"


def test_the_gateways_password_is_sent_and_not_shown():
    _outcome, (came,) = sent(authorization="Bearer invented-token")
    assert came.headers["authorization"] == "Bearer invented-token"
    shown = repr(read_gateway("https://sms.example/", template=TEMPLATE, authorization="Bearer invented-token"))
    assert "invented" not in shown


def test_a_value_becomes_neither_json_nor_another_placeholder():
    _outcome, (came,) = sent(message_id='{to}", "admin": "true')
    assert json.loads(came.body)["message"]["ref"] == 'p2p-{to}", "admin": "true'


@pytest.mark.parametrize(
    "to", ["", "0000000000", "+0000000000", "32000000000", "+32 000", "+32000000000\n", "+" + "1" * 16, "+٣٢٤٦٠٠٠٠٠٠"]
)
def test_another_number_than_e164_is_refused(to):
    with pytest.raises(ValueError, match="phone number"):
        sent(to=to)


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("", "not a JSON object"), ("{", "not a JSON object"), ('["{to}", "{text}"]', "not a JSON object"),
        ('{"a": "{to}"}', r"lacks \{text\}"), ('{"a": "{text}"}', r"lacks \{to\}"),
        ('{"{to}": "{text}"}', r"lacks \{to\}"), ('{"a": "{to} {text} {title}"}', r"\{title\}, which does not exist"),
        ('{"a": ["{to}", {"b": "{Text}"}]}', r"\{Text\}, which does not exist"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_work_is_refused_at_once(template, reason):
    with pytest.raises(BadGateway, match=reason):
        read_gateway("https://sms.example/", template=template)


def test_an_address_or_a_header_that_cannot_work_is_refused_at_once():
    with pytest.raises(BadGateway, match="scheme"):
        read_gateway("http://sms.example/", template=TEMPLATE)
    with pytest.raises(BadGateway, match="authorization") as refused:
        read_gateway("https://sms.example/", template=TEMPLATE, authorization="Bearer x\r\nX-Other: y")
    assert "Bearer" not in str(refused.value)


def test_the_summons_fits_one_message_in_every_language():
    for language, _name in settings.LANGUAGES:
        text = summons(language)
        assert 20 < len(text) < 160 and "?" not in text
        assert "Port 2 Port" in text and "http" not in text


def test_the_summons_is_in_the_persons_language(monkeypatch):
    """Shown with a word that has long been translated."""
    monkeypatch.setattr(channel, "SUMMONS", gettext_lazy("Withdrawn"))
    assert summons("en") == "Withdrawn"
    assert len({summons(language) for language, _name in settings.LANGUAGES}) == 4


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Il y a quelque chose à faire", "Il y a quelque chose à faire"),
        ("Größe, Übung, Ärger, Öl, ß", "Größe, Übung, Ärger, Öl, ß"),
        ("être reçu à Liège, œuvre, naïf, où", "etre recu à Liège, oeuvre, naif, où"),
        ("e\u0301te\u0301", "été"), ("Ça", "Ça"), ("„Hafen“ – ‘haven’…", "\"Hafen\" - 'haven'..."),
        ("5\u00a0€ [x] {y} \\ ~ ^ |", "5 € [x] {y} \\ ~ ^ |"), ("\u0133s ½ ẞ Åland", "ijs 1/2 SS Åland"),
        ("ship 🚢 日", "ship ? ?"), ("a\tb\x00", "a b?"), ("`x`", "'x'"), ("", ""), ("Łódź", "Lódz"),
    ],
)  # fmt: skip
def test_what_the_alphabet_lacks_is_folded(text, folded):
    assert gsm7(text) == folded.replace("ó", "o")


ALPHABET = set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà^{}\\[~]|€\f") | {
    chr(n) for n in (*range(48, 58), *range(65, 91), *range(97, 123))
}


@given(st.text(max_size=300))
def test_any_text_becomes_one_message(text):
    made = gsm7(text)
    assert set(made) <= ALPHABET
    assert sum(2 if letter in "^{}\\[~]|€\f" else 1 for letter in made) <= 160
    assert gsm7(made) == made


def test_the_alphabet_is_the_standards():
    """128 septets, of which one is the escape to the extension."""
    assert len(channel.BASIC) == 127 and channel.BASIC | channel.EXTENSION == ALPHABET


def test_a_letter_of_two_septets_is_never_cut_in_half():
    assert gsm7("a" * 159 + "€") == "a" * 159
    assert gsm7("€" * 100) == "€" * 80
    assert gsm7("a" * 200) == "a" * 160
