"""The questions: a slip opens once, leaves no trace, and what is told is of many, with honest intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound
from port2port.training.campaigns import actions, asking, queries
from port2port.training.campaigns.rules import change, share, verdict
from tests.attacks import FORBIDDEN, refused
from tests.training.campaigns.running import OTHER, PLACE, TRAINER, answered, hoped, later, period, ran


@pytest.fixture
def asked(acting):
    """A campaign with forty slips before and after."""
    with acting(TRAINER):
        row = ran()
        return row, {wave: actions.make_slips(row.id, wave=wave, number=40, at=now()) for wave in ("before", "after")}


def told(acting, row):
    with acting(TRAINER):
        return queries.pulse(row)


def test_a_slip_opens_once(asked):
    row, codes = asked
    code = codes["before"][0]
    assert asking.opened(code, PLACE).wave == "before"
    assert asking.opened(code.lower().replace("-", " "), PLACE).material.slug == row.slug
    answered([code])
    with pytest.raises(NotFound):
        asking.opened(code, PLACE)
    with pytest.raises(NotFound):
        asking.answer(code, hoped(), PLACE)


def test_a_question_without_an_answer_keeps_the_slip(asked):
    _row, codes = asked
    code = codes["before"][0]
    for wrong in ({}, hoped() | {"knows_how": "perhaps"}):
        with pytest.raises(Invalid):
            asking.answer(code, wrong, PLACE)
    assert asking.opened(code, PLACE).wave == "before"


def test_nothing_is_told_below_ten_and_then_five_at_a_time(acting, asked):
    row, codes = asked
    steps = {0: 0, 9: 0, 10: 10, 14: 10, 15: 15}
    done = 0
    for number, expected in steps.items():
        answered(codes["before"][done:number])
        done = number
        found = told(acting, row)
        assert found.wave("before").told == expected, number
        assert all((one.before is None) == (expected == 0) for one in found.findings)
        assert all(one.before is None or one.before.answers == expected for one in found.findings)


def test_both_waves_and_their_difference_are_told(acting, asked):
    row, codes = asked
    answered(codes["before"][:10], yes=True)
    answered(codes["before"][10:40], yes=False)
    answered(codes["after"][:40], yes=True)
    for one in told(acting, row).findings:
        assert (one.before.good, one.before.answers, one.after.good, one.after.answers) == (10, 40, 40, 40)
        assert one.change.verdict == "more" and one.change.low > 0.5


def test_an_answer_leaves_no_row_no_time_and_no_entry(asked, owner, journalled):
    row, codes = asked
    before = owner.execute("select count(*) from base_journal_entry").fetchone()
    left = "select count(*) from training_pulseticket where campaign_id = %s"
    assert owner.execute(left, [row.id]).fetchone() == (80,)
    answered(codes["before"][:3])
    assert owner.execute(left, [row.id]).fetchone() == (77,)
    assert owner.execute("select count(*) from base_journal_entry").fetchone() == before
    kept = owner.execute("select column_name, data_type from information_schema.columns"
                         " where table_name in ('training_pulsetally', 'training_pulsewave')").fetchall()  # fmt: skip
    assert {kind for _name, kind in kept} == {"uuid", "character varying", "integer"}
    assert not any("person" in name or "organisation" in name for name, _kind in kept)
    assert len(journalled("campaign.slips")) == 2


def test_codes_are_kept_as_hashes_alone(asked, owner):
    _row, codes = asked
    secrets = [bytes(one[0]) for one in owner.execute("select secret from training_pulseticket").fetchall()]
    assert set(secrets) == {asking.hashed(one) for wave in codes.values() for one in wave}
    assert not any(code.encode() in one for one in secrets for code in codes["before"])


def test_slips_are_taken_in_their_time(acting, owner):
    with acting(TRAINER):
        row = ran(ends_on=later(30))
        codes = {wave: actions.make_slips(row.id, wave=wave, number=1, at=now()) for wave in ("before", "after")}
    assert asking.opened(codes["before"][0], PLACE).wave == "before"
    assert asking.opened(codes["after"][0], PLACE).from_day == row.ends_on
    with pytest.raises(Conflict):
        answered(codes["after"])
    owner.execute("update training_campaign set starts_on = starts_on - 40, ends_on = ends_on - 40,"
                  " before_until = before_until - 40, after_until = after_until - 40")  # fmt: skip
    found = asking.opened(codes["after"][0], PLACE)
    assert (found.wave, found.from_day) == ("after", None)
    with pytest.raises(NotFound):
        asking.opened(codes["before"][0], PLACE)
    with acting(TRAINER), pytest.raises(Conflict):
        actions.make_slips(row.id, wave="before", number=1, at=now())


def test_there_are_at_most_two_thousand_slips(acting):
    with acting(TRAINER):
        row = ran()
        for _n in range(4):
            actions.make_slips(row.id, wave="before", number=500, at=now())
    with acting(TRAINER), pytest.raises(Conflict):
        actions.make_slips(row.id, wave="before", number=1, at=now())


def test_raw_sql_reads_no_slip_and_no_sum(enter, asked):
    row, codes = asked
    for email in (TRAINER, OTHER):
        connection = enter(email)
        for table in ("training_pulseticket", "training_pulsewave", "training_pulsetally"):
            assert refused(connection, f"select * from {table}") == FORBIDDEN
            assert refused(connection, f"delete from {table}") == FORBIDDEN
        made = "insert into training_pulsewave (campaign_id, wave, made, answered, told) values (%s, 'after', 1, 1, 1)"
        assert refused(connection, made, row.id) == FORBIDDEN
        # as a member one opens no slip and answers none: only the page for everybody does
        assert (
            connection.execute("select * from training_pulse_open(%s)", [asking.hashed(codes["before"][0])]).fetchall()
            == []
        )
        said = connection.execute(
            'select training_pulse_answer(%s, \'{"a": "b"}\')', [asking.hashed(codes["before"][0])]
        )
        assert said.fetchone() == (False,)
    connection = enter(OTHER)
    assert connection.execute("select * from training_pulse_told(%s)", [row.id]).fetchall() == []
    assert refused(connection, "select training_pulse_make(%s, 'before', array['x'::bytea])", row.id) == "PP404"
    assert refused(connection, "select training_campaigns_forget(0)") == "PP403"


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
       st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))  # fmt: skip
def test_intervals_are_those_of_wilson_and_newcombe(before, after):
    one, two = share(*before), share(*after)
    for (good, n), found in ((before, one), (after, two)):
        low, high = proportion_confint(good, n, 0.05, method="wilson")
        assert abs(found.low - low) < 1e-9 and abs(found.high - high) < 1e-9
    low, high = confint_proportions_2indep(*after, *before, method="newcomb", compare="diff")
    found = change(one, two)
    assert abs(found.low - low) < 1e-9 and abs(found.high - high) < 1e-9
    assert found.low <= found.value <= found.high


@pytest.mark.parametrize(("low", "high", "said"), [
    (0.01, 0.4, "more"), (-0.4, -0.01, "less"), (-0.1, 0.1, "same"), (-0.1, 0.3, "unsure"), (-0.3, 0.1, "unsure"),
])  # fmt: skip
def test_what_may_be_said_of_a_change(low, high, said):
    assert verdict(low, high) == said


def test_a_share_of_nobody_is_none():
    assert share(0, 0) is None
    assert period().tell
