import json
from django.test import Client
from tests.access.test_matrix import COLUMNS, MACHINES, address, asked, world, all_routes  # noqa
def test_fill(world, client_for, bearer_for):
    rows=json.load(open('/tmp/mrows.json'))
    browsers=[client_for(e) if e else Client() for e in COLUMNS]; machines=[Client(headers=bearer_for(e)) if e else Client() for e in COLUMNS]
    out={}
    for row in rows:
        verb, route = row.split(" ",1)
        clients = machines if route.startswith(MACHINES) else browsers
        out[row]=[]
        for c in clients:
            try: out[row].append(asked(c, verb, address(route, world)))
            except Exception as e: out[row].append(repr(e)[:300])
    json.dump(out,open('/tmp/mfound.json','w'),indent=0)
    json.dump(sorted(r for r in all_routes() if "displacement" in r), open('/tmp/mroutes.json','w'))
