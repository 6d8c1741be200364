-- The policy. Sight: the audience holds one of the session's keys, the ceiling reaches the TLP (or one wrote it: a
-- newcomer whose verification is not confirmed yet may report, and reads the own report back), it has not expired.
-- Owning gives stewardship, never sight: changing needs both.

-- `is not distinct from` keeps the index of the owner out of it: a record is looked up by its id, whoever has many.
create function sharing_is_steward(owner uuid, author uuid) returns boolean language sql stable parallel safe
as $$ select owner is not distinct from acting_organisation() and (acting_may('steward') or (author = acting_person() and acting_may('report'))) $$;

alter table sharing_record enable row level security;
create policy sight on sharing_record for select using (
  audience && (select acting_keys()) and (tlp <= (select acting_ceiling()) or author_id = (select acting_person()))
  and expires_at > now());
create policy birth on sharing_record for insert with check (
  owner_id = (select acting_organisation()) and author_id = (select acting_person()) and (select acting_may('report')));
create policy stewardship on sharing_record for update
  using (sharing_is_steward(owner_id, author_id)) with check (sharing_is_steward(owner_id, author_id));
create policy burial on sharing_record for delete using (false);
-- Owner, author, audience, TLP, kind and retention are in no grant: only the definer functions below change them.
grant select, insert on sharing_record to port2port_app;
grant update (pap, purpose, legal_basis, personal_data, port_id, threat, updated_at, version) on sharing_record to port2port_app;
create index sharing_record_expiry on sharing_record (expires_at);
-- Identifiers from elsewhere are unique per origin and owner: a client learns nothing about what others imported.
create unique index sharing_record_origin on sharing_record (owner_id, origin, origin_id) where origin_id <> '';

-- Which table holds the content of a kind; each domain's migration adds its own.
create table sharing_kind (kind text primary key, holds regclass not null);

alter table sharing_posting enable row level security;
create policy sight on sharing_posting for select using (
  key = any((select acting_keys())::uuid[]) and (tlp <= (select acting_ceiling()) or not sensitive) and expires_at > now());
grant select on sharing_posting to port2port_app;
create index sharing_posting_newest on sharing_posting (key, kind, sensitive, at desc, record_id desc) include (tlp, expires_at);
create index sharing_posting_port on sharing_posting (key, kind, sensitive, port, at desc, record_id desc) include (tlp, expires_at);
create index sharing_posting_threat on sharing_posting (key, kind, sensitive, threat, at desc, record_id desc) include (tlp, expires_at);
create index sharing_posting_record on sharing_posting (record_id);

alter table sharing_event enable row level security;
create policy sight on sharing_event for select using (
  keys && (select acting_keys()) and tlp <= (select acting_ceiling()) and expires_at > now());
grant select on sharing_event to port2port_app;
create index sharing_event_at on sharing_event (at);

alter table sharing_tombstone enable row level security;
create policy sight on sharing_tombstone for select using (
  keys && (select acting_keys()) and tlp <= (select acting_ceiling()) and expires_at > now());
grant select on sharing_tombstone to port2port_app;
create index sharing_tombstone_keys on sharing_tombstone using gin (keys);

alter table sharing_searchable enable row level security;
create policy writing on sharing_searchable for insert with check (
  exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)));
create policy rewriting on sharing_searchable for update
  using (exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)))
  with check (exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)));
create policy reading on sharing_searchable for select using (
  exists (select 1 from sharing_record r where r.id = record_id));
-- The keys stand in the index beside the words: what a session does not see is not even looked up, so that no clock
-- tells of it. A key of a sensitive record has a lexeme of its own, for the ceiling.
alter table sharing_searchable add column lexemes text[] not null default '{}';
alter table sharing_searchable add column vector tsvector
  generated always as (to_tsvector('simple', words) || array_to_tsvector(lexemes)) stored;
create index sharing_searchable_vector on sharing_searchable using gin (vector);
create function sharing_lexemes(r sharing_record) returns text[] language sql immutable as $$
  select array_agg('@' || k || case when r.tlp >= 2 and k <> r.author_id then '!' else '' end) from unnest(r.audience) k
$$;
create function sharing_index() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  select sharing_lexemes(r) into new.lexemes from sharing_record r where r.id = new.record_id;
  return new;
end $$;
create trigger lexemes before insert on sharing_searchable for each row execute function sharing_index();
grant select (record_id, words), insert (record_id, words), update (words) on sharing_searchable to port2port_app;

alter table sharing_glass enable row level security;
create policy parties on sharing_glass for select using (
  asked_by_id = (select acting_person()) or approved_by_id = (select acting_person())
  or owner_id = (select acting_organisation()) and (select acting_may('audit'))
  or (select acting_may('operate')));
create policy asking on sharing_glass for insert with check (
  asked_by_id = (select acting_person()) and asked_for_id = (select acting_organisation())
  and (select acting_may('operate')) and approved_by_id is null and approved_at is null and until is null and owner_id is null);
create policy seen on sharing_glass for update
  using (owner_id = (select acting_organisation()) and (select acting_may('audit')))
  with check (owner_id = (select acting_organisation()));
grant select, insert on sharing_glass to port2port_app;
grant update (seen_by_owner_at) on sharing_glass to port2port_app;

-- What every envelope must satisfy, whoever writes it.
create function sharing_guard() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  everyone uuid := (select id from members_circle where kind = 'everyone');
  k uuid;
