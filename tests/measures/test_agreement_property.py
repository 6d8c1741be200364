"""No sequence of actions and attacks reaches "agreed" against the rule, or gives one organisation two positions."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import psycopg
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from port2port.base.clock import now
from port2port.base.errors import Port2PortError
from port2port.measures import actions, agreement_actions, queries
from port2port.measures.agreement_queries import open_round
from port2port.members.acting import acting_as
from port2port.workgroups.actions import set_rule
from tests.measures.writing import DRAFT, OWNER, RULES, SPEAKERS, group, measure

PEOPLE = (*SPEAKERS, "director@antwerp.demo", "analyst@police.demo", "officer@outside.demo", "admin@antwerp.demo")
MIXED = st.lists(st.sampled_from(("agree", "agree", "agree", "object", "abstain")), min_size=9, max_size=9)
ATTACKS = (
    "update measures_measure set state = 'agreed'",
    "update measures_consultation set outcome = 'agreed', closed_at = now()",
    "select measures_turn(record_id, 'agreed', '') from measures_measure",
    "select measures_close(id) from measures_consultation where closed_at is null",
    "select measures_open(record_id, (select id from workgroups_group limit 1), now() + interval '1 day')"
    " from measures_measure",
    "select measures_open(record_id, new_uuid7(), now() + interval '1 day') from measures_measure",
    "update measures_consultation set kind = 'qualified', fraction = '1/99', quorum = '0/1'",
    "update measures_consultation set group_id = (select id from workgroups_group order by id desc limit 1)",
    "update workgroups_rule set quorum_of = 0",
    "insert into measures_asked select id, acting_organisation() from measures_consultation",
    "update measures_position set consultation_id = (select id from measures_consultation limit 1)",
    "insert into measures_position (id, consultation_id, organisation_id, person_id, stance, reason, at, hash, entry)"
    " select new_uuid7(), c.id, acting_organisation(), acting_person(), 'agree', '', now(), v.hash, new_uuid7()"
    " from measures_consultation c join measures_version v on v.id = c.version_id",
    "update measures_position set stance = 'agree'",
    "update measures_version set text = 'Everybody stays at home from now on.'",
)


def test_agreement_holds_against_any_sequence(db: None, cast: dict[str, Any], owner: Any, app: Any) -> None:
    class Agreement(RuleBasedStateMachine):
        """A measure, its members, and somebody with raw SQL."""

        @initialize(which=st.sampled_from(list(RULES)))
        def begin(self, which: str) -> None:
            with acting_as(cast[OWNER].person, cast[OWNER].hat):
                self.measure = measure().record_id
                self.groups = {name: group(name) for name in RULES}
            self.opens(which, OWNER)

        def _as(self, email: str, act: Any) -> None:
            try:
                with acting_as(cast[email].person, cast[email].hat):
                    act()
            except Port2PortError:
                pass

        @rule(
            which=st.sampled_from(list(RULES)),
            email=st.sampled_from((OWNER, OWNER, "pso@northsea.demo")),
            then=st.sampled_from(("", *RULES)),
        )
        def opens(self, which: str, email: str, then: str = "") -> None:
            self._as(email, lambda: agreement_actions.open_consultation(
                self.measure, group=self.groups[which], until=now() + timedelta(days=3), at=now()))  # fmt: skip
            if then:  # the group decides otherwise, once it has asked
                self._as(OWNER, lambda: set_rule(
                    self.groups[which], rule=RULES[then], reason="Otherwise (test).", at=now()))  # fmt: skip

        @rule(
            email=st.sampled_from(PEOPLE),
            stance=st.sampled_from(("agree", "agree", "agree", "reservation", "object", "abstain")),
        )
        def says(self, email: str, stance: str) -> None:
            def say() -> None:
                found = open_round(self.measure)
                read = found.version.hash if found is not None else "0" * 64
                agreement_actions.give_position(
                    self.measure, stance=stance, reason="Because (test).", read=read, at=now()
                )

            self._as(email, say)

        @rule(which=st.sampled_from(list(RULES)), stances=st.one_of(st.just(["agree"] * 9), MIXED))
        def all_say_and_it_is_closed(self, which: str, stances: list[str]) -> None:
            self.opens(which, OWNER)
            for email, stance in zip(SPEAKERS, stances, strict=True):
                self.says(email, stance)
            self.closes(OWNER)

        @rule(email=st.sampled_from((OWNER, OWNER, "pso@northsea.demo", "director@antwerp.demo")))
        def closes(self, email: str) -> None:
            self._as(email, lambda: agreement_actions.close_consultation(self.measure, at=now()))

        @rule(days=st.integers(0, 3))
        def time_passes(self, days: int) -> None:
            if days < 3:  # longer than it lasts
                return
            owner.execute(
                "update measures_consultation set until = now() - interval '1 second'"
                " where measure_id = %s and closed_at is null",
                [self.measure],
            )

        @rule(words=st.sampled_from(("one", "two", "three")))
        def changes(self, words: str) -> None:
            draft = DRAFT.__class__(**{**DRAFT.__dict__, "contact": words})
            self._as(OWNER, lambda: actions.change_text(
                self.measure, draft=draft, at=now(), expected=queries.version_of(self.measure)))  # fmt: skip

        @rule(email=st.sampled_from(("pso@northsea.demo", "director@antwerp.demo", OWNER)))
        def stops(self, email: str) -> None:
            self._as(email, lambda: agreement_actions.stop_consultation(self.measure, at=now()))

        @rule()
        def puts_in_force(self) -> None:
            self._as(OWNER, lambda: agreement_actions.put_in_force(self.measure, at=now()))

        @rule(email=st.sampled_from(PEOPLE), attack=st.sampled_from(ATTACKS))
        def attacks(self, email: str, attack: str) -> None:
            app.execute("rollback")
            app.execute("begin")
            app.execute("select * from members_enter(%s, %s)", [cast[email].person, cast[email].hat])
            try:
                app.execute(attack)
                app.execute("commit")
            except psycopg.Error:
                app.execute("rollback")

        @invariant()
        def nothing_is_agreed_against_the_rule(self) -> None:
            if not hasattr(self, "measure"):
                return
            state, number = owner.execute(
                "select state, number from measures_measure where record_id = %s", [self.measure]
            ).fetchone()
            if state in ("agreed", "in_force"):
                kind, fraction, quorum, asked, text, read = owner.execute(
                    "select c.kind, c.fraction, c.quorum,"
                    " (select count(*) from measures_asked a where a.consultation_id = c.id), v.hash,"
                    " (select array_agg(distinct p.hash) from measures_position p where p.consultation_id = c.id)"
                    " from measures_consultation c join measures_version v on v.id = c.version_id"
                    " where c.measure_id = %s and v.number = %s and c.outcome = 'agreed'", [self.measure, number],
                ).fetchone()  # fmt: skip
                said = [row[0] for row in owner.execute(
                    "select p.stance from measures_position p join measures_consultation c on c.id = p.consultation_id"
                    " where c.measure_id = %s and c.outcome = 'agreed'", [self.measure]).fetchall()]  # fmt: skip
                yes = sum(one in ("agree", "reservation") for one in said)
                no = said.count("object")
                assert yes and Fraction(len(said), asked) >= Fraction(quorum)
                assert no == 0 if kind == "consensus" else Fraction(yes, yes + no) >= Fraction(fraction)
                assert read == [text]  # what was read is what is agreed

        @invariant()
        def each_was_opened_by_the_rule_of_a_group_of_the_opener(self) -> None:
            foreign, otherwise = owner.execute(
                "select count(*) filter (where not exists (select 1 from workgroups_seat s"
                " where s.group_id = c.group_id and s.person_id = c.opened_by_id)),"
                " count(*) filter (where not exists (select 1 from workgroups_rule r where r.group_id = c.group_id"
                " and r.number = c.rule_number and r.kind = c.kind and c.quorum = r.quorum_of || '/' || r.quorum_in"
                " and c.fraction = case r.kind when 'qualified' then r.majority_of || '/' || r.majority_in"
                " else '' end))"
                " from measures_consultation c"
            ).fetchone()
            assert (foreign, otherwise) == (0, 0)

        @invariant()
        def nobody_has_two_positions_or_an_unproved_one(self) -> None:
            twice, unproved, foreign = owner.execute(
                "select (select count(*) from (select 1 from measures_position"
                " group by consultation_id, organisation_id having count(*) > 1) t),"
                " (select count(*) from measures_position p where not exists"
                " (select 1 from base_journal_entry e where e.id = p.entry and e.organisation = p.organisation_id)),"
                " (select count(*) from measures_position p where not exists (select 1 from measures_asked a"
                " where a.consultation_id = p.consultation_id and a.organisation_id = p.organisation_id))"
            ).fetchone()
            assert (twice, unproved, foreign) == (0, 0, 0)

    run_state_machine_as_test(
        Agreement,
        settings=settings(
            max_examples=20, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        ),
    )  # fmt: skip
    assert owner.execute("select count(*) from measures_consultation where outcome = 'agreed'").fetchone()[0] > 0
