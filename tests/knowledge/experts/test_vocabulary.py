"""The topics: the ten of practices at the top, finer ones beneath, loud about every mistake."""

import pytest

from port2port.knowledge.experts import vocabulary
from port2port.knowledge.experts.vocabulary import DATA, around, beneath, by_code, grouped, topics
from port2port.site.icons import ICONS

TOP = (
    "inspections", "access_control", "screening", "drones", "ai_cameras", "cyber", "release_process", "insider",
    "training", "other",
)  # fmt: skip


def test_the_ten_topics_stand_at_the_top_in_four_languages():
    assert tuple(top.code for top, _finer in grouped()) == TOP
    assert sum(1 + len(finer) for _top, finer in grouped()) == len(topics()) > len(TOP)
    assert all(set(one.names) == {"nl", "fr", "de", "en"} and one.icon in ICONS for one in topics())


def test_what_helps_with_a_topic():
    assert beneath("drones") == ("drones", "drone_detection", "drone_law")
    assert beneath("drone_law") == ("drone_law",)
    assert around("drone_law") == ("drone_law", "drones") and around("drones") == beneath("drones")
    assert around("nowhere") == ("nowhere",) and "nowhere" not in by_code()


def test_a_topic_beneath_a_finer_one_is_refused(tmp_path):
    broken = tmp_path / "topics.toml"
    broken.write_text(
        DATA.read_text().replace('code = "drone_law"\nparent = "drones"', 'code = "drone_law"\nparent = "dogs"')
    )
    with pytest.raises(ValueError, match=r"drone_law.*parent.*no topic at the top 'dogs'"):
        topics(broken)
    assert vocabulary.limits().unanswered_days == 7