begin
  if cardinality(new.audience) = 0 or cardinality(new.audience) > 500 then
    raise exception 'an audience has 1 to 500 keys' using errcode = 'PP422', column = 'audience';
  end if;
  if everyone = any(new.audience) and new.tlp <> 0 then
    raise exception 'only TLP:CLEAR goes to everyone' using errcode = 'PP422', column = 'tlp';
  end if;
  -- What is for a topic is an alert, from its birth, and for nobody else but its owner's own: others beside them would be
  -- named to its stewards, and what those answer could be told from what the users of the topic answer.
  if exists (select 1 from unnest(new.audience) t where members_is_topic(t)) then
    if new.kind <> 'alert' or (tg_op = 'UPDATE' and not exists (select 1 from unnest(old.audience) t where members_is_topic(t))) then
      raise exception 'a topic is told of by an alert of its own' using errcode = 'PP422', column = 'audience';
    end if;
    foreach k in array new.audience loop
      if not members_is_topic(k) and k <> new.author_id and not members_key_within(k, new.owner_id)
         and not (tg_op = 'UPDATE' and k = any(old.audience)) then
        raise exception 'a topic goes with nobody else' using errcode = 'PP422', column = 'audience';
      end if;
    end loop;
  end if;
  if new.personal_data = 'direct' or new.tlp = 3 then
    foreach k in array new.audience loop
      if not members_key_within(k, new.owner_id) then
        raise exception 'this stays within the organisation' using errcode = 'PP422', column = 'audience';
      end if;
    end loop;
  end if;
  if new.tlp = 4 then
    foreach k in array new.audience loop
      if not members_key_personal(k) then
        raise exception 'TLP:RED goes to named persons only' using errcode = 'PP422', column = 'audience';
      end if;
    end loop;
  end if;
  if tg_op = 'INSERT' then
    if new.version <> 1 or new.withdrawn_at is not null then
      raise exception 'a record starts at version 1' using errcode = 'PP422', column = 'version';
    end if;
    foreach k in array new.audience loop
      if k <> everyone and not members_addressable(k) then
        raise exception 'no such addressee' using errcode = 'PP422', column = 'audience';
      end if;
    end loop;
  end if;
  return new;
end $$;
create trigger guard before insert or update of audience, tlp, personal_data, owner_id on sharing_record
  for each row execute function sharing_guard();

create function sharing_emit(r sharing_record, act text, keys uuid[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  event uuid := new_uuid7();
begin
  insert into sharing_event (id, at, kind, act, record, keys, tlp, expires_at)
  values (event, clock_timestamp(), r.kind, act, r.id, keys, r.tlp, now() + interval '7 days');
  perform pg_notify('p2p_event', event::text);
  if act = 'withdrawn' then
    perform procrastinate_defer_jobs_v1(array[row('mail', 'sharing.tell_withdrawal', 0, null, null,
      jsonb_build_object('event', event), null)::procrastinate_job_to_defer_v1]);
  end if;
end $$;

-- Postings and events follow the envelope; nobody else writes them.
create function sharing_post() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  lost uuid[];
begin
  if tg_op = 'UPDATE' and (new.audience, new.tlp, new.expires_at, new.port_id, new.threat)
       is distinct from (old.audience, old.tlp, old.expires_at, old.port_id, old.threat) then
    delete from sharing_posting where record_id = new.id;
    update sharing_searchable set lexemes = sharing_lexemes(new) where record_id = new.id;
  end if;
  if tg_op = 'INSERT' or (new.audience, new.tlp, new.expires_at, new.port_id, new.threat)
       is distinct from (old.audience, old.tlp, old.expires_at, old.port_id, old.threat) then
    insert into sharing_posting (key, record_id, kind, sensitive, at, port, threat, tlp, expires_at)
    select distinct k, new.id, new.kind, new.tlp >= 2 and k <> new.author_id, new.at, new.port_id, new.threat, new.tlp, new.expires_at
    from unnest(new.audience) k;
  end if;
  insert into members_told (key) select distinct k from unnest(new.audience) k where members_is_topic(k) on conflict do nothing;
  if tg_op = 'INSERT' then
    perform sharing_emit(new, 'shared', new.audience);
    return null;
  end if;
  select array_agg(k) into lost from unnest(old.audience) k where k <> all(new.audience);
  if lost is not null then
    insert into sharing_tombstone (record, kind, owner, keys, tlp, at, why, reason, expires_at)
    values (new.id, new.kind, new.owner_id, lost, old.tlp, now(), 'withdrawn',
            coalesce(current_setting('p2p.reason', true), ''), old.expires_at)
    on conflict (record) do update set keys = array(
      select distinct k from unnest(sharing_tombstone.keys || excluded.keys) k), at = excluded.at,
      tlp = least(sharing_tombstone.tlp, excluded.tlp), reason = excluded.reason;
    perform sharing_emit(old, 'withdrawn', lost);
  end if;
  if exists (select 1 from unnest(new.audience) k where k <> all(old.audience)) or new.tlp < old.tlp then
    update sharing_tombstone t set keys = array(select k from unnest(t.keys) k where k <> all(new.audience))
    where t.record = new.id;
    delete from sharing_tombstone t where t.record = new.id and cardinality(t.keys) = 0;
    perform sharing_emit(new, 'widened', new.audience);
  elsif new.version is distinct from old.version then
    perform sharing_emit(new, 'changed', new.audience);
  end if;
  return null;
end $$;
create trigger post after insert or update on sharing_record for each row execute function sharing_post();
