"""`port2port desks load`: all of a file or nothing, with a line for everything wrong."""

import pytest

from port2port.helpdesk.desks import load_desks
from port2port.helpdesk.vocabulary import DESKS
from port2port.members.acting import acting_as_system


def test_a_desk_of_nobody_is_refused_before_anything_is_written(db, owner, tmp_path):
    text = DESKS.read_text(encoding="utf-8").replace('"north-sea-port"\nports', '"nobody-there"\nports')
    assert "nobody-there" in text
    path = tmp_path / "desks.toml"
    path.write_text(text.replace('"BEANR"', '"XXYYY"'), encoding="utf-8")
    with acting_as_system("helpdesk"), pytest.raises(ValueError, match="nobody-there") as wrong:
        load_desks(path)
    assert "XXYYY" in str(wrong.value)
    assert owner.execute("select count(*) from helpdesk_desk").fetchone() == (3,)
