"""The tables of base: the journal and its guards, settings, idempotency keys.

Written in SQL because the guards (policies, triggers, definer functions) are the point. The role `port2port_app`
serves and must exist on the server before; the owner runs this. ENABLE without FORCE: the owner passes by the
policies (migrations, backup, verification), but not by the triggers. Cannot be reversed: a journal does not unhappen.
"""

from django.db import migrations, models

ENTRIES = r"""
create table base_journal_entry (
    id uuid primary key,
    at timestamptz not null,
    salt bytea,
    payload text,
    actor uuid generated always as (((payload::jsonb) ->> 'actor')::uuid) stored,
    hat uuid generated always as (((payload::jsonb) ->> 'hat')::uuid) stored,
    organisation uuid generated always as (((payload::jsonb) ->> 'organisation')::uuid) stored,
    act text collate "C" generated always as ((payload::jsonb) ->> 'act') stored,
    kind text collate "C" generated always as ((payload::jsonb) ->> 'kind') stored,
    record uuid generated always as (((payload::jsonb) ->> 'record')::uuid) stored,
    -- erased entries have lost both; the leaf hash that the tree holds remains
    constraint base_journal_entry_erased check ((salt is null) = (payload is null)),
    constraint base_journal_entry_salt check (octet_length(salt) = 16),
    -- codes, counts and ids only: no space, no capital (but T and Z of a moment), no letter beyond ASCII
    constraint base_journal_entry_codes check (payload !~ '[^a-zTZ0-9_.:+{}\[\]",-]' and length(payload) <= 65536)
);
create index base_journal_entry_actor on base_journal_entry (actor, id desc);
create index base_journal_entry_organisation on base_journal_entry (organisation, id desc);
create index base_journal_entry_record on base_journal_entry (record, id desc) where record is not null;

create table base_journal_unsealed (
    entry uuid primary key
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

-- no foreign key to the entry: it would cost a lookup per sealed entry, and verification says more than it could
create table base_journal_leaf (
    place bigint primary key,
    entry uuid not null unique,
    leaf bytea not null check (octet_length(leaf) = 32)
);

create table base_journal_head (
    size bigint primary key check (size > 0),
    root bytea not null check (octet_length(root) = 32),
    at timestamptz not null,
    signature bytea not null check (octet_length(signature) = 64),
    edge bytea not null check (octet_length(edge) % 32 = 0)
);
"""

GUARDS = r"""
create function journal_may(wanted text) returns boolean
language sql stable as $$
    select wanted = any (string_to_array(current_setting('p2p.acts'), ','))
$$;

-- a system principal is known by its name, which is the scope of its session
create function journal_of(system text) returns boolean
language sql stable as $$
    select current_setting('p2p.scope') = system
$$;

create function journal_require(allowed boolean) returns void
language plpgsql stable as $$
begin
    if allowed is not true then
        raise exception 'this session may not do that to the journal' using errcode = 'insufficient_privilege';
    end if;
end
$$;

create function journal_admit() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    doc jsonb := new.payload::jsonb;
begin
    if new.actor is null or new.act is null or new.actor is distinct from nullif(current_setting('p2p.person'), '')::uuid
            or new.hat is distinct from nullif(current_setting('p2p.hat'), '')::uuid
            or new.organisation is distinct from nullif(current_setting('p2p.organisation'), '')::uuid then
        raise exception 'a journal entry names who acts in this session and nobody else'
            using errcode = 'insufficient_privilege';
    end if;
    if (doc ->> 'id')::uuid is distinct from new.id or (doc ->> 'at')::timestamptz is distinct from new.at
            or doc - '{act,actor,at,details,hat,id,kind,organisation,reason,record}'::text[] <> '{}'::jsonb then
        raise exception 'the payload of a journal entry does not fit its row' using errcode = 'check_violation';
    end if;
    insert into base_journal_unsealed (entry) values (new.id);
    return null;
end
$$;
-- AFTER, so that the generated columns are there, and so that ON CONFLICT DO NOTHING cannot queue an entry twice
create trigger journal_admit after insert on base_journal_entry for each row execute function journal_admit();

create function journal_keep() returns trigger
language plpgsql as $$
begin
    if tg_op = 'UPDATE' and tg_table_name = 'base_journal_entry' then
        -- only journal_erase sets this, and the serving role holds no UPDATE
        if current_setting('p2p.erasing', true) = 'on' and new.id = old.id and new.at = old.at
                and new.payload is null and new.salt is null then
            return new;
        end if;
    end if;
    raise exception 'the journal is append-only' using errcode = 'insufficient_privilege';
end
$$;
create trigger journal_keep before update or delete on base_journal_entry for each row execute function journal_keep();
create trigger journal_keep before update or delete on base_journal_leaf for each row execute function journal_keep();
create trigger journal_keep before update or delete on base_journal_head for each row execute function journal_keep();
create trigger journal_keep_all before truncate on base_journal_entry execute function journal_keep();
create trigger journal_keep_all before truncate on base_journal_leaf execute function journal_keep();
create trigger journal_keep_all before truncate on base_journal_head execute function journal_keep();

-- the person is never empty in a session: outside one, reading is an error and not an empty answer
alter table base_journal_entry enable row level security;
create policy journal_read on base_journal_entry for select using (
    actor = (select current_setting('p2p.person')::uuid)
    or organisation = (select nullif(current_setting('p2p.organisation'), '')::uuid) and (select journal_may('audit'))
);
-- who acts is checked by the trigger journal_admit, for the owner too
create policy journal_write on base_journal_entry for insert with check (true);

alter table base_journal_leaf enable row level security;
create policy journal_read on base_journal_leaf for select using (
    (select journal_of('sealer')) or exists (select from base_journal_entry e where e.id = entry)
);
alter table base_journal_head enable row level security;
create policy journal_read on base_journal_head for select using (
    (select journal_of('sealer')) or (select journal_of('worker')) or (select journal_may('audit'))
);
alter table base_journal_unsealed enable row level security;

grant select, insert (id, at, salt, payload) on base_journal_entry to port2port_app;
grant select on base_journal_leaf, base_journal_head to port2port_app;
comment on table base_journal_entry is 'policy: own entries; those of the own organisation with the act audit';
comment on table base_journal_leaf is 'policy: as the entry; all of them for the sealer';
comment on table base_journal_head is 'policy: the sealer, the worker (who mails them), and the act audit';
comment on table base_journal_unsealed is 'policy: none, nobody but the definer functions reaches it';
"""

