"""Every table declares its policy, or why it needs none; the catalogue of the database is asked, not the code."""

from pathlib import Path

from django.apps import apps
from django.db.models import CASCADE, SET_NULL

from port2port.sharing.tables import TABLES, WITHOUT_POLICY


def test_every_table_has_a_policy_or_a_reason(owner):
    found = owner.execute(
        "select c.relname, c.relrowsecurity, exists (select 1 from pg_policy p where p.polrelid = c.oid),"
        " has_table_privilege('port2port_app', c.oid, 'select'), has_table_privilege('port2port_app', c.oid, 'insert'),"
        " has_table_privilege('port2port_app', c.oid, 'truncate')"
        " from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind = 'r'"
    ).fetchall()
    names = {row[0] for row in found}
    assert names == set(TABLES) | set(WITHOUT_POLICY), "declare new tables in sharing/tables.py"
    for name, secured, has_policy, selects, inserts, truncates in found:
        assert not truncates, name
        if name in TABLES:
            assert secured, f"{name} must have row-level security"
            assert has_policy or not (selects or inserts), name
        else:
            assert WITHOUT_POLICY[name], name


def test_a_content_row_stays_with_its_envelope(owner):
    assert owner.execute(
        "select has_column_privilege('port2port_app', 'reports_report', 'record_id', 'update')"
    ).fetchone() == (False,)


def test_the_serving_role_owns_nothing_and_definer_functions_are_pinned(owner):
    assert owner.execute(
        "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'port2port_app'"
    ).fetchone() == (0,)
    loose = owner.execute(
        "select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname = 'public' and p.prosecdef and not coalesce(p.proconfig::text, '') like '%search_path%'"
    ).fetchall()
    assert loose == [], "a definer function without its own search_path can be led astray"


def test_definer_functions_are_the_documented_ones(owner):
    text = Path("docs/definer-functions.md").read_text(encoding="utf-8")
    functions = owner.execute(
        "select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname = 'public' and p.prosecdef and p.prorettype <> 'trigger'::regtype"
    ).fetchall()
    missing = [name for (name,) in functions if f"`{name}" not in text]
    assert missing == []


def test_the_database_deletes_along_what_the_models_do(owner):
    """Django cascades in Python, retention deletes in the database: a key that differs would stop what must expire."""
    found = owner.execute(
        "select c.conrelid::regclass::text, a.attname, c.confdeltype from pg_constraint c"
        " join pg_attribute a on a.attrelid = c.conrelid and c.conkey = array[a.attnum] where c.contype = 'f'"
    ).fetchall()
    in_database = {(table, column): does for table, column, does in found}
    wanted = {
        (model._meta.db_table, field.column): {CASCADE: "c", SET_NULL: "n"}[field.remote_field.on_delete]
        for model in apps.get_models()
        if model.__module__.startswith("port2port.")
        for field in model._meta.local_concrete_fields
        if field.remote_field and field.db_constraint and field.remote_field.on_delete in (CASCADE, SET_NULL)
        and field.related_model._meta.app_label != "members"
    }  # fmt: skip
    assert wanted, "there are records that things hang on"
    assert {key: in_database[key] for key in wanted} == wanted
