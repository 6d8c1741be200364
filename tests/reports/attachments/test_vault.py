"""The vault: what lies on the disk says nothing, what was changed does not open, what nothing refers to goes."""

import os
import stat
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from port2port.base.clock import now
from port2port.base.errors import Refused
from port2port.base.ids import new_id
from port2port.base.key_files import UnsafeKey
from port2port.members.acting import acting_as_system
from port2port.reports import tasks
from port2port.reports.attachments import actions, queries, vault
from port2port.reports.attachments.checking import Upload, checked
from port2port.reports.attachments.models import Attachment
from tests.reports.attachments.conftest import OWNER, stored
from tests.reports.attachments.files import CAMERA, NOTE, picture
from tests.reports.writing import report

ANTWERP, NORTHSEA = UUID(int=1), UUID(int=2)
PLAIN = b"The quay at night, seen from the crane. " * 50


def age(path, hours: float = 2) -> None:
    moment = (now() - timedelta(hours=hours)).timestamp()
    os.utime(path, (moment, moment))


def test_what_lies_on_the_disk_says_nothing(folder, acting, shared):
    with acting(OWNER):
        actions.add_files(shared, [Upload("crane.txt", PLAIN), Upload("gate.jpg", picture("JPEG"))], at=now())
    files = stored(folder)
    assert len(files) == 3, "text is shared as it was added, and lies there once"
    for path in files:
        held = path.read_bytes()
        assert b"quay" not in held and CAMERA.encode() not in held and b"JFIF" not in held and b"Exif" not in held
        assert "crane" not in str(path) and "gate" not in str(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        for kept_in in (path.parent, folder):
            assert stat.S_IMODE(kept_in.stat().st_mode) == 0o700


def test_the_same_file_lies_there_once_for_one_owner_and_twice_for_two():
    first = vault.seal(PLAIN, ANTWERP)
    assert vault.seal(PLAIN, ANTWERP) == first
    other = vault.seal(PLAIN, NORTHSEA)
    assert other != first, "nobody learns from an address that somebody else has the same file"
    assert vault.unseal(first, ANTWERP) == vault.unseal(other, NORTHSEA) == PLAIN


def test_an_address_opens_for_its_owner_only():
    address = vault.seal(PLAIN, ANTWERP)
    with pytest.raises(vault.Damaged):
        vault.unseal(address, NORTHSEA)


def test_a_file_in_anothers_place_does_not_open():
    one, other = vault.seal(PLAIN, ANTWERP), vault.seal(NOTE, ANTWERP)
    vault._path(one).write_bytes(vault._path(other).read_bytes())
    with pytest.raises(vault.Damaged):
        vault.unseal(one, ANTWERP)


@pytest.mark.parametrize("where", [0, 4, 15, 16, 40, -1])
def test_a_flipped_byte_is_refused(where):
    address = vault.seal(PLAIN, ANTWERP)
    place = vault._path(address)
    held = bytearray(place.read_bytes())
    held[where] ^= 1
    place.write_bytes(held)
    with pytest.raises(vault.Damaged):
        vault.unseal(address, ANTWERP)


@pytest.mark.parametrize("length", [0, 3, 4, 10, 16, 20])
def test_a_file_that_was_cut_off_is_refused(length):
    address = vault.seal(PLAIN, ANTWERP)
    place = vault._path(address)
    place.write_bytes(place.read_bytes()[:length])
    with pytest.raises(vault.Damaged):
        vault.unseal(address, ANTWERP)


def test_adding_a_damaged_file_again_gives_it_back():
    address = vault.seal(PLAIN, ANTWERP)
    vault._path(address).write_bytes(b"rust")
    assert vault.seal(PLAIN, ANTWERP) == address
    assert vault.unseal(address, ANTWERP) == PLAIN


def test_the_page_says_that_a_file_is_damaged(acting, photo, client_for):
    with acting(OWNER):
        row = queries.attachment(photo)
        vault._path(row.address).unlink()
    answer = client_for(OWNER).get(f"/reports/attachments/{photo}/")
    assert answer.status_code == 500 and b"missing or was changed" in answer.content


def test_no_new_key_is_made_beside_files_that_it_would_not_open():
    vault.seal(PLAIN, ANTWERP)
    key = settings.DATA_DIR / vault.KEY_FILE
    aside = key.rename(key.with_suffix(".aside"))
    vault._keys.cache_clear()
    try:
        with pytest.raises(UnsafeKey, match="missing"):
            vault.seal(NOTE, ANTWERP)
        assert not key.exists()
    finally:
        aside.rename(key)


# ------------------------------------------------------------------------------------------------------- clearing


def test_what_nothing_refers_to_goes_and_all_else_stays(folder, acting, shared, photo):
    with acting(OWNER):
        spare = actions.add_files(shared, [Upload("note.txt", NOTE)], at=now())[0].id
        actions.remove_attachment(spare, at=now())
    young = stored(folder)
    assert tasks.sweep_attachments(timestamp=0) == 0, "an upload may be about to refer to them"
    for path in young:
        age(path)
    assert tasks.sweep_attachments(timestamp=0) == 1
    assert len(stored(folder)) == len(young) - 1
    with acting(OWNER):
        assert queries.content(queries.attachment(photo), at=now())
        assert queries.original_content(photo, at=now())


def test_a_file_that_two_reports_hold_stays_until_the_last_has_gone(folder, acting, shared):
    with acting(OWNER):
        first = actions.add_files(shared, [Upload("note.txt", NOTE)], at=now())[0].id
        other = actions.add_files(report().record_id, [Upload("same.txt", NOTE)], at=now())[0].id
        actions.remove_attachment(first, at=now())
    (path,) = stored(folder)
    age(path)
    assert tasks.sweep_attachments(timestamp=0) == 0
    with acting(OWNER):
        assert queries.content(queries.attachment(other), at=now()) == NOTE
        actions.remove_attachment(other, at=now())
    assert tasks.sweep_attachments(timestamp=0) == 1
    assert stored(folder) == []


def test_a_killed_upload_leaves_no_row_without_a_file_and_after_the_sweep_no_file_without_a_row(folder, acting, shared):
    class Killed(BaseException):
        pass

    with pytest.raises(Killed), acting(OWNER):
        actions.add_files(shared, [Upload("gate.png", picture())], at=now())
        assert Attachment.objects.count() == 1
        raise Killed  # the connection is lost: nothing is committed
    half = folder / "ab" / ".0123456789abcdef.part"
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_bytes(b"half")  # killed while writing
    with acting(OWNER):
        assert Attachment.objects.count() == 0
    left = stored(folder)
    assert len(left) == 3
    for path in left:
        age(path)
    assert tasks.sweep_attachments(timestamp=0) == 3
    assert stored(folder) == []


def test_no_file_goes_while_an_upload_is_under_way(folder, acting, shared, owner):
    """The row of an upload that is not committed is not seen; its lock is."""
    with acting(OWNER):
        files = checked([Upload("note.txt", NOTE)])
    address = vault.seal(NOTE, ANTWERP)
    age(vault._path(address))
    with owner.transaction():
        owner.execute("select pg_advisory_xact_lock_shared(%s)", [actions.VAULT_LOCK])
        assert tasks.sweep_attachments(timestamp=0) == 0
    assert tasks.sweep_attachments(timestamp=0) == 1
    with acting(OWNER):
        actions.add_attachments(shared, files, at=now())
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and mode = 'ShareLock'")
            assert cursor.fetchone() == (1,), "held until the upload is committed"


def test_only_the_worker_asks_what_is_kept(acting, photo):
    with pytest.raises(Refused), acting(OWNER):
        actions._kept([new_id().hex * 2])


def test_the_worker_learns_only_of_what_it_asked(acting, photo):
    with acting(OWNER):
        address = queries.attachment(photo).address
    with acting_as_system("worker"):
        assert actions._kept([address, new_id().hex * 2]) == {address}
