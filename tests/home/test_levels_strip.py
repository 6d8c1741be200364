"""The security levels on home: above the usual one always, the usual one as a line."""

from tests.levels.given import entered

PSO, PFSO, PARTNER, POLICE, COMPANY = (
    "pso@antwerp.demo", "pfso@quay1.demo", "pso@northsea.demo", "analyst@police.demo", "contact@agent.demo",
)  # fmt: skip


def test_the_usual_level_is_one_quiet_line(client_for):
    said = {email: client_for(email).get("/").content.decode() for email in (PSO, PFSO, PARTNER, POLICE)}
    assert "Antwerp is at level 1" in said[PFSO]
    assert "Your ports are at level 1" in said[PSO] and "Your ports are at level 1" in said[PARTNER]
    assert "All ports are at level 1" in said[POLICE]


def test_a_higher_level_is_there_for_all_members(client_for, acting):
    with acting(PSO):
        entered()
    for email in (PSO, PFSO, PARTNER, POLICE):
        said = client_for(email).get("/").content.decode()
        assert "Level 2" in said and "/levels/ports/BEANR/" in said, email
    assert "Zeebrugge is at level 1" in client_for(PSO).get("/").content.decode()
    assert "All other ports are at level 1" in client_for(POLICE).get("/").content.decode()