FUNCTIONS = r"""
create function journal_seal(most integer) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    first bigint;
    placed bigint;
begin
    perform journal_require(journal_of('sealer'));
    -- one sealer at a time; the number is ours, taken from nothing. Each statement after it sees what the last
    -- sealer committed (READ COMMITTED).
    perform pg_advisory_xact_lock(9162);
    select coalesce(max(l.place) + 1, 0) into first from base_journal_leaf l;
    with taken as materialized (
        select u.entry, e.salt, e.payload
        from base_journal_unsealed u join base_journal_entry e on e.id = u.entry
        order by u.entry limit most
    ), gone as (
        delete from base_journal_unsealed u using taken t where u.entry = t.entry
    )
    insert into base_journal_leaf (place, entry, leaf)
    select first + row_number() over (order by t.entry) - 1, t.entry,
           sha256('\x00'::bytea || t.salt || convert_to(t.payload, 'UTF8'))
    from taken t;
    get diagnostics placed = row_count;
    return placed;
end
$$;

create function journal_add_head(size bigint, root bytea, at timestamptz, signature bytea, edge bytea) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform journal_require(journal_of('sealer'));
    perform pg_advisory_xact_lock(9162);
    if size is distinct from (select max(l.place) + 1 from base_journal_leaf l)
            or size <= (select coalesce(max(h.size), 0) from base_journal_head h) then
        raise exception 'a head of size % does not continue the journal', size using errcode = 'check_violation';
    end if;
    insert into base_journal_head values (size, root, at, signature, edge);
end
$$;

create function journal_erase(entries uuid[], id uuid, at timestamptz, salt bytea, payload text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    doc jsonb := payload::jsonb;
    own uuid := nullif(current_setting('p2p.organisation'), '')::uuid;
    every boolean := journal_of('worker');
    erased bigint;
begin
    perform journal_require(journal_may('erase') or journal_of('worker'));
    if doc ->> 'act' is distinct from 'journal.erased'
            or doc -> 'details' -> 'entries' is distinct from to_jsonb(entries) then
        raise exception 'an erasure is journalled as what it is' using errcode = 'check_violation';
    end if;
    insert into base_journal_entry (id, at, salt, payload) values (id, at, salt, payload);
    perform set_config('p2p.erasing', 'on', true);
    -- an unsealed entry has no leaf yet, so nothing would prove that it was there; the worker (retention)
    -- acts for no organisation and so for all
    update base_journal_entry e set payload = null, salt = null
    where e.id = any (entries) and e.payload is not null and (every or e.organisation = own)
        and e.act <> 'journal.erased'  -- verification asks these whether an erasure was journalled
        and exists (select from base_journal_leaf l where l.entry = e.id);
    get diagnostics erased = row_count;
    perform set_config('p2p.erasing', '', true);
    if erased <> (select count(distinct wanted) from unnest(entries) wanted) then
        raise exception 'some of these entries cannot be erased: absent, unsealed, erased, an erasure, or another organisation''s'
            using errcode = 'no_data_found';
    end if;
end
$$;

revoke all on function journal_seal(integer) from public;
revoke all on function journal_add_head(bigint, bytea, timestamptz, bytea, bytea) from public;
revoke all on function journal_erase(uuid[], uuid, timestamptz, bytea, text) from public;
revoke all on function journal_may(text), journal_of(text), journal_require(boolean) from public;
grant execute on function journal_may(text), journal_of(text) to port2port_app;  -- the policies call them
grant execute on function journal_seal(integer) to port2port_app;
grant execute on function journal_add_head(bigint, bytea, timestamptz, bytea, bytea) to port2port_app;
grant execute on function journal_erase(uuid[], uuid, timestamptz, bytea, text) to port2port_app;
"""

