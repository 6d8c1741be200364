-- A topic is what an organisation has named for itself (a supplier, a system it uses) and must hear of. Its key is made from
-- the name alone: a UUID of version 8 (RFC 9562, 5.8), which no circle and no person has. So every name has a key, whether
-- anybody has named it or not; no row, no count and no error tells the two apart.
create function members_is_topic(k uuid) returns boolean language sql immutable parallel safe
as $$ select substr(k::text, 15, 1) = '8' $$;

-- Which organisations named what. In no grant and under no policy: only members_sight and members_holders read it, only
-- the triggers of what names things write it.
create table members_topic (
  organisation_id uuid not null references members_organisation (id) on delete cascade,
  key uuid not null check (members_is_topic(key)),
  primary key (organisation_id, key)
);
create index members_topic_key on members_topic (key);
alter table members_topic enable row level security;

-- Topics that anything was ever addressed to, whoever has named them. A session carries of its topics only these (see
-- members_enter): the others open nothing, and a register may hold hundreds, at which every list would slow down.
create table members_told (key uuid primary key check (members_is_topic(key)));
alter table members_told enable row level security;
alter table members_circle add constraint members_circle_no_topic check (not members_is_topic(id));
alter table members_person add constraint members_person_no_topic check (not members_is_topic(id));

-- Open screens of the organisation ask again which keys they hold.
create function members_topic_tell() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform pg_notify('p2p_access', coalesce(new.organisation_id, old.organisation_id)::text);
  return null;
end $$;
create trigger tell after insert or delete on members_topic for each row execute function members_topic_tell();
