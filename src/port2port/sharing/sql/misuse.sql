-- Against misuse from inside: exports are remembered and recalled; far too much reading or exporting raises an alarm in
-- the person's own organisation.

alter table sharing_export enable row level security;
create policy sight on sharing_export for select using (
  person_id = (select acting_person())
  or organisation_id = (select acting_organisation()) and (select acting_may('audit')));
-- A form that is signed on paper leaves without the act `export`: with whoever looks after each record in it.
create function sharing_own_papers(wanted text, held uuid[]) returns boolean language sql stable as $$
  select wanted = 'declaration' and acting_may('report') and cardinality(held) > 0 and not exists (select 1 from unnest(held) h
    where not exists (select 1 from sharing_record r where r.id = h and r.kind = wanted and sharing_is_steward(r.owner_id, r.author_id)))
$$;
create policy taking on sharing_export for insert with check (
  person_id = (select acting_person()) and organisation_id = (select acting_organisation())
  and ((select acting_may('export')) or sharing_own_papers(kind, records)) and recalled_at is null and deleted_at is null);
create policy deleting on sharing_export for update
  using (person_id = (select acting_person()) and recalled_at is not null)
  with check (person_id = (select acting_person()));
-- Which records it held is in no grant: neither a person's administrator nor a stolen session reads it back.
grant select (id, person_id, organisation_id, at, kind, form, number, recalled_at, deleted_at) on sharing_export to port2port_app;
grant insert on sharing_export to port2port_app;
grant update (deleted_at) on sharing_export to port2port_app;
create index sharing_export_records on sharing_export using gin (records);
create index sharing_export_at on sharing_export (at);

-- One remembers only what one sees: else an export of guessed ids would tell when a hidden record is withdrawn. The
-- records stay locked until the export is there, so that a withdrawal comes before it or finds it. TLP:RED leaves when a
-- second person has approved just this, which is thereby used up.
create function sharing_export_hold() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  held integer;
  red integer;
begin
  select count(*), count(*) filter (where seen.tlp = 4) into held, red from (
    select r.tlp from sharing_record r where r.id = any(new.records) and r.audience && acting_keys()
      and (r.tlp <= acting_ceiling() or r.author_id = acting_person()) and r.expires_at > now()
    order by r.id for share) seen;
  if held <> cardinality(new.records) or held <> new.number then
    raise exception 'an export holds what one sees, each record once' using errcode = 'PP404';
  end if;
  if red > 0 or new.circle is not null then
    update sharing_pair p set used_at = now() where p.id = (
      select q.id from sharing_pair q
      where q.person_id = new.person_id and q.organisation_id = new.organisation_id and q.approved and q.used_at is null
        and q.answered_at > now() - interval '24 hours' and q.kind = new.kind
        and q.records @> new.records and new.records @> q.records and q.circle is not distinct from new.circle
        and (new.circle is null or new.circle = any(acting_keys()) and acting_ceiling() = 4)
      limit 1 for update);
    if not found then
      raise exception 'TLP:RED leaves by two persons' using errcode = 'PP404';
    end if;
  end if;
  new.at := now();
  return new;
end $$;
create trigger hold before insert on sharing_export for each row execute function sharing_export_hold();

