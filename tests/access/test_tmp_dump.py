import json

from tests.access import test_matrix as tm
from tests.access.test_matrix import *


def test_dump(world, client_for, bearer_for):
    rows = json.load(open("/tmp/practice-rows.json"))
    tm.MATRIX = {r: () for r in rows}
    found = tm.answers(world, client_for, bearer_for)
    json.dump(found, open("/tmp/practice-answers.json", "w"))
