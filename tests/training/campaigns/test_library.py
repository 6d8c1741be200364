"""The library of campaigns: complete in four languages, and refused when it is not; posters are made of it."""

import shutil

import pytest

from port2port.members.data_files import LANGUAGES
from port2port.training.campaigns.library import CAMPAIGNS, library, read_library, words
from port2port.training.campaigns.papers import PAPERS, poster, slips

A4, A3 = b"[0 0 595", b"[0 0 841"


def test_there_are_four_campaigns_each_whole():
    assert len(library()) >= 4
    for one in library().values():
        assert set(one.message.text) == set(LANGUAGES) and one.sources
        for name in ("headline", "close", "summary"):
            texts = getattr(one.head, name)
            assert len(set(texts.values())) == len(LANGUAGES), (one.slug, name)


def test_each_audience_has_a_campaign():
    aimed = {code for one in library().values() for code in one.head.audiences}
    assert aimed == {one.code for one in words().audiences}


@pytest.mark.parametrize(("old", "new", "said"), [
    ('de = "Vorher', "", ""),
    ('slug = "one-minute"', 'slug = "other"', "slug"),
    ('course = "reporting-in-one-minute"', 'course = "no-such-course"', "no course"),
    ('hoped = ["yes"]', 'hoped = ["perhaps"]', "no answer"),
    ('scale = "true"', 'scale = "none"', "no scale"),
    ('de = "Melden in einer Minute", ', "", "names.de"),
    ('audiences = ["pfso"', 'audiences = ["everybody"', "no audience"),
    ("[campaign]", '[campaign]\nunknown = "x"', "unknown"),
])  # fmt: skip
def test_what_is_wrong_is_named(tmp_path, old, new, said):
    shutil.copy(CAMPAIGNS / "one-minute.toml", tmp_path)
    file = tmp_path / "one-minute.toml"
    file.write_text(file.read_text().replace(old, new))
    if not said:
        assert list(read_library(tmp_path)) == ["one-minute"]
        return
    with pytest.raises(ValueError, match=said):
        read_library(tmp_path)


def test_a_headline_must_fit_the_poster(tmp_path):
    shutil.copy(CAMPAIGNS / "one-minute.toml", tmp_path)
    file = tmp_path / "one-minute.toml"
    file.write_text(
        file.read_text().replace("Odd? One minute is enough.", "Odd? " + "One minute is enough. " * 4 + "Yes.")
    )
    with pytest.raises(ValueError, match="at most 60 characters"):
        read_library(tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_poster_is_one_page(language):
    for one in library().values():
        made = poster(one, language=language, paper="a4", tell="Duty desk 00 00 00 00")
        assert made.startswith(b"%PDF") and b"/Type/Pages/Count 1/" in made, one.slug


@pytest.mark.parametrize("paper", PAPERS)
def test_posters_have_the_size_asked_for(paper):
    made = poster(library()["one-minute"], language="nl", paper=paper)
    assert (A4 if paper == "a4" else A3) in made


def test_slips_hold_their_codes_and_eight_fit_a_page():
    made = slips(library()["one-minute"], [f"ABCD-EFGH-JKMN-{n:04}" for n in range(9)], language="fr")
    assert made.startswith(b"%PDF") and b"/Type/Pages/Count 2/" in made