-- A copy is recalled when its record was withdrawn from everybody, or from whoever took it out.
create function sharing_export_lost(by_person uuid, for_organisation uuid, of_record uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select not exists (
    select 1 from sharing_record r
    join members_membership m on m.person_id = by_person and m.organisation_id = for_organisation
      and (m.until is null or m.until > now())
    cross join lateral members_sight(m.person_id, m.id) s
    where r.id = of_record and r.withdrawn_at is null and r.audience && s.keys)
$$;
create function sharing_export_recall() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update sharing_export x set recalled_at = now()
  where x.records @> array[new.record] and x.recalled_at is null and x.deleted_at is null
    and sharing_export_lost(x.person_id, x.organisation_id, new.record);
  return null;
end $$;
create trigger recall after insert on sharing_event for each row when (new.act = 'withdrawn')
  execute function sharing_export_recall();

-- Whom to tell to delete a file: those who took out what an event withdrew and still belong where they took it for.
create function sharing_export_people(event uuid) returns table (person uuid, email text, language text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker sends mail' using errcode = 'PP403';
  end if;
  return query select distinct p.id, a.email::text, p.language::text
    from sharing_event e
    join sharing_export x on x.records @> array[e.record] and x.recalled_at is not null and x.deleted_at is null
    join members_person p on p.id = x.person_id and p.active
    join members_account a on a.person_id = p.id and a.is_active
    join members_organisation o on o.id = x.organisation_id and o.left_at is null
    where e.id = event and e.act = 'withdrawn' and sharing_export_lost(x.person_id, x.organisation_id, e.record) and exists (
      select 1 from members_membership m where m.person_id = p.id and m.organisation_id = o.id
        and (m.until is null or m.until > now()));
end $$;

alter table sharing_misusealarm enable row level security;
create policy sight on sharing_misusealarm for select using (
  organisation_id = (select acting_organisation()) and (select acting_may('audit')));
-- Nobody settles an alarm about themselves, and what was looked at stays so.
create policy looking on sharing_misusealarm for update
  using (organisation_id = (select acting_organisation()) and (select acting_may('audit'))
    and person_id <> (select acting_person()) and seen_at is null)
  with check (organisation_id = (select acting_organisation()) and seen_by_id = (select acting_person()));
grant select on sharing_misusealarm to port2port_app;
grant update (seen_by_id, seen_at, remark) on sharing_misusealarm to port2port_app;
create index sharing_misusealarm_at on sharing_misusealarm (organisation_id, at desc);

-- Counting what the journal holds. It walks by id (UUIDv7: the moment is its beginning), so it costs the entries of the
-- last hour, and the habit only of whoever read more than `floor` different records in it.
create function sharing_id_at(at timestamptz) returns uuid language sql immutable as $$
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
-- Lax: an entry whose detail `records` is no list must not stop the count of everybody else.
create function sharing_records_in(record uuid, payload text) returns setof text language sql immutable as $$
  select record::text where record is not null
  union all
  select v #>> '{}' from jsonb_path_query(payload::jsonb, 'lax $.details.records[*]') v
$$;
create function sharing_reading(floor integer, days integer)
returns table (person uuid, organisation uuid, number integer, history integer[])
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker counts reading' using errcode = 'PP403';
  end if;
  return query
    with lately as (
      select e.actor, e.organisation as org, count(distinct r.record)::integer as many
      from base_journal_entry e cross join lateral sharing_records_in(e.record, e.payload) r(record)
      where e.id >= sharing_id_at(now() - interval '61 minutes') and e.at > now() - interval '1 hour'
        and e.organisation is not null and (e.act like '%.read' or e.act like '%.listed')
        and not exists (select 1 from sharing_misusealarm a where a.person_id = e.actor
          and a.organisation_id = e.organisation and a.kind = 'reading' and a.day = current_date)
      group by e.actor, e.organisation having count(distinct r.record) > floor)
    select l.actor, l.org, l.many, coalesce((
      select array_agg(h.many) from (
        select count(distinct r.record)::integer as many
        from base_journal_entry e cross join lateral sharing_records_in(e.record, e.payload) r(record)
        where e.actor = l.actor and e.organisation = l.org
          and e.id >= sharing_id_at(now() - make_interval(days => days)) and e.at <= now() - interval '1 hour'
          and (e.act like '%.read' or e.act like '%.listed')
        group by date_trunc('hour', e.at)) h), '{}')
    from lately l;
end $$;

create function sharing_exporting() returns table (person uuid, organisation uuid, exports integer, records integer)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker counts exports' using errcode = 'PP403';
  end if;
  return query select x.person_id, x.organisation_id, count(*)::integer, sum(x.number)::integer
    from sharing_export x where x.at > now() - interval '24 hours' group by 1, 2;
end $$;

create function sharing_alarm(about uuid, org uuid, of_kind text, many integer, usually integer) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  raised uuid;
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker raises alarms' using errcode = 'PP403';
  end if;
  insert into sharing_misusealarm (id, organisation_id, person_id, kind, at, day, number, usual, remark)
  values (new_uuid7(), org, about, of_kind, now(), current_date, many, usually, '')
  on conflict (person_id, organisation_id, kind, day) do nothing returning id into raised;
  return raised;
end $$;

create function sharing_forget_exports(days integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  gone integer;
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker forgets exports' using errcode = 'PP403';
  end if;
  delete from sharing_pair where asked_at < now() - make_interval(days => days);
  delete from sharing_misusealarm where at < now() - make_interval(days => days);
  delete from sharing_export where at < now() - make_interval(days => days);
  get diagnostics gone = row_count;
  return gone;
end $$;

revoke execute on function sharing_export_hold(), sharing_export_lost(uuid, uuid, uuid), sharing_export_recall(),
  sharing_export_people(uuid), sharing_id_at(timestamptz), sharing_records_in(uuid, text),
  sharing_reading(integer, integer), sharing_exporting(), sharing_alarm(uuid, uuid, text, integer, integer),
  sharing_forget_exports(integer) from public;
grant execute on function sharing_own_papers(text, uuid[]), sharing_export_people(uuid), sharing_reading(integer, integer), sharing_exporting(),
  sharing_alarm(uuid, uuid, text, integer, integer), sharing_forget_exports(integer) to port2port_app;