REST = r"""
create table base_setting (
    key text collate "C" primary key,
    value text not null
);
grant select on base_setting to port2port_app;
comment on table base_setting is 'policy: none, facts about the installation; only the owner writes them';

create table base_idempotency (
    actor uuid not null,
    key text collate "C" not null,
    method_path text not null,
    request_hash bytea not null,
    status integer,
    body bytea,
    content_type text,
    at timestamptz not null,
    primary key (actor, key)
);
create index base_idempotency_at on base_idempotency (at);
alter table base_idempotency enable row level security;
create policy own_read on base_idempotency for select
    using (actor = (select current_setting('p2p.person')::uuid));
create policy own_add on base_idempotency for insert
    with check (actor = (select current_setting('p2p.person')::uuid));
create policy own_change on base_idempotency for update
    using (actor = (select current_setting('p2p.person')::uuid));
create policy own_remove on base_idempotency for delete
    using (actor = (select current_setting('p2p.person')::uuid));
grant select, insert, update, delete on base_idempotency to port2port_app;
comment on table base_idempotency is 'policy: own rows only';

-- purging sees every actor's rows and tells only how many went; nothing younger than a day goes
create function idempotency_expire() returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bigint;
begin
    delete from base_idempotency where at < now() - interval '1 day';
    get diagnostics gone = row_count;
    return gone;
end
$$;
revoke all on function idempotency_expire() from public;
grant execute on function idempotency_expire() to port2port_app;
"""


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.RunSQL(ENTRIES),
        migrations.RunSQL(GUARDS),
        migrations.RunSQL(FUNCTIONS),
        migrations.RunSQL(REST),
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("salt", models.BinaryField(null=True)),
                ("payload", models.TextField(null=True)),
                ("actor", models.UUIDField(null=True)),
                ("hat", models.UUIDField(null=True)),
                ("organisation", models.UUIDField(null=True)),
                ("act", models.TextField(null=True)),
                ("kind", models.TextField(null=True)),
                ("record", models.UUIDField(null=True)),
            ],
            options={"db_table": "base_journal_entry", "managed": False},
        ),
        migrations.CreateModel(
            name="JournalLeaf",
            fields=[
                ("place", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry", models.UUIDField(unique=True)),
                ("leaf", models.BinaryField()),
            ],
            options={"db_table": "base_journal_leaf", "managed": False},
        ),
        migrations.CreateModel(
            name="JournalHead",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("signature", models.BinaryField()),
                ("edge", models.BinaryField()),
            ],
            options={"db_table": "base_journal_head", "managed": False},
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("value", models.TextField()),
            ],
            options={"db_table": "base_setting", "managed": False},
        ),
        migrations.CreateModel(
            name="Idempotency",
            fields=[
                ("pk", models.CompositePrimaryKey("actor", "key", primary_key=True, serialize=False)),
                ("actor", models.UUIDField()),
                ("key", models.TextField()),
                ("method_path", models.TextField()),
                ("request_hash", models.BinaryField()),
                ("status", models.IntegerField(null=True)),
                ("body", models.BinaryField(null=True)),
                ("content_type", models.TextField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "base_idempotency", "managed": False},
        ),
    ]
