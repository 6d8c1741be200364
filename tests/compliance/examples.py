"""Examples of every rule that ships: a history, and what the rule's newest obligation is at moments around its bounds.

A moment sees only what happened until then. "none": the rule obliges to nothing yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.compliance.told import Told


@dataclass(frozen=True)
class Example:
    """A history of a kind of subject, and the state of a rule at local moments."""

    subject: str
    history: tuple[Told, ...]
    states: tuple[tuple[str, str], ...]
    attributes: Mapping[str, str] = field(default_factory=dict)


def facility(*history: Told, states: list[tuple[str, str]]) -> Example:
    return Example("facility", history, tuple(states))


def port(*history: Told, states: list[tuple[str, str]]) -> Example:
    return Example("port", history, tuple(states))


def report(*history: Told, states: list[tuple[str, str]], **attributes: str) -> Example:
    return Example("report", history, tuple(states), attributes)


def person(*history: Told, states: list[tuple[str, str]], **attributes: str) -> Example:
    return Example("function_holder", history, tuple(states), attributes)


def screened(*history: Told, states: list[tuple[str, str]]) -> Example:
    return Example("screening", history, tuple(states))


def dos(reason: str, at: str = "2026-03-01 10:00") -> Told:
    return ("dos_occasion", at, {"occasion": "o1", "reason": reason})


def asked(request: str, *history: Told, states: list[tuple[str, str]]) -> Example:
    came: Told = ("request_received", "2026-01-31 10:00")
    return Example("data_request", (came, *history), tuple(states), {"request": request})


def breach(*history: Told, states: list[tuple[str, str]]) -> Example:
    return Example("platform_breach", history, tuple(states))


SINCE = {"on": "2026-01-31"}
EXTENDED: Told = ("request_extended", "2026-02-10 10:00", SINCE)
ONE = {"exercise": "e1"}
B = {"batch": "b1"}
C1 = {"contract": "c1"}
F1 = {"finding": "f1"}
NIS2 = {"nis2_scope": "yes"}

EXAMPLES: dict[str, list[Example]] = {
    "corrective_action": [
        facility(
            ("finding_made", "2026-05-04 10:00", F1 | {"on": "2026-07-10"}),
            states=[
                ("2026-05-04 10:00", "open"),
                ("2026-06-09 23:59", "open"),
                ("2026-06-10 00:00", "soon"),
                ("2026-07-10 23:59:59", "soon"),
                ("2026-07-11 00:00", "late"),
            ],
        ),
        facility(  # another one does not count, its own does; what is withdrawn is owed no more
            ("finding_made", "2026-05-04 10:00", F1 | {"on": "2026-07-10"}),
            ("corrective_action_done", "2026-05-20 10:00", {"finding": "f2"}),
            ("corrective_action_done", "2026-07-11 10:00", F1),
            states=[("2026-06-10 00:00", "soon"), ("2026-07-11 09:00", "late"), ("2026-07-11 10:00", "fulfilled")],
        ),
        facility(
            ("finding_made", "2026-05-04 10:00", F1 | {"on": "2026-07-10"}),
            ("finding_withdrawn", "2026-05-20 10:00", F1),
            states=[("2026-05-19 10:00", "open"), ("2026-05-20 10:00", "not_applicable")],
        ),
    ],
    "port_corrective_action": [
        port(
            ("finding_made", "2026-05-04 10:00", F1 | {"on": "2026-07-10"}),
            states=[
                ("2026-05-04 10:00", "open"),
                ("2026-06-09 23:59", "open"),
                ("2026-06-10 00:00", "soon"),
                ("2026-07-10 23:59:59", "soon"),
                ("2026-07-11 00:00", "late"),
            ],
        ),
        port(  # another one does not count, its own does; what is withdrawn is owed no more
            ("finding_made", "2026-05-04 10:00", F1 | {"on": "2026-07-10"}),
            ("corrective_action_done", "2026-05-20 10:00", {"finding": "f2"}),
            ("corrective_action_done", "2026-07-11 10:00", F1),
            states=[("2026-06-10 00:00", "soon"), ("2026-07-11 09:00", "late"), ("2026-07-11 10:00", "fulfilled")],
        ),
        port(
            ("finding_made", "2026-05-04 10:00", F1 | {"on": "2026-07-10"}),
            ("finding_withdrawn", "2026-05-20 10:00", F1),
            states=[("2026-05-19 10:00", "open"), ("2026-05-20 10:00", "not_applicable")],
        ),
    ],
    "level_relay": [
        port(
            ("level_set", "2026-05-04 10:00", {"decision": "d1", "level": "2"}),
            ("level_set", "2026-05-04 12:00", {"decision": "d2", "level": "3"}),
            ("level_relayed", "2026-05-04 12:20", {"decision": "d2"}),
            states=[
                ("2026-05-04 09:59", "none"),
                ("2026-05-04 11:00", "soon"),
                ("2026-05-04 11:00:00.000001", "late"),
                ("2026-05-04 12:19", "soon"),
                ("2026-05-04 12:20", "fulfilled"),
            ],
        ),
    ],
    "pfsa_decision": [
        facility(
            ("pfsa_submitted", "2026-01-30 09:00"),
            states=[
                ("2026-02-21 12:00", "open"),
                ("2026-02-22 00:00", "soon"),
                ("2026-03-01 23:59:59", "soon"),
                ("2026-03-02 00:00", "late"),
                ("2028-01-01 00:00", "late"),  # silence is never approval
            ],
        ),
        facility(
            ("pfsa_submitted", "2024-01-31 09:00"),
            ("pfsa_refused", "2024-03-01 23:59:59"),  # 30 days, over 29 February
            states=[("2024-03-01 23:59:58", "soon"), ("2024-03-02 00:00", "fulfilled")],
        ),
        facility(
            ("pfsa_submitted", "2026-01-10 09:00"),
            ("pfsa_submitted", "2026-02-20 09:00"),  # handed in again: the new one counts
            states=[("2026-02-19 09:00", "late"), ("2026-02-20 09:00", "open"), ("2026-03-23 00:00", "late")],
        ),
    ],
    "pfsa_review": [
        facility(
            ("pfsa_approved", "2020-02-29 10:00"),
            ("pfsa_reviewed", "2025-03-01 10:00"),
            states=[("2025-02-28 23:59:59", "soon"), ("2025-03-01 00:00", "late"), ("2025-03-01 10:00", "open")],
        ),
    ],
    "pfsp_submission": [
        facility(
            ("pfsa_approved", "2026-11-30 10:00"),
            states=[
                ("2027-01-27 23:59", "open"),
                ("2027-01-28 00:00", "soon"),
                ("2027-02-28 23:59:59", "soon"),
                ("2027-03-01 00:00", "late"),
            ],
        ),
        facility(
            ("pfsa_approved", "2026-01-15 10:00"),
            ("pfsp_submitted", "2026-04-16 00:00"),  # the assessment is no longer usable
            states=[("2026-04-15 23:59:59", "soon"), ("2026-04-16 10:00", "late")],
        ),
        facility(
            ("pfsa_approved", "2026-01-15 10:00"),
            ("pfsp_submitted", "2026-04-15 23:59:59"),
            states=[("2026-04-16 10:00", "fulfilled")],
        ),
    ],
    "pfsp_opinion": [
        facility(
            ("pfsp_submitted", "2026-03-01 10:00"),
            ("pfsp_opinion_given", "2026-04-01 08:00"),
            states=[("2026-03-31 23:59:59", "soon"), ("2026-04-01 00:00", "late"), ("2026-04-01 08:00", "fulfilled")],
        ),
    ],
    "pfsp_decision": [
        facility(
            ("pfsp_opinion_given", "2026-04-01 08:00"),
            ("pfsp_approved", "2026-05-02 00:00"),
            states=[("2026-05-01 23:59:59", "soon"), ("2026-05-02 00:00", "fulfilled")],
        ),
        facility(
            ("pfsp_opinion_given", "2026-04-01 08:00"),
            states=[("2026-05-02 00:00", "late"), ("2027-05-02 00:00", "late")],  # silence is never approval
        ),
    ],
    "pfsp_renewal": [
        facility(
            ("pfsp_approved", "2024-02-29 10:00"),
            ("pfsp_approved", "2029-01-10 10:00"),
            states=[("2028-05-27 23:59", "open"), ("2028-05-28 00:00", "soon"), ("2029-01-10 10:00", "open")],
        ),
        facility(
            ("pfsp_approved", "2024-02-29 10:00"),
            ("facility_closed", "2029-03-05 10:00"),
            states=[
                ("2029-02-28 23:59:59", "soon"),
                ("2029-03-01 00:00", "late"),
                ("2029-03-05 10:00", "not_applicable"),
            ],
        ),
    ],
    "interim_evaluation": [
        facility(
            ("pfsp_approved", "2023-12-31 10:00"),
            (
                "interim_evaluation_done",
                "2026-02-27 23:59",
            ),  # a day too early: the window opens on the last of February
            states=[("2026-02-28 00:00", "soon"), ("2026-10-31 23:59:59", "soon"), ("2026-11-01 00:00", "late")],
        ),
        facility(
            ("pfsp_approved", "2023-12-31 10:00"),
            ("interim_evaluation_done", "2026-02-28 00:00"),
            states=[("2026-02-27 23:59", "open"), ("2026-02-28 00:00", "fulfilled")],
        ),
        facility(
            ("pfsp_approved", "2023-01-10 10:00"),
            ("pfsp_approved", "2025-06-10 10:00"),
            ("interim_evaluation_done", "2025-07-01 10:00"),  # of the new plan it would be too early
            states=[("2025-06-09 10:00", "soon"), ("2025-07-02 10:00", "open")],
        ),
    ],
    "interim_after_act": [
        facility(
            ("unlawful_act", "2026-01-10 10:00", {"act": "a1"}),
            ("interim_evaluation_done", "2026-08-10 10:00"),
            states=[("2026-08-10 09:00", "open"), ("2026-08-10 10:00", "fulfilled")],
        ),
    ],
    "drill": [
        facility(
            ("pfsp_approved", "2025-11-30 10:00"),
            ("drill_held", "2026-03-01 00:00"),  # one day late: due on 28 February
            states=[
                ("2026-02-06 23:59", "open"),
                ("2026-02-07 00:00", "soon"),
                ("2026-02-28 23:59:59", "soon"),
                ("2026-03-01 00:00", "open"),  # the next one runs
                ("2026-06-01 23:59:59", "soon"),
                ("2026-06-02 00:00", "late"),
            ],
        ),
        facility(
            ("pfsp_approved", "2023-11-29 10:00"),
            states=[("2024-02-29 23:59:59", "soon"), ("2024-03-01 00:00", "late")],
        ),
    ],
    "exercise": [
        facility(
            ("pfsp_approved", "2024-10-15 10:00"),
            ("exercise_held", "2025-01-31 10:00", ONE),
            states=[
                ("2024-12-31 23:59:59", "none"),
                ("2025-01-01 00:00", "open"),
                ("2025-01-31 10:00", "fulfilled"),
                ("2026-03-30 23:59", "open"),
                ("2026-03-31 00:00", "soon"),
                ("2026-07-31 23:59:59", "soon"),  # 18 months, not the end of the year
                ("2026-08-01 00:00", "late"),
            ],
        ),
        facility(
            ("pfsp_approved", "2024-10-15 10:00"),
            ("exercise_held", "2025-12-31 23:59:59", ONE),
            states=[
                ("2025-12-31 23:59:59", "fulfilled"),
                ("2026-12-31 23:59:59", "soon"),  # the end of the year, not 18 months
                ("2027-01-01 00:00", "open"),  # the new year's; that of 2026 is late beside it
                ("2027-06-30 23:59:59", "soon"),  # 18 months after the last one
                ("2027-07-01 00:00", "late"),
                ("2028-01-01 00:00", "open"),
            ],
        ),
        facility(
            ("pfsp_approved", "2025-02-10 10:00"),  # never an exercise: 18 months from the approval
            states=[("2026-08-10 23:59:59", "soon"), ("2026-08-11 00:00", "late")],
        ),
    ],
    "exercise_notice": [
        facility(
            ("exercise_planned", "2026-01-10 10:00", {**ONE, "on": "2026-03-31"}),
            states=[
                ("2026-02-13 23:59", "open"),
                ("2026-02-14 00:00", "soon"),
                ("2026-02-28 23:59:59", "soon"),
                ("2026-03-01 00:00", "late"),
            ],
        ),
        facility(
            ("exercise_planned", "2026-01-10 10:00", {**ONE, "on": "2026-05-15T09:00"}),
            ("exercise_notified", "2026-04-15 23:59:59", ONE),
            ("exercise_notified", "2026-02-15 10:00", {"exercise": "e2"}),  # of another one
            states=[("2026-04-15 12:00", "soon"), ("2026-04-15 23:59:59", "fulfilled")],
        ),
        facility(
            ("exercise_planned", "2026-01-10 10:00", {**ONE, "on": "2026-05-15"}),
            ("exercise_planned", "2026-02-10 10:00", {**ONE, "on": "2026-09-15"}),  # moved
            ("exercise_cancelled", "2026-09-01 10:00", ONE),
            states=[
                ("2026-04-16 00:00", "open"),
                ("2026-08-15 23:59:59", "soon"),
                ("2026-08-16 00:00", "late"),
                ("2026-09-01 10:00", "not_applicable"),
            ],
        ),
    ],
    "exercise_report": [
        facility(
            ("exercise_held", "2026-01-31 10:00", ONE),
            ("exercise_reported", "2026-03-01 00:00", ONE),
            states=[("2026-02-28 23:59:59", "soon"), ("2026-03-01 00:00", "fulfilled")],
        ),
        facility(
            ("exercise_held", "2024-01-31 10:00", ONE),
            ("exercise_reported", "2024-02-10 10:00", {"exercise": "e2"}),
            states=[("2024-02-29 23:59:59", "soon"), ("2024-03-01 00:00", "late")],
        ),
    ],
    "dos": [
        facility(
            dos(reason),
            ("dos_signed", "2026-03-01 11:00", {"occasion": "o1"}),
            states=[("2026-03-01 10:59", "open"), ("2026-03-01 11:00", "fulfilled")],
        )
        for reason in (
            "ship_at_higher_level",
            "intergovernmental_agreement",
            "threat_or_incident",
            "port_without_plan",
            "ship_without_plan",
        )
    ]
    + [
        facility(dos("none_of_the_five"), states=[("2026-03-02 00:00", "none")]),
        facility(
            dos("ship_without_plan"),
            ("dos_occasion_passed", "2026-03-01 18:00", {"occasion": "o1"}),
            states=[("2026-03-01 18:00", "not_applicable")],
        ),
    ],
    "dos_kept": [
        facility(
            ("dos_signed", "2024-02-29 11:00", {"occasion": "o1"}),
            ("dos_erased", "2027-03-01 00:00", {"occasion": "o1"}),
            states=[("2027-02-28 23:59:59", "open"), ("2027-03-01 00:00", "fulfilled")],
        ),
        facility(
            ("dos_signed", "2024-02-29 11:00", {"occasion": "o1"}),
            ("dos_erased", "2027-02-28 23:59:59", {"occasion": "o1"}),
            states=[("2027-02-28 23:59:58", "open"), ("2028-03-01 00:00", "late")],  # erased a second too early
        ),
    ],
    "pfso_in_place": [
        facility(
            ("facility_opened", "2026-01-05 08:00"),
            ("pfso_appointed", "2026-01-05 08:00", {"holder": "h1"}),
            ("pfso_ended", "2026-06-30 18:00", {"holder": "h1"}),
            ("pfso_appointed", "2026-07-02 08:00", {"holder": "h2"}),
            states=[
                ("2026-06-30 17:59", "none"),
                ("2026-06-30 23:59:59", "soon"),
                ("2026-07-01 00:00", "late"),
                ("2026-07-02 08:00", "fulfilled"),
            ],
        ),
    ],
    "deputy_in_place": [
        facility(
            ("deputy_appointed", "2026-01-01 08:00", {"holder": "h1"}),
            ("deputy_appointed", "2026-01-02 08:00", {"holder": "h2"}),
            ("facility_opened", "2026-01-05 08:00"),
            ("deputy_ended", "2026-02-01 08:00", {"holder": "h1"}),
            ("deputy_ended", "2026-03-01 08:00", {"holder": "h2"}),
            ("deputy_appointed", "2026-03-01 08:00", {"holder": "h3"}),  # handed over without a gap
            ("deputy_ended", "2026-04-01 08:00", {"holder": "h3"}),
            states=[("2026-03-31 08:00", "none"), ("2026-04-01 08:00", "soon"), ("2026-04-02 00:00", "late")],
        ),
    ],
    "visitor_register": [
        facility(
            ("visitor_register_closed", "2016-02-29 18:00", B),
            ("visitor_register_erased", "2026-02-28 23:59:59", B),
            states=[("2025-08-28 00:00", "soon"), ("2026-02-28 23:59:58", "soon"), ("2026-03-01 00:00", "fulfilled")],
        ),
    ],
    "camera_images": [
        facility(
            ("camera_images_recorded", "2026-01-31 12:00", B),
            ("camera_images_seized", "2026-03-02 12:00", B),
            states=[
                ("2026-02-28 23:59:59", "soon"),
                ("2026-03-01 00:00", "late"),
                ("2026-03-02 12:00", "not_applicable"),
            ],
        ),
    ],
    "port_ban_erased": [
        facility(
            ("port_ban_list_changed", "2026-03-29 01:30"),  # clocks go forward: 60 elapsed minutes end at 03:30
            ("port_ban_list_erased", "2026-03-29 03:31"),
            states=[
                ("2026-03-29 03:30", "soon"),
                ("2026-03-29 03:30:30", "late"),
                ("2026-03-29 03:31", "fulfilled"),
            ],
        ),
    ],
    "psp_submission": [
        port(
            ("psa_approved", "2026-08-31 10:00"),
            ("psp_submitted", "2027-03-01 00:00"),  # no longer usable
            states=[("2027-02-28 23:59:59", "soon"), ("2027-03-01 00:00", "late")],
        ),
    ],
    "psp_renewal": [
        port(
            ("psp_approved", "2021-05-01 10:00"),
            states=[("2026-05-01 23:59:59", "soon"), ("2026-05-02 00:00", "late")],
        ),
    ],
    "port_exercise": [
        port(
            ("port_opened", "2024-06-01 00:00"),
            ("exercise_held", "2025-03-01 10:00", ONE),
            ("exercise_held", "2026-12-31 23:59:59", {"exercise": "e2"}),
            states=[
                ("2025-12-31 23:59:59", "fulfilled"),
                ("2026-12-31 12:00", "soon"),
                ("2026-12-31 23:59:59", "fulfilled"),
            ],
        ),
        port(  # the year that follows begins its own
            ("port_opened", "2024-02-29 10:00"),
            states=[("2025-12-31 23:59:59", "soon"), ("2026-01-01 00:00", "open")],
        ),
    ],
    "port_exercise_apart": [
        port(
            ("port_opened", "2025-02-10 10:00"),
            states=[("2026-08-10 23:59:59", "soon"), ("2026-08-11 00:00", "late")],
        ),
    ],
    "pfso_certificate": [
        person(
            ("function_taken", "2025-08-31 09:00"),
            states=[("2026-02-28 23:59:59", "soon"), ("2026-03-01 00:00", "late")],
            function="pfso",
        ),
        person(  # brings one along that has not lapsed
            ("certificate_issued", "2021-01-31 09:00"),
            ("function_taken", "2026-07-31 09:00"),
            states=[("2026-07-31 09:00", "fulfilled")],
            function="deputy_pfso",
        ),
        person(  # lapsed the day before
            ("certificate_issued", "2021-01-31 09:00"),
            ("function_taken", "2026-08-01 09:00"),
            states=[("2026-08-01 09:00", "open")],
            function="deputy_pfso",
        ),
        person(("function_taken", "2025-08-31 09:00"), states=[("2026-08-01 09:00", "none")], function="guard"),
        person(("function_taken", "2025-08-31 09:00"), states=[("2026-08-01 09:00", "none")]),
    ],
    "pfso_refresher": [
        person(
            ("certificate_issued", "2020-08-31 09:00"),
            ("refresher_completed", "2026-02-28 23:59:59"),  # late, and in time: 66 months end on the last of February
            states=[
                ("2025-02-27 23:59", "open"),
                ("2025-02-28 00:00", "soon"),
                ("2025-08-31 23:59:59", "soon"),
                ("2025-09-01 00:00", "late"),
                ("2026-02-28 23:59:59", "open"),
            ],
            function="pfso",
        ),
        person(
            ("certificate_issued", "2020-08-31 09:00"),
            ("refresher_completed", "2026-03-01 00:00"),  # lapsed: only a new certificate helps
            ("certificate_issued", "2026-05-01 09:00"),
            states=[("2026-03-01 00:00", "late"), ("2026-04-30 00:00", "late"), ("2026-05-01 09:00", "open")],
            function="pfso",
        ),
    ],
    "staff_verification": [
        screened(
            ("function_taken", "2026-01-05 09:00"),
            ("verification_positive", "2026-01-07 09:00"),
            ("verification_withdrawn", "2026-05-07 09:00"),
            states=[
                ("2026-01-05 23:59:59", "soon"),
                ("2026-01-06 00:00", "late"),
                ("2026-01-07 09:00", "fulfilled"),
                ("2026-05-07 09:00", "soon"),
                ("2026-05-08 00:00", "late"),
            ],
        ),
    ],
    "staff_verification_renewal": [
        screened(
            ("verification_positive", "2020-02-29 09:00"),
            states=[("2025-02-28 23:59:59", "soon"), ("2025-03-01 00:00", "late")],
        ),
        screened(
            ("verification_positive", "2021-03-28 01:00"),
            ("verification_withdrawn", "2026-03-29 03:00"),
            states=[
                ("2026-03-28 23:59:59", "soon"),  # the day on which the clock goes forward is not reached
                ("2026-03-29 00:00", "late"),
                ("2026-03-29 03:00", "not_applicable"),
            ],
        ),
    ],
    "guards_priority_1": [
        Example(
            "guarding_firm",
            (("guards_assigned", "2024-12-01 09:00", {**C1, "priority": "1+"}),),
            (
                ("2025-03-29 23:59", "open"),
                ("2025-03-30 00:00", "soon"),
                ("2025-06-30 23:59:59", "soon"),
                ("2025-07-01 00:00", "late"),
            ),
        ),
        Example(  # assigned after the day: at once
            "guarding_firm",
            (
                ("guards_assigned", "2026-02-01 09:00", {**C1, "priority": "1"}),
                ("guards_verified", "2026-02-02 09:00", C1),
            ),
            (("2026-02-01 23:59:59", "soon"), ("2026-02-02 00:00", "late"), ("2026-02-02 09:00", "fulfilled")),
        ),
    ],
    "guards_priority_2_to_5": [
        Example(
            "guarding_firm",
            (
                ("guards_assigned", "2024-12-01 09:00", {**C1, "priority": "5"}),
                ("guards_withdrawn", "2026-01-02 09:00", C1),
            ),
            (("2025-12-31 23:59:59", "soon"), ("2026-01-01 00:00", "late"), ("2026-01-02 09:00", "not_applicable")),
        ),
        Example(
            "guarding_firm",
            (("guards_assigned", "2024-12-01 09:00", {**C1, "priority": "1"}),),
            (("2026-01-01 00:00", "none"),),
        ),
    ],
    "inland_staff_verified": [
        Example(
            "inland_operator",
            (("scope_entered", "2024-05-20 09:00"), ("staff_verified", "2025-05-20 09:00")),
            (("2025-05-19 00:00", "open"), ("2025-05-20 09:00", "fulfilled")),
            {"activity": "inland_terminal"},
        ),
    ],
    "agent_staff_verified": [
        Example(
            "company",
            (("scope_entered", "2024-05-20 09:00"), ("scope_left", "2025-05-20 09:00")),
            (("2025-05-19 00:00", "open"), ("2025-05-20 09:00", "not_applicable")),
            {"activity": "ship_agent"},
        ),
    ],
    "incident_by_company": [
        report(
            ("incident_noticed", "2026-10-25 01:30"),
            states=[("2026-10-25 01:30", "soon"), ("2026-10-25 03:30", "late")],
            reporter_kind="company",
        ),
        report(
            ("incident_noticed", "2026-06-25 03:00"),
            states=[("2026-06-25 04:00", "soon"), ("2026-06-25 04:00:01", "late")],
            reporter_kind="company",
        ),
    ],
    "incident_by_pfso": [
        report(
            ("incident_noticed", "2026-06-25 03:00"),
            ("incident_reported", "2026-06-25 03:04"),
            states=[("2026-06-25 03:03", "soon"), ("2026-06-25 03:04", "fulfilled")],
            reporter_kind="facility",
        ),
    ],
    "incident_north_sea_port": [
        report(
            ("incident_noticed", "2026-03-28 12:00"),
            states=[("2026-03-29 13:00", "soon"), ("2026-03-29 13:00:01", "late")],
            port="BEGNE",
        ),
    ],
    "nis2_early_warning": [
        report(  # the clocks go forward: 24 hours end at 13:00
            ("nis2_aware", "2026-03-28 12:00"),
            states=[
                ("2026-03-28 23:59:59", "open"),
                ("2026-03-29 00:00", "soon"),
                ("2026-03-29 13:00", "soon"),
                ("2026-03-29 13:00:00.000001", "late"),
            ],
            **NIS2,
        ),
        report(  # the clocks go back: 24 hours end at 11:00
            ("nis2_aware", "2026-10-24 12:00"),
            ("nis2_early_warning", "2026-10-25 11:30"),
            states=[
                ("2026-10-25 11:00", "soon"),
                ("2026-10-25 11:00:01", "late"),
                ("2026-10-25 11:30", "fulfilled"),
            ],
            **NIS2,
        ),
        report(("nis2_aware", "2026-03-28 12:00"), states=[("2026-03-30 12:00", "none")], nis2_scope="no"),
        report(("nis2_aware", "2024-10-17 12:00"), states=[("2024-10-30 12:00", "none")], **NIS2),  # before the law
    ],
    "nis2_notification": [
        report(  # over Easter: weekends and holidays are counted
            ("nis2_aware", "2026-04-03 18:00"),
            ("nis2_notified", "2026-04-06 18:00"),
            states=[("2026-04-05 17:59", "open"), ("2026-04-05 18:00", "soon"), ("2026-04-06 18:00", "fulfilled")],
            **NIS2,
        ),
        report(
            ("nis2_aware", "2026-04-03 18:00"),
            ("not_an_incident", "2026-04-07 18:00"),
            states=[("2026-04-06 18:00:01", "late"), ("2026-04-07 18:00", "not_applicable")],
            **NIS2,
        ),
    ],
    "nis2_final_report": [
        report(
            ("nis2_aware", "2026-01-29 10:00"),
            ("nis2_notified", "2026-01-31 10:00"),
            states=[
                ("2026-01-30 10:00", "none"),
                ("2026-02-28 23:59:59", "soon"),
                ("2026-03-01 00:00", "late"),
            ],
            **NIS2,
        ),
        report(
            ("nis2_notified", "2026-01-31 10:00"),
            ("nis2_progress_report", "2026-02-28 20:00"),
            states=[("2026-03-01 00:00", "fulfilled")],
            **NIS2,
        ),
    ],
    "nis2_final_after_progress": [
        report(
            ("nis2_notified", "2026-01-31 10:00"),
            ("nis2_progress_report", "2026-02-28 20:00"),
            ("nis2_handled", "2026-05-31 20:00"),
            states=[("2026-05-31 19:00", "none"), ("2026-06-30 23:59:59", "soon"), ("2026-07-01 00:00", "late")],
            **NIS2,
        ),
        report(  # without a progress report the first final report is the only one
            ("nis2_notified", "2026-01-31 10:00"),
            ("nis2_handled", "2026-02-10 20:00"),
            states=[("2026-07-01 00:00", "none")],
            **NIS2,
        ),
    ],
    "nis2_information": [
        report(
            ("nis2_information_asked", "2026-01-31 10:00", {"request": "r1"}),
            ("nis2_information_given", "2026-02-28 20:00", {"request": "r1"}),
            states=[("2026-02-28 19:00", "open"), ("2026-02-28 20:00", "fulfilled")],
            **NIS2,
        ),
    ],
    "nis2_information_by_day": [
        report(  # the day named, until its end, over the end of summer time (25 October 2026)
            ("nis2_information_asked_by", "2026-10-20 10:00", {"request": "r1", "on": "2026-10-25"}),
            states=[
                ("2026-10-22 23:59:59", "open"),
                ("2026-10-23 00:00", "soon"),
                ("2026-10-25 23:59:59", "soon"),
                ("2026-10-26 00:00", "late"),
            ],
            **NIS2,
        ),
        report(  # each request has its own clock
            ("nis2_information_asked_by", "2028-02-20 10:00", {"request": "r1", "on": "2028-02-29"}),
            ("nis2_information_given", "2028-02-21 10:00", {"request": "r2"}),
            ("nis2_information_given", "2028-02-29 23:00", {"request": "r1"}),
            states=[("2028-02-29 22:59", "soon"), ("2028-02-29 23:00", "fulfilled")],
            **NIS2,
        ),
    ],
    "cer_notification": [
        report(
            ("cer_aware", "2026-02-28 10:00"),
            states=[("2026-03-01 10:00", "soon"), ("2026-03-01 10:00:01", "late")],
            critical_entity="yes",
        ),
    ],
    "cer_report": [
        report(
            ("cer_aware", "2026-08-31 10:00"),
            states=[("2026-09-30 23:59:59", "soon"), ("2026-10-01 00:00", "late")],
            critical_entity="yes",
        ),
    ],
    "data_breach": [
        report(
            ("breach_aware", "2026-10-23 12:00"),
            ("breach_without_risk", "2026-10-26 11:30"),
            states=[("2026-10-26 11:00", "soon"), ("2026-10-26 11:00:01", "late"), ("2026-10-26 11:30", "fulfilled")],
        ),
    ],
    "data_subject_answer": [
        asked(  # a month from 31 January ends with February
            "access",
            states=[("2026-02-20 10:00", "open"), ("2026-02-28 23:59", "soon"), ("2026-03-01 00:00", "late")],
        ),
        asked("erasure", ("request_refused", "2026-02-03 10:00"), states=[("2026-02-04 10:00", "fulfilled")]),
        asked("access", EXTENDED, states=[("2026-03-20 10:00", "not_applicable")]),
        asked("openness_federal", states=[("2026-03-20 10:00", "none")]),
    ],
    "data_subject_extended": [
        asked("access", EXTENDED, states=[("2026-04-30 23:59", "soon"), ("2026-05-01 00:00", "late")]),
    ],
    "openness_federal": [
        asked("openness_federal", states=[("2026-03-02 23:59", "soon"), ("2026-03-03 00:00", "late")]),
    ],
    "openness_federal_extended": [
        asked("openness_federal", EXTENDED, states=[("2026-03-17 23:59", "soon"), ("2026-03-18 00:00", "late")]),
    ],
    "openness_flemish": [
        asked("openness_flemish", states=[("2026-02-20 23:59", "soon"), ("2026-02-21 00:00", "late")]),
    ],
    "openness_flemish_extended": [
        asked("openness_flemish", EXTENDED, states=[("2026-03-12 23:59", "soon"), ("2026-03-13 00:00", "late")]),
    ],
    "police_request_forward": [
        asked("police_indirect", states=[("2026-02-07 23:59", "soon"), ("2026-02-08 00:00", "late")]),
        asked("police_indirect", ("request_forwarded", "2026-02-02 10:00"), states=[("2026-02-03 10:00", "fulfilled")]),
    ],
    "platform_breach_notification": [
        breach(
            ("breach_aware", "2026-03-27 10:00"),  # the clock goes forward on the 29th: 72 hours are 72 hours
            states=[("2026-03-27 10:00", "soon"), ("2026-03-30 11:00", "soon"), ("2026-03-30 11:01", "late")],
        ),
        breach(
            ("breach_aware", "2026-03-01 10:00"),
            ("breach_without_risk", "2026-03-02 10:00"),
            states=[("2026-03-02 10:00", "fulfilled")],
        ),
    ],
    "platform_breach_persons": [
        breach(
            ("breach_high_risk", "2026-03-01 10:00"),
            ("breach_persons_told", "2026-03-05 10:00"),
            states=[("2026-03-04 10:00", "open"), ("2026-03-05 10:00", "fulfilled")],
        ),
    ],
}
