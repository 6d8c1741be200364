"""At least nine of ten judged questions are answered among the first five: more than PostgreSQL's dictionaries do."""

from typing import Any

import psycopg

from port2port.base.clock import now
from port2port.base.finding.asking import asked
from port2port.home.search import queries
from tests.reports.writing import report
from tests.search.judging import Question, judged, share, success

CONFIGURATIONS = ("dutch", "french", "german", "english")


def written(documents: list[Any]) -> dict[str, str]:
    """Share every document as a report; return which is which."""
    return {
        str(
            report("all-members", title=one.title, text=one.text, language=one.language, nobodys=True).record_id
        ): one.id
        for one in documents
    }


def by_dictionaries(owner: psycopg.Connection[Any], documents: list[Any]) -> Any:
    """Return a search by PostgreSQL's own dictionaries in all four languages, the title weighing more."""
    vector = " || ".join(
        f"setweight(to_tsvector('{c}', title), 'A') || setweight(to_tsvector('{c}', body), 'B')" for c in CONFIGURATIONS
    )
    question = " || ".join(f"websearch_to_tsquery('{c}', %(q)s)" for c in CONFIGURATIONS)
    owner.execute("create temporary table judged (id text, title text, body text)")
    for one in documents:
        owner.execute("insert into judged values (%s, %s, %s)", [one.id, one.title, one.text])

    def ask(q: str) -> list[str]:
        rows = owner.execute(
            f"select id from (select id, {vector} as v from judged) j, (select {question} as q) a"
            " where v @@ a.q order by ts_rank_cd(v, a.q) desc, id limit 5",
            {"q": q},
        ).fetchall()
        return [row[0] for row in rows]

    return ask


def test_the_judged_questions(acting, owner):
    documents, questions = judged()
    assert len(questions) >= 120
    assert {w for one in questions for w in one.want} <= {one.id for one in documents}
    with acting("pso@antwerp.demo"):
        names = written(documents)
    with acting("pso@northsea.demo"):
        ours, missed = success(
            questions,
            lambda q: [names[str(row.hit.record.id)] for row in queries.search(q, at=now(), size=5).rows],
        )
    theirs, _missed = success(questions, by_dictionaries(owner, documents))
    said = "\n".join(f"{kind}: {ours[kind]} ours, {theirs[kind]} theirs" for kind in ours) + "\n" + "\n".join(missed)
    print(said)
    assert share(ours) >= 0.9, said
    assert share(ours) > share(theirs), said
    assert all(good >= theirs[kind][0] for kind, (good, _asked) in ours.items()), said


def test_a_miss_counts_as_a_miss():
    kinds, missed = success([Question("a", ["x"], "k"), Question("b", ["y"], "k")], lambda q: ["x"])
    assert kinds == {"k": (1, 2)} and len(missed) == 1 and share(kinds) == 0.5
    assert asked("").match == ""
