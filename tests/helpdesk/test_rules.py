"""The pure parts: what reads like a tip, titles, tokens and codes, what data files are refused."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as some

from port2port.base.clock import now
from port2port.helpdesk import vocabulary
from port2port.helpdesk.particulars import Origin, particulars
from port2port.helpdesk.proof import (
    ALPHABET,
    CODE_LETTERS,
    Form,
    code_of,
    hashed_code,
    make_token,
    neighbourhood,
    proves,
    read_token,
)
from port2port.helpdesk.rules import LONGEST_TITLE, reads_like_tip, takes_cases, title_of
from port2port.helpdesk.vocabulary import DATA, DESKS, read_desks, read_tip_words, read_topics

KEY, PLACE = "a key", "192.0.2.0/24"


@pytest.mark.parametrize(
    "text",
    [
        "Ik heb gezien dat er cocaïne in een container zat.",
        "J'ai vu des hommes cacher de la drogue sur le quai.",
        "Ich habe gesehen, wie Kokain ausgeladen wurde.",
        "I saw somebody hide cocaine on the quay.",
        "Anonieme tip: kijk eens bij de loods.",
        "My colleague is being bribed, I think.",
    ],
)
def test_tips_are_recognised(text):
    assert reads_like_tip(text, vocabulary.tip_words())


@pytest.mark.parametrize(
    "text",
    [
        "Hoe beschermen wij ons personeel tegen ronselaars en uithalers?",
        "Faut-il un chien drogue à chaque porte ?",
        "Müssen wir Waffen von Wachleuten melden?",
        "What do we do when a driver arrives without a badge?",
        "We saw your course on badges; when is the next one?",
        "Mag een chauffeur zonder badge op de kaai?",
    ],
)
def test_questions_of_companies_are_not_taken_for_tips(text):
    assert not reads_like_tip(text, vocabulary.tip_words())


@given(some.text(max_size=300))
def test_a_title_is_a_short_beginning(text):
    title = title_of(text)
    assert len(title) <= LONGEST_TITLE + 4 and "\n" not in title
    assert text.split() == [] or title.split()[0][:10] in text


@given(some.text(max_size=200), some.text(max_size=20))
def test_no_text_is_a_token_or_a_proof_by_itself(text, proof):
    assert read_token(text, KEY, Form.ASK, PLACE) is None
    assert not proves("token", proof, bits=28)


def test_a_token_serves_one_form_one_key_and_one_place():
    made = make_token(KEY, Form.ASK, PLACE, at=now())
    assert read_token(made, KEY, Form.ASK, PLACE) is not None
    assert read_token(made, KEY, Form.WRITE, PLACE) is None
    assert read_token(made, "another", Form.ASK, PLACE) is None
    assert read_token(made, KEY, Form.ASK, "198.51.100.0/24") is None
    assert read_token(made + "=", KEY, Form.ASK, PLACE) is None
    assert read_token(made[:-1], KEY, Form.ASK, PLACE) is None


def test_codes_differ_and_are_forgiven_what_people_do_to_them():
    codes = set()
    for _ in range(200):
        token = read_token(make_token(KEY, Form.ASK, PLACE, at=now()), KEY, Form.ASK, PLACE)
        assert token is not None
        code = code_of(token, KEY)
        assert code == code_of(token, KEY) != code_of(token, "another")
        codes.add(code)
        bare = code.replace("-", "")
        assert len(bare) == CODE_LETTERS and set(bare) <= set(ALPHABET)
        typed = f" {code.lower()} ".replace("0", "o").replace("1", "l").replace("-", " - ")
        assert hashed_code(typed) == hashed_code(code)
    assert len(codes) == 200


@given(some.text(alphabet=string.printable, max_size=60))
def test_whatever_is_typed_has_a_hash(typed):
    assert len(hashed_code(typed)) == 32


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_neighbourhoods(address, place):
    assert neighbourhood(address, ipv4_bits=24, ipv6_bits=48) == place


ORIGIN = Origin(
    ("Schelde Scheepsagentuur NV", "Scheldt Shipping Agency"), ("BEANR-9907",),
    ("Our gate code is 834921 and Janssens Transport NV was here in 2025.",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The SCHELDE agency", "company"),
        ("scheepsagentuur", "company"),
        ("facility beanr 9907", "identifier"),
        ("Janssens did it", "company"),
        ("code 834921", "number"),
        ("Write to somebody@somewhere.example", "person"),
        ("MSKU1234565", "identifier"),
        ("Rue de la Gare 12", "address"),
        ("Other Company GmbH", "company"),
    ],
)
def test_particulars_are_found(text, kind):
    assert kind in {one.kind for one in particulars(f"Before. {text} said so.", ORIGIN)}


def test_what_tells_of_nobody_is_left_alone():
    text = "In 2025 a shipping agency asked for 3 badges; the terminal at the port said see https://example.org/badges."
    assert particulars(text, ORIGIN) == []


@given(some.text(max_size=400))
def test_any_text_is_looked_at(text):
    assert isinstance(particulars(text, ORIGIN), list)


@pytest.mark.parametrize(
    ("file", "was", "becomes", "said"),
    [
        ("topics.v1.toml", "tip = true", "tip = false", "exactly one topic is the tip"),
        ("topics.v1.toml", 'code = "cyber"', 'code = "access"', "stands here twice"),
        ("topics.v1.toml", "https://portwatch.be/\"", "http://portwatch.be/\"", "portwatch"),
        ("tip_words.v1.toml", 'code = "de"', 'code = "xx"', "each of the four languages"),
        ("desks.v1.toml", "national = true", "national = false", "exactly one desk is the national one"),
        ("desks.v1.toml", '"BEGNE"', '"BEANR"', "BEANR belongs to 'antwerp-bruges' already"),
        ("desks.v1.toml", "closing_hours = 504", "closing_hours = 5", "not closed before it is answered"),
        ("desks.v1.toml", 'fr = "Guichet d’aide North', 'xx = "Guichet d’aide North', "names.fr"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_line(tmp_path, file, was, becomes, said):
    text = (DATA / file).read_text(encoding="utf-8")
    assert was in text
    path = tmp_path / file
    path.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    reads = {"topics.v1.toml": read_topics, "tip_words.v1.toml": read_tip_words, "desks.v1.toml": read_desks}
    with pytest.raises(ValueError, match=said.replace("'", ".")):
        reads[file](path)


def test_the_files_that_ship_are_right():
    assert len(read_desks(DESKS)) == 3 and vocabulary.public_form().work_bits == 15
    assert sum(topic.tip for topic in vocabulary.topics()) == 1


def test_a_case_goes_to_organisations_ports_and_working_groups():
    for kind, of, takes in (
        ("organisation", "organisations", True),
        ("port", "organisations", True),
        ("workgroup", "persons", True),
        ("standing", "persons", False),
        ("facility", "persons", False),
        ("sealed", "persons", False),
        ("everyone", "persons", False),
    ):
        assert takes_cases(kind, of) is takes, (kind, of)
