-- Observables and matching. Sight of an observable is sight of its envelope and of its report; an answer to an ask is
-- read without the report. What is compared are blinded marks, which nobody reads but the functions below.

alter table reports_annex enable row level security;
create policy sight on reports_annex for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy birth on reports_annex for insert with check (answers is null and exists (
  select 1 from sharing_record r join sharing_record of on of.id = report_id
  where r.id = record_id and r.kind = 'annex' and r.owner_id = of.owner_id
    and sharing_is_steward(r.owner_id, r.author_id) and sharing_is_steward(of.owner_id, of.author_id)));
grant select, insert on reports_annex to port2port_app;
insert into sharing_kind (kind, holds) values ('annex', 'reports_annex');

alter table reports_observable enable row level security;
create policy sight on reports_observable for select using (
  exists (select 1 from sharing_record r where r.id = record_id)
  and (record_id = report_id or answer or exists (select 1 from sharing_record r where r.id = report_id)));
create policy birth on reports_observable for insert with check (
  not answer and added_by_id = (select acting_person())
  and exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id))
  and exists (select 1 from sharing_record r where r.id = report_id and sharing_is_steward(r.owner_id, r.author_id))
  and (record_id = report_id or exists (select 1 from reports_annex a where a.record_id = reports_observable.record_id
       and a.report_id = reports_observable.report_id and a.answers is null)));
create policy removal on reports_observable for delete using (
  not answer and exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)));
grant select, insert, delete on reports_observable to port2port_app;
create index reports_observable_value on reports_observable (kind, value);

-- Closed to everybody: read and written by the functions below only.
alter table reports_mark enable row level security;

alter table reports_hold enable row level security;
create policy stewards on reports_hold for select using (exists (
  select 1 from sharing_record r where r.id = report_id and r.owner_id = (select acting_organisation())));
grant select on reports_hold to port2port_app;

alter table reports_matchrule enable row level security;
create policy own on reports_matchrule for select using (organisation_id = (select acting_organisation()));
create policy setting on reports_matchrule for insert with check (
  organisation_id = (select acting_organisation()) and set_by_id = (select acting_person()) and (select acting_may('speak')));
create policy changing on reports_matchrule for update
  using (organisation_id = (select acting_organisation()) and (select acting_may('speak')))
  with check (organisation_id = (select acting_organisation()) and set_by_id = (select acting_person()));
grant select, insert on reports_matchrule to port2port_app;
grant update (tells, set_by_id, set_at) on reports_matchrule to port2port_app;

-- A note is for those of the organisation who see the observable of theirs that it is about.
alter table reports_matchnote enable row level security;
create policy own on reports_matchnote for select using (
  organisation_id = (select acting_organisation())
  and exists (select 1 from reports_observable o where o.id = observable_id));
create policy seen on reports_matchnote for update
  using (organisation_id = (select acting_organisation())) with check (organisation_id = (select acting_organisation()));
grant select (id, organisation_id, observable_id, near, first_at, last_at, times, seen_at) on reports_matchnote to port2port_app;
grant update (seen_at) on reports_matchnote to port2port_app;

-- Who asks reads the question and its answer; whom it was put to and about what stands in no grant.
alter table reports_ask enable row level security;
create policy asker on reports_ask for select using (organisation_id = (select acting_organisation()));
grant select (id, organisation_id, asked_by_id, asked_at, observable_id, reason, legal_basis, state, answer, answered_at)
  on reports_ask to port2port_app;

-- The session sees this envelope: the same three conditions as the policy of sharing_record.
create function reports_seen(e sharing_record) returns boolean language sql stable as $$
  select e.audience && acting_keys() and (e.tlp <= acting_ceiling() or e.author_id = acting_person()) and e.expires_at > now()
$$;

