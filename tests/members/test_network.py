"""The network: on the map and as a list; people only as far as one may know them."""

import json

import pytest

COMPANY, PSO = "contact@agent.demo", "pso@antwerp.demo"


def main(answer):
    page = answer.content.decode()
    return page[page.index('id="main"') : page.index("</main>")]


def test_the_map_is_geojson_of_ports_facilities_waterways_and_landmarks(client_for):
    answer = client_for(PSO).get("/network/map.json")
    assert answer.headers["Content-Type"] == "application/geo+json"
    features = json.loads(answer.content)["features"]
    kinds = {feature["properties"]["kind"] for feature in features}
    assert kinds == {"port", "facility", "waterway", "landmark"}
    for feature in features:
        points = feature["geometry"]["coordinates"]
        for lon, lat in points if feature["geometry"]["type"] == "LineString" else [points]:
            assert -1 < lon < 11 and 49 < lat < 55
    assert all(one["properties"]["invented"] for one in features if one["properties"]["kind"] == "facility")


def test_the_list_says_the_same_as_the_map(client_for):
    client = client_for(PSO)
    ports = [one["properties"] for one in json.loads(client.get("/network/map.json").content)["features"]]
    page = main(client.get("/network/"))
    for place in (one for one in ports if one["kind"] == "port"):
        assert f'href="{place["href"]}"' in page and place["name"] in page
        assert client.get(place["href"]).status_code == 200
    assert "Invented" in page


def test_people_are_shown_only_as_far_as_one_may_know_them(client_for):
    path = "/network/organisations/north-sea-port/"
    assert "Demo PSO North Sea Port" in main(client_for(PSO).get(path))
    assert "Port security officer (PSO)" in main(client_for(PSO).get(path))
    assert "Demo" not in main(client_for(COMPANY).get(path))
    assert "Demo PSO" not in main(client_for("operator@platform.demo").get("/network/"))


@pytest.mark.parametrize("path", ["/network/", "/network/ports/BEANR/", "/network/organisations/federal-police/"])
def test_nothing_for_those_who_are_not_signed_in(path, browser):
    assert browser().get(path).headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize("path", ["/network/ports/XXXXX/", "/network/ports/BEZZZ/", "/network/organisations/nobody/"])
def test_what_is_not_there_is_not_found(path, client_for):
    assert client_for(PSO).get(path).status_code == 404


def test_the_number_of_queries_does_not_grow(client_for, owner, statements):
    client = client_for(PSO)
    client.get("/network/")
    few = statements(client, "/network/")
    owner.execute(
        "insert into members_organisation (id, slug, names, kind, public, country, invented)"
        " select gen_random_uuid(), 'more-' || n, '{\"en\": \"More\"}', 'company', false, 'BE', true"
        " from generate_series(1, 20) n"
    )
    owner.execute(
        "insert into members_organisation_ports (organisation_id, port_id) select o.id, p.id"
        " from members_organisation o, members_port p where o.slug like 'more-%' and p.locode = 'BEANR'"
    )
    assert statements(client, "/network/") == few


def test_a_port_tells_its_facilities_committee_and_circle(client_for):
    page = main(client_for(PSO).get("/network/ports/beanr/"))
    assert "BEANR-9901" in page and "Invented" in page
    assert "/network/organisations/committee-beanr/" in page
    assert "Port of Antwerp: authority, facilities, police" in page
