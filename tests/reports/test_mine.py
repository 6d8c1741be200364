"""The list of what one's own organisation owns: home sends stewards there."""

from tests.home.test_home import report


def test_only_the_own_organisations(acting, client_for):
    with acting("pso@antwerp.demo"):
        ours = report(text="A report of Antwerp (test).")
    with acting("pso@northsea.demo"):
        theirs = report(text="A report of North Sea Port (test).")
    page = client_for("pso@antwerp.demo").get("/reports/?state=open&mine=1").content.decode()
    assert str(ours) in page and str(theirs) not in page


def test_the_shell_offers_no_report_to_who_may_not(client_for):
    assert 'href="/reports/new/"' in client_for("pso@antwerp.demo").get("/").content.decode()
    assert 'href="/reports/new/"' not in client_for("operator@platform.demo").get("/").content.decode()