-- An organisation that said nothing lets others know that a match exists.
create function reports_tells(organisation uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce((select tells from reports_matchrule where organisation_id = organisation), true)
$$;

-- Which marks a session may be told of at all: not those under another's hold, and near forms of its own only.
create function reports_comparable(m reports_mark, organisation uuid) returns boolean language sql stable as $$
  select m.owner = organisation or (not m.own_only and (m.silent_until is null or m.silent_until <= now()))
$$;

-- How often and at how many ports the session sees each of these values (`ones` says which key is of which), itself and
-- near forms, and how many other members have one that it does not see and let that be known to those who look after
-- records. Members, never sightings: a count of what is hidden would tell of each.
create function reports_match_counts(ones integer[], keys bytea[], exacts boolean[], strongs boolean[], without uuid)
returns table (one integer, exact integer, near integer, ports integer, last_at timestamptz, hidden integer)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.one, s.exact, s.every - s.exact, s.ports, s.last_at, (
      select count(*)::integer from (select unnest(s.hiding) except select unnest(s.showing)) x(owner)
      where x.owner <> (select acting_organisation()) and reports_tells(x.owner) and (select acting_may('steward')))
  from (
    select m.one, count(distinct m.report) filter (where m.seen and m.exact)::integer as exact,
      count(distinct m.report) filter (where m.seen)::integer as every,
      count(distinct m.port) filter (where m.seen)::integer as ports, max(m.at) filter (where m.seen) as last_at,
      array_agg(distinct m.owner) filter (where m.seen and m.strong) as showing,
      array_agg(distinct m.owner) filter (where not m.seen and m.strong and m.current) as hiding
    from (
      select k.one, k.exact and m.near = '' as exact, k.strong and m.near in ('', 'container-serial') as strong,
        m.report, m.port, m.at, m.owner, e.expires_at > now() and e.withdrawn_at is null as current,
        e.audience && (select acting_keys()) and e.expires_at > now()
        and (e.tlp <= (select acting_ceiling()) or e.author_id = (select acting_person()))
        and r.audience && (select acting_keys()) and r.expires_at > now()
        and (r.tlp <= (select acting_ceiling()) or r.author_id = (select acting_person())) as seen
      from unnest(ones, keys, exacts, strongs) as k(one, key, exact, strong)
      join reports_mark m on m.key = k.key and m.report is distinct from without
        and (m.owner = (select acting_organisation()) or (not m.own_only and (m.silent_until is null or m.silent_until <= now())))
      join sharing_record e on e.id = m.record join sharing_record r on r.id = m.report
      ) m
    group by m.one) s
$$;

-- Ask every member that has a match I do not see and lets that be known. Returns how many were asked, not who.
create function reports_ask_owners(mine uuid, keys bytea[], why text, basis text) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  asked integer;
begin
  if not exists (select 1 from reports_observable o join sharing_record e on e.id = o.record_id and reports_seen(e)
      where o.id = mine and e.owner_id is not distinct from acting_organisation()) or not acting_may('steward') then
    raise exception 'no such observable' using errcode = 'PP404';
  end if;
  insert into reports_ask (id, organisation_id, asked_by_id, asked_at, observable_id, reason, legal_basis, owner, target, state, answer)
  select new_uuid7(), acting_organisation(), acting_person(), now(), mine, why, basis, m.owner, m.observable_id, 'open', ''
  from (
    select distinct on (m.owner) m.owner, m.observable_id
    from reports_mark m join sharing_record e on e.id = m.record join sharing_record r on r.id = m.report
    where m.key = any(keys) and m.near in ('', 'container-serial') and m.owner <> acting_organisation()
      and reports_comparable(m, acting_organisation())
      and e.expires_at > now() and e.withdrawn_at is null and not (reports_seen(e) and reports_seen(r)) and reports_tells(m.owner)
      and not exists (select 1 from reports_ask a where a.organisation_id = acting_organisation() and a.owner = m.owner
        and a.observable_id = mine and a.state = 'open')
    order by m.owner, m.near, m.at desc) m;
  get diagnostics asked = row_count;
  return asked;
end $$;

-- The owner's answer. `shared`: the value and the words go to the asker's organisation as an annex that needs no report;
-- `part`: the words alone; `declined`: the reason. An annex is born with its audience and ends after `days`.
create function reports_answer_ask(ask uuid, new_state text, words text, envelope uuid, terms_purpose text, terms_basis text, days integer)
returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  a reports_ask;
  o reports_observable;
  e sharing_record;
  circle uuid;
begin
  select * into a from reports_ask where id = ask and owner = acting_organisation() for update;
  select * into o from reports_observable where id = a.target;
  select * into e from sharing_record where id = o.record_id;
  if a.id is null or o.id is null or not reports_seen(e) then
    raise exception 'no such question' using errcode = 'PP404';
  end if;
  if not sharing_is_steward(e.owner_id, e.author_id) or not acting_may('share') then
    raise exception 'only its owner''s stewards may do this' using errcode = 'PP403';
  end if;
  if a.state <> 'open' then
    raise exception 'answered already' using errcode = 'PP409';
  end if;
  if new_state not in ('shared', 'part', 'declined') or days not between 1 and 365 then
    raise exception 'no such answer' using errcode = 'PP422', column = 'state';
  end if;
  if new_state <> 'declined' then
    select c.id into circle from members_circle c
    where c.kind = 'organisation' and c.organisation_id = a.organisation_id and c.closed_at is null;
    if circle is null then
      raise exception 'no such organisation' using errcode = 'PP404';
    end if;
    insert into sharing_record (id, kind, owner_id, author_id, audience, addressed, tlp, pap, purpose, legal_basis, personal_data,
      provenance, origin, origin_id, port_id, threat, at, updated_at, expires_at, version)
    values (envelope, 'annex', e.owner_id, acting_person(), array(select distinct k from unnest(e.audience || circle || acting_person()) k
        where k = circle or members_key_within(k, e.owner_id)), array[circle], 2, e.pap, terms_purpose,
      terms_basis, e.personal_data, 'member', '', '', null, e.threat, now(), now(), least(e.expires_at, now() + make_interval(days => days)), 1);
    insert into reports_annex (record_id, report_id, answers, text) values (envelope, o.report_id, a.id, words);
    if new_state = 'shared' then
      insert into reports_observable (id, record_id, report_id, answer, kind, value, checked, added_by_id, added_at)
      values (new_uuid7(), envelope, o.report_id, true, o.kind, o.value, o.checked, acting_person(), now());
    end if;
  end if;
  update reports_ask set state = new_state, answer = case when new_state = 'declined' then words else '' end,
    answered_by_id = acting_person(), answered_at = now() where id = ask;
  return o.report_id;
end $$;

-- A hold: set and released by the report's stewards; its marks follow at once.
create function reports_set_hold(r uuid, new_until timestamptz, release boolean) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  was sharing_record := sharing_stewarded(r, 'report');
begin
  if release then
    update reports_hold set released_at = now() where report_id = r and released_at is null;
    if not found then
      raise exception 'there is no hold' using errcode = 'PP409';
    end if;
  else
    insert into reports_hold (report_id, set_by_id, set_at, until) values (r, acting_person(), now(), new_until)
    on conflict (report_id) do update set set_by_id = excluded.set_by_id, set_at = excluded.set_at, until = excluded.until,
      released_at = null;
  end if;
  update reports_mark set silent_until = case when release then null else coalesce(new_until, 'infinity') end where report = was.id;
end $$;

-- Told when a later report matches: one row for each value and organisation. Asked by the worker for a report just made.
-- Who is told must see something: the new sighting itself, or, where its owner lets that be known, that one exists.
create function reports_tell_matches(new_report uuid) returns setof uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  n record;
  note uuid;
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker tells of matches' using errcode = 'PP403';
  end if;
  for n in
    with met as materialized (
      select distinct on (m.owner, mine.observable_id) m.owner, mine.key,
        coalesce(nullif(mine.near, ''), m.near) as near, m.observable_id, e.audience, e.tlp,
        mine.owner as fresh_owner, fresh.audience as fresh_audience, fresh.tlp as fresh_tlp
      from reports_mark mine
      join reports_mark m on m.key = mine.key and m.report <> mine.report
      join sharing_record e on e.id = m.record and e.expires_at > now() and e.withdrawn_at is null
      join sharing_record fresh on fresh.id = mine.record and fresh.expires_at > now() and fresh.withdrawn_at is null
      where mine.report = new_report and reports_comparable(mine, m.owner) and (not m.own_only or m.owner = mine.owner)
      order by m.owner, mine.observable_id, (mine.near <> '' or m.near <> ''), m.at desc, m.observable_id)
    select * from met
    where met.owner = met.fresh_owner or reports_tells(met.fresh_owner) or exists (
      select 1 from members_holders(met.fresh_audience) h where h.organisation = met.owner and h.ceiling >= met.fresh_tlp)
  loop
    insert into reports_matchnote (id, organisation_id, observable_id, key, near, first_at, last_at, times)
    values (new_uuid7(), n.owner, n.observable_id, n.key, n.near, now(), now(), 1)
    on conflict (organisation_id, key) do update set last_at = now(), times = reports_matchnote.times + 1,
      observable_id = excluded.observable_id, near = excluded.near
    returning id into note;
    insert into sharing_event (id, at, kind, act, record, keys, tlp, expires_at)
    values (new_uuid7(), clock_timestamp(), 'match', 'shared', note, n.audience, n.tlp, now() + interval '7 days')
    returning id into note;
    perform pg_notify('p2p_event', note::text);
    return next n.owner;
  end loop;
end $$;

-- An annex that identifies somebody stays within its organisation, and stays one; across go answers only, which
-- reports_answer_ask gives (there the current user is the owner of the tables).
create function reports_annex_stays() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
  k uuid;
begin
  if tg_op = 'UPDATE' and new.personal_data is distinct from old.personal_data then
    raise exception 'the class of an annex stays' using errcode = 'PP422', column = 'personal_data';
  end if;
  if new.personal_data <> 'none' and (tg_op = 'UPDATE' or current_user = 'port2port_app') then
    foreach k in array new.audience loop
      if not (tg_op = 'UPDATE' and k = any(old.audience)) and not reports_key_within(k, new.owner_id) then
        raise exception 'this stays within the organisation' using errcode = 'PP422', column = 'audience';
      end if;
    end loop;
  end if;
  return new;
end $$;
create function reports_key_within(k uuid, organisation uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$ select members_key_within(k, organisation) $$;
create trigger annex_stays before insert or update of audience, personal_data on sharing_record
  for each row when (new.kind = 'annex') execute function reports_annex_stays();

-- What follows the envelope of a report: withdrawn with it go its annexes and answers; marks know its owner and place.
create function reports_follow() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  whom uuid := nullif(current_setting('p2p.person', true), '')::uuid;
begin
  if new.withdrawn_at is not null and old.withdrawn_at is null then
    -- after a restore nobody acts: then it stays with its author
    update sharing_record set audience = array(select distinct k from unnest(array[author_id, whom]) k where k is not null),
      addressed = array(select distinct k from unnest(array[author_id, whom]) k where k is not null),
      withdrawn_at = new.withdrawn_at, version = version + 1, updated_at = now()
    where id in (select record_id from reports_annex where report_id = new.id) and withdrawn_at is null;
  end if;
  if (new.owner_id, new.port_id) is distinct from (old.owner_id, old.port_id) then
    update reports_mark set owner = case when record = new.id then new.owner_id else owner end, port = new.port_id
    where report = new.id;
  end if;
  return null;
end $$;
create trigger follow after update of withdrawn_at, owner_id, port_id on sharing_record
  for each row when (new.kind = 'report') execute function reports_follow();
create function reports_follow_time() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update reports_mark set at = new.occurred_at where report = new.record_id;
  return null;
end $$;
create trigger follow_time after update of occurred_at on reports_report
  for each row when (new.occurred_at is distinct from old.occurred_at) execute function reports_follow_time();

revoke execute on all functions in schema public from public;
grant execute on function reports_key_within(uuid, uuid), reports_mark_observables(uuid[], bytea[], text[], boolean[]), reports_matches(bytea[], uuid, integer),
  reports_match_counts(integer[], bytea[], boolean[], boolean[], uuid), reports_ask_owners(uuid, bytea[], text, text), reports_asks_to_us(),
  reports_answer_ask(uuid, text, text, uuid, text, text, integer), reports_set_hold(uuid, timestamptz, boolean),
  reports_tell_matches(uuid) to port2port_app;
