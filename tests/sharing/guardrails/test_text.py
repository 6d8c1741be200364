"""What a text gives away: found where it stands, shown again without it, and ordinary words let alone."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from port2port.members.data_files import LANGUAGES
from port2port.sharing.guardrails.text import findings
from port2port.sharing.guardrails.words import WORDS, kind, personal_data, read_personal_data

# Numbers with right check digits that stand in public specifications and belong to nobody.
FOUND = [
    ("national_number", "De man met 85.07.30-033.28 stond daar", "85.07.30-033.28", "........-......"),
    ("national_number", "nr 85073003328.", "85073003328", "..........."),
    ("national_number", "85 07 30 033 28", "85 07 30 033 28", ".. .. .. ... .."),
    ("national_number", "85.07.30 - 033.28", "85.07.30 - 033.28", "........ - ......"),
    ("national_number", "BIS 98.47.28-997.65", "98.47.28-997.65", "........-......"),
    ("national_number", "11 85.07.30-033.28", "85.07.30-033.28", "........-......"),
    ("national_number", "BSN 123456782", "123456782", "........."),
    ("national_number", "burgerservicenummer: 1234.56.782", "1234.56.782", "..........."),
    ("national_number", "123456782 (BSN)", "123456782", "........."),
    ("iban", "betaald op BE68 5390 0754 7034 gisteren", "BE68 5390 0754 7034", "BE.. .... .... ..34"),
    ("iban", "NL91ABNA0417164300", "NL91ABNA0417164300", "NL..............00"),
    ("iban", "op de89 3704 0044 0532 0130 00", "de89 3704 0044 0532 0130 00", "de.. .... .... .... .... 00"),
    ("phone", "bel +32 470 12 34 12 nu", "+32 470 12 34 12", "+32 4.. .. .. 12"),
    ("phone", "0470/12.34.56", "0470/12.34.56", "04../......56"),
    ("phone", "0032 470 12 34 56", "0032 470 12 34 56", "0032 4.. .. .. 56"),
    ("phone", "tel. 03 205 20 11", "03 205 20 11", "03 ... .. 11"),
    ("phone", "06-12345678", "06-12345678", "06-......78"),
    ("plate", "een bestelwagen 1-ABC-234 reed weg", "1-ABC-234", "1-...-..4"),
    ("plate", "plaque AB-123-CD vue", "AB-123-CD", "A.-...-.D"),
    ("plate", "12-BDF-3", "12-BDF-3", "1.-...-3"),
    ("plate", "HH-XY 1234", "HH-XY 1234", "H.-.. ...4"),
    ("plate", "nummerplaat ABC-123", "ABC-123", "A..-..3"),
    ("plate", "plaque luxembourgeoise AB 1234", "AB 1234", "A. ...4"),
    ("email", "mail jan.peeters@example.org.", "jan.peeters@example.org", "j...@....org"),
    ("email", "<p@sub.example.com>", "p@sub.example.com", "p...@....com"),
    ("person", "de heer Jan Peeters kwam aan", "Jan Peeters", "J.. P......"),
    ("person", "mevr. X was daar", "X", "X"),
    ("person", "Mevrouw Van den Berg zei", "Van den Berg", "V.. d.. B..."),
    ("person", "dhr. van de Velde zei", "van de Velde", "v.. d. V...."),
    ("person", "Hier M. Dupont a dit", "Dupont", "D....."),
    ("person", "Mme Le Clercq est venue", "Le Clercq", "L. C....."),
    ("person", "M. d'Hondt est parti", "d'Hondt", "d'H...."),
    ("person", "Herr Müller sagte", "Müller", "M....."),
    ("person", "Herr Direktor Schmidt sagte", "Schmidt", "S......"),
    ("person", "Mr. J. Peeters left", "J. Peeters", "J. P......"),
    ("person", "a man named John Smith ran", "John Smith", "J... S...."),
    ("person", "een man genaamd Piet Jansen", "Piet Jansen", "P... J....."),
    ("person", "un homme nommé Luc Martin", "Luc Martin", "L.. M....."),
    ("person", "ein Mann namens Karl Weber", "Karl Weber", "K... W...."),
    ("person", "the driver Ann Jones fled", "Ann Jones", "A.. J...."),
    ("person", "M. DUPONT-LEROY est là", "DUPONT-LEROY", "D.....-L...."),
    ("birth_date", "né le 12 mars 1985 à Liège", "12 mars 1985", ".. .... ...."),
    ("birth_date", "née à Liège le 12/03/1985", "12/03/1985", "../../...."),
    ("birth_date", "né(e) le 1er mai 1990", "1er mai 1990", "... ... ...."),
    ("birth_date", "geboren te Gent op 12.03.1985", "12.03.1985", ".........."),
    ("birth_date", "geb. 12-03-85", "12-03-85", "..-..-.."),
    ("birth_date", "Geburtsdatum: 12. März 1985", "12. März 1985", "... .... ...."),
    ("birth_date", "born on March 12, 1985", "March 12, 1985", "..... .., ...."),
    ("birth_date", "date of birth: 1985-03-12", "1985-03-12", "....-..-.."),
    ("birth_date", "(°12/03/1985)", "12/03/1985", "../../...."),
]

LET_ALONE = [
    "postgresql://...@db.example",
    "Call 101, 112, 110, 105, 1722 or 1733, or 0800 30 300.",
    "Seen on 12/03/2026 at 03:00, again 04.05.2026.",
    "Container CSQU3054383, IMO 9321483, MMSI 205123456, UN 1203.",
    "85.07.30-033.29 has wrong check digits.",
    "The number 123456782 without its word.",
    "BE68 5390 0754 7035",
    "info@example.org, security@example.org, soc@example.org",
    "port.security@example.org and pso-antwerp@example.org",
    "ref ABC-123 and AB 1234",
    "ISO-27001, ISPS A/14, SOLAS XI-2",
    "a vessel named Northern Jaguar",
    "het schip genaamd Grote Beer",
    "Operation named Blue Water",
    "12 m. Hoog",
    "the driver Monday left",
    "Monsieur le Président est arrivé",
    "Mr president spoke",
    "De kapitein zag Antwerpen.",
    "Der Fahrer Mercedes kam",
    "Born leader",
    "born in 1985",
    "geboren Antwerpenaar, sinds 2019",
    "hij heet welkom",
    "quay 869, berth 1742, gate 12-14",
    "51.2345, 4.4001",
    "Kaai 1234 zone 5-7",
    "10.0.0.1 and 2001:db8::1",
    "sha256 9f86d081884c7d659a2feaa0c55ad015",
    "+32470123456789012345",
    "@handle and a@b",
    "de heer kwam",
    "Frau und Herr",
]


@pytest.mark.parametrize(("code", "text", "written", "masked"), FOUND)
def test_each_is_found_where_it_stands(code, text, written, masked):
    found = findings(text)
    assert [(f.kind, f.written, f.masked) for f in found] == [(code, written, masked)]
    assert text[found[0].start : found[0].end] == written


@pytest.mark.parametrize("text", LET_ALONE)
def test_ordinary_words_and_numbers_are_let_alone(text):
    assert findings(text) == []


def test_identities_block_and_the_rest_can_be_moved_or_confirmed():
    blocking = {code: findings(text)[0].blocking for code, text, _written, _masked in FOUND}
    assert {code for code, is_blocking in blocking.items() if is_blocking} == {"national_number", "birth_date"}
    assert set(blocking) == {entry.code for entry in personal_data().kinds}


def test_several_come_in_order_and_do_not_overlap():
    text = "Dhr. J. Maes (°12/03/1985, 85.07.30-033.28), +32 470 12 34 12, BE68 5390 0754 7034, 1-ABC-234, j@example.be"
    found = findings(text)
    assert [f.kind for f in found] == ["person", "birth_date", "national_number", "phone", "iban", "plate", "email"]
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_all_prose_together_gives_nothing_away():
    assert findings("\n".join(LET_ALONE)) == []


def test_long_texts_are_looked_through_to_their_end():
    filler = "The gate stood open and nobody was near. " * 2_400
    assert [f.start for f in findings(filler + "+32 470 12 34 12")] == [len(filler)]


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "AA00 ", "a@a.", "M. ", "Mr A A ", "geb. ", "(1/2-3.4) ", "bsn 1 ", "A-", "né le  "]
)
def test_a_text_made_to_be_slow_comes_to_its_end(piece):
    text = piece * (100_000 // len(piece))
    assert all(text[f.start : f.end] == f.written for f in findings(text))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("0123456789 +-./ABbeé@(°\n")) | st.characters(), max_size=200))
def test_positions_are_exact_and_a_mask_is_as_long_as_what_it_hides(text):
    taken: set[int] = set()
    for finding in findings(text):
        assert text[finding.start : finding.end] == finding.written and finding.written
        assert not taken & set(range(finding.start, finding.end))
        taken |= set(range(finding.start, finding.end))
        assert finding.kind == "email" or len(finding.masked) == len(finding.written)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_has_its_name(language):
    assert len({entry.label(language) for entry in personal_data().kinds}) == len(personal_data().kinds)
    with pytest.raises(KeyError):
        kind("shoe_size")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('code = "plate"', 'code = "plates"', "plates"),
        ('bsn = ["bsn"', 'bsn = ["BSN"', "bsn"),
        ('months = ["januari"', 'month = ["januari"', "words"),
        ('always_refused = true', 'always_refused = "yes"', "always_refused"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named(tmp_path, old, new, where):
    text = WORDS.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "words.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=where):
        read_personal_data(path)
