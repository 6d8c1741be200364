-- Occasions: reports of nearly the same place, time and method. They are compared as they stand on the report (they lead
-- to nobody, and nothing of them leaves the database but what its reader sees), by index, within limits that are data.
-- What a session sees is shown to it. That a report exists which it does not see is told to nobody, unless that report's
-- owner said so: a place and a night can be guessed, a container's number cannot (decision 0023).

-- A cell of 0.05 by 0.08 degrees, about 5.5 km at the North Sea: what lies within 4 km lies in it or in one beside it.
create function reports_cell(lat double precision, lon double precision) returns integer
language sql immutable strict parallel safe as $$
  select floor((lat + 90) * 20)::integer * 10000 + floor((lon + 180) * 12.5)::integer
$$;
-- Great-circle distance by the haversine formula (Sinnott 1984).
create function reports_km(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision)
returns double precision language sql immutable strict parallel safe as $$
  select 12742 * asin(least(1, sqrt(sin(radians(lat2 - lat1) / 2) ^ 2
    + cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ^ 2)))
$$;
create index reports_report_cell on reports_report (reports_cell(lat, lon), occurred_at)
  where modus_operandi <> '' or cardinality(modus_operandi_also) > 0;
create index reports_report_lock on reports_report (landmark_id, occurred_at)
  where landmark_id is not null and (modus_operandi <> '' or cardinality(modus_operandi_also) > 0);
create index reports_report_quay on reports_report (facility_id, occurred_at)
  where facility_id is not null and (modus_operandi <> '' or cardinality(modus_operandi_also) > 0);

-- Where, when and how: what is asked with. `reach`: how far from its moment it may tie; `windows`: the same of the others,
-- by the precision of their time. A caller may ask within less than the program does, never within much more.
create type reports_occasion as (
  methods text[], at timestamptz, reach interval, quay uuid, lock uuid, lat double precision, lon double precision,
  precisions text[], windows interval[], km double precision);

-- Every report that ties with an occasion, whoever may see it: for the functions below only.
create function reports_alike(o reports_occasion, without uuid)
returns table (report uuid, moment timestamptz, apart interval, method text, km double precision, named boolean)
language plpgsql stable set search_path = public, pg_temp as $$
declare
  most interval := interval '84 hours';  -- 72 and the longest margin
  widest interval := least(most, greatest(o.reach, (select max(w) + interval '12 hours' from unnest(o.windows) w)));
  here integer := reports_cell(o.lat, o.lon);
begin
  return query
    with near as (
      select p.record_id from reports_report p where p.landmark_id = o.lock
        and p.occurred_at between o.at - widest and o.at + widest
        and (p.modus_operandi <> '' or cardinality(p.modus_operandi_also) > 0)
      union
      select p.record_id from reports_report p where p.facility_id = o.quay
        and p.occurred_at between o.at - widest and o.at + widest
        and (p.modus_operandi <> '' or cardinality(p.modus_operandi_also) > 0)
      union
      select p.record_id from unnest(array[-10000, 0, 10000]) north cross join unnest(array[-1, 0, 1]) east
        join reports_report p on reports_cell(p.lat, p.lon) = here + north + east
          and p.occurred_at between o.at - widest and o.at + widest
          and (p.modus_operandi <> '' or cardinality(p.modus_operandi_also) > 0)
        where reports_km(p.lat, p.lon, o.lat, o.lon) <= least(o.km, 4))
    select p.record_id, p.occurred_at,
      case when p.occurred_at > o.at then p.occurred_at - o.at else o.at - p.occurred_at end,
      (select c from unnest(o.methods) with ordinality x(c, n) where c = p.modus_operandi or c = any(p.modus_operandi_also)
        order by n limit 1),
      reports_km(p.lat, p.lon, o.lat, o.lon),
      coalesce(p.landmark_id = o.lock, false) or coalesce(p.facility_id = o.quay, false)
    from near n join reports_report p on p.record_id = n.record_id
    join unnest(o.precisions, o.windows) w(precision, wide) on w.precision = p.occurred_precision
    where p.record_id is distinct from without
      and o.methods && (p.modus_operandi_also || p.modus_operandi)::text[]
      and p.occurred_at between o.at - least(most, greatest(o.reach, w.wide + make_interval(mins => coalesce(p.occurred_margin, 0))))
        and o.at + least(most, greatest(o.reach, w.wide + make_interval(mins => coalesce(p.occurred_margin, 0))))
      and not exists (select 1 from reports_personthreat t where t.report_id = p.record_id);
end $$;

-- Under a hold that is in force a report is compared for its owner only.
create function reports_silent(r uuid) returns boolean language sql stable as $$
  select exists (select 1 from reports_hold h
    where h.report_id = r and h.released_at is null and (h.until is null or h.until > now()))
$$;
create function reports_tells_occasions(organisation uuid) returns boolean language sql stable as $$
  select coalesce((select tells_occasions from reports_matchrule where organisation_id = organisation), false)
$$;

-- The reports that tie with an occasion and that the session sees, the nearest in time first.
create function reports_occasions(o reports_occasion, without uuid, most integer)
returns table (report uuid, moment timestamptz, apart interval, method text, km double precision, named boolean, port uuid)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return query
    select a.report, a.moment, a.apart, a.method, a.km, a.named, e.port_id
    from reports_alike(o, without) a join sharing_record e on e.id = a.report
    where reports_seen(e) and e.withdrawn_at is null
      and (e.owner_id is not distinct from acting_organisation() or not reports_silent(a.report))
    order by a.apart, a.report limit least(most, 1000);
end $$;

-- The occasion of a report of one's own organisation, as it is stored: no other can be asked about what is hidden.
create function reports_own_occasion(mine uuid, precisions text[], windows interval[], km double precision)
returns reports_occasion language plpgsql stable set search_path = public, pg_temp as $$
declare
  found_row reports_occasion;
begin
  select array_remove(array[p.modus_operandi::text] || p.modus_operandi_also::text[], ''), p.occurred_at,
    w.wide + make_interval(mins => coalesce(p.occurred_margin, 0)), p.facility_id, p.landmark_id, p.lat, p.lon,
    precisions, windows, km into found_row
  from reports_report p join unnest(precisions, windows) w(precision, wide) on w.precision = p.occurred_precision
  join sharing_record e on e.id = p.record_id
  where p.record_id = mine and e.owner_id is not distinct from acting_organisation() and reports_seen(e) and e.withdrawn_at is null
    and acting_may('steward') and not exists (select 1 from reports_personthreat t where t.report_id = mine);
  return found_row;
end $$;

-- The members that have such a report which the session does not see, and that said that others may learn of it.
create function reports_hidden_owners(o reports_occasion, mine uuid)
returns table (owner uuid, report uuid) language plpgsql stable set search_path = public, pg_temp as $$
begin
  return query
    with alike as materialized (
      select e.owner_id, a.report, a.apart, reports_seen(e) as seen
      from reports_alike(o, mine) a join sharing_record e on e.id = a.report
      where e.owner_id <> acting_organisation() and e.withdrawn_at is null and e.expires_at > now()
        and not reports_silent(a.report))
    select distinct on (a.owner_id) a.owner_id, a.report from alike a
    where not a.seen and reports_tells_occasions(a.owner_id)
      and not exists (select 1 from alike s where s.seen and s.owner_id = a.owner_id)
    order by a.owner_id, a.apart, a.report;
end $$;

-- How many members those are: members, never reports.
create function reports_occasions_hidden(mine uuid, precisions text[], windows interval[], km double precision) returns integer
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  o reports_occasion := reports_own_occasion(mine, precisions, windows, km);
begin
  if o.at is null then
    return 0;
  end if;
  return (select count(*)::integer from reports_hidden_owners(o, mine));
end $$;

-- Ask them. Returns how many were asked, not who.
create function reports_ask_about_occasion(mine uuid, precisions text[], windows interval[], km double precision, why text, basis text)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  o reports_occasion := reports_own_occasion(mine, precisions, windows, km);
  asked integer;
begin
  if o.at is null then
    raise exception 'no such report of yours' using errcode = 'PP404';
  end if;
  insert into reports_ask (id, organisation_id, asked_by_id, asked_at, report_id, reason, legal_basis, owner, target, state, answer)
  select new_uuid7(), acting_organisation(), acting_person(), now(), mine, why, basis, h.owner, h.report, 'open', ''
  from reports_hidden_owners(o, mine) h
  where not exists (select 1 from reports_ask a where a.organisation_id = acting_organisation() and a.owner = h.owner
    and a.report_id = mine and a.state = 'open');
  get diagnostics asked = row_count;
  return asked;
end $$;

-- The owner's answer to a question about place, time and method: in words, or not. The report itself is shared as any
-- other is. An annex is born with its audience and ends after `days`.
create function reports_answer_occasion(ask uuid, new_state text, words text, envelope uuid, terms_purpose text, terms_basis text, days integer)
returns uuid language plpgsql security definer set search_path = public, pg_temp as $$
declare
  a reports_ask;
  e sharing_record;
  circle uuid;
begin
  select * into a from reports_ask where id = ask and owner = acting_organisation() and report_id is not null for update;
  select * into e from sharing_record where id = a.target;
  if a.id is null or e.id is null or not reports_seen(e) then
    raise exception 'no such question' using errcode = 'PP404';
  end if;
  if not sharing_is_steward(e.owner_id, e.author_id) or not acting_may('share') then
    raise exception 'only its owner''s stewards may do this' using errcode = 'PP403';
  end if;
  if a.state <> 'open' then
    raise exception 'answered already' using errcode = 'PP409';
  end if;
  if new_state not in ('part', 'declined') or days not between 1 and 365 then
    raise exception 'no such answer' using errcode = 'PP422', column = 'answer';
  end if;
  if new_state = 'part' then
    select c.id into circle from members_circle c
    where c.kind = 'organisation' and c.organisation_id = a.organisation_id and c.closed_at is null;
    if circle is null then
      raise exception 'no such organisation' using errcode = 'PP404';
    end if;
    insert into sharing_record (id, kind, owner_id, author_id, audience, addressed, tlp, pap, purpose, legal_basis, personal_data,
      provenance, origin, origin_id, port_id, threat, at, updated_at, expires_at, version)
    values (envelope, 'annex', e.owner_id, acting_person(), array(select distinct k from unnest(e.audience || circle || acting_person()) k
        where k = circle or members_key_within(k, e.owner_id)), array[circle], 2, e.pap, terms_purpose, terms_basis, 'none', 'member',
      '', '', null, e.threat, now(), now(), least(e.expires_at, now() + make_interval(days => days)), 1);
    insert into reports_annex (record_id, report_id, answers, text) values (envelope, a.target, a.id, words);
  end if;
  update reports_ask set state = new_state, answer = case when new_state = 'declined' then words else '' end,
    answered_by_id = acting_person(), answered_at = now() where id = ask;
  return a.target;
end $$;

-- One job for a report that has something to compare, queued in the database so that sharing asks for nothing more.
create function reports_queue_telling(r uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from procrastinate_jobs where queueing_lock = 'reports.tell:' || r and status = 'todo') then
    perform procrastinate_defer_jobs_v1(array[row('default', 'reports.tell_matches', 0, null, 'reports.tell:' || r,
      jsonb_build_object('record', r), null)::procrastinate_job_to_defer_v1]);
  end if;
end $$;
create function reports_occasion_changed() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform reports_queue_telling(new.record_id);
  return null;
end $$;
create trigger occasion_made after insert on reports_report for each row
  when (new.modus_operandi <> '' or cardinality(new.modus_operandi_also) > 0) execute function reports_occasion_changed();
create trigger occasion_changed after update of modus_operandi, modus_operandi_also, occurred_at, occurred_precision, occurred_margin,
    facility_id, landmark_id, lat, lon on reports_report for each row
  when ((new.modus_operandi <> '' or cardinality(new.modus_operandi_also) > 0)
    and (new.modus_operandi, new.modus_operandi_also, new.occurred_at, new.occurred_precision, new.occurred_margin, new.facility_id,
      new.landmark_id, new.lat, new.lon)
    is distinct from (old.modus_operandi, old.modus_operandi_also, old.occurred_at, old.occurred_precision, old.occurred_margin,
      old.facility_id, old.landmark_id, old.lat, old.lon)) execute function reports_occasion_changed();

-- Told when a later report ties with one of ours: one note for each organisation, about its report that is nearest in
-- time. Its people are told who see both; who sees ours only learns that one exists if the later one's owner said so.
-- Whoever wrote the later one learns nothing of what they do not see.
create function reports_tell_occasions(new_report uuid, precisions text[], windows interval[], km double precision) returns setof uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  o reports_occasion;
  fresh sharing_record;
  silent boolean := reports_silent(new_report);
  known uuid[];
  n record;
  event uuid;
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker tells of matches' using errcode = 'PP403';
  end if;
  select * into fresh from sharing_record e where e.id = new_report and e.expires_at > now() and e.withdrawn_at is null;
  select array_remove(array[p.modus_operandi::text] || p.modus_operandi_also::text[], ''), p.occurred_at,
    w.wide + make_interval(mins => coalesce(p.occurred_margin, 0)), p.facility_id, p.landmark_id, p.lat, p.lon,
    precisions, windows, km into o
  from reports_report p join unnest(precisions, windows) w(precision, wide) on w.precision = p.occurred_precision
  where p.record_id = new_report and not exists (select 1 from reports_personthreat t where t.report_id = new_report);
  if fresh.id is null or o.at is null then
    return;
  end if;
  for n in
    select distinct on (e.owner_id) e.owner_id, e.id, e.audience, e.tlp
    from reports_alike(o, new_report) a join sharing_record e on e.id = a.report and e.expires_at > now() and e.withdrawn_at is null
    where e.owner_id = fresh.owner_id or not silent
    order by e.owner_id, a.apart, e.id
  loop
    select array_agg(distinct who.person) into known from (
      select h.person from members_holders(n.audience) h where h.organisation = n.owner_id and h.ceiling >= n.tlp
      intersect
      select h.person from members_holders(fresh.audience) h where h.organisation = n.owner_id and h.ceiling >= fresh.tlp) who
    where who.person <> fresh.author_id;
    if known is null and (n.owner_id = fresh.owner_id or not reports_tells_occasions(fresh.owner_id)) then
      continue;
    end if;
    insert into reports_matchnote (id, organisation_id, report_id, key, near, first_at, last_at, times, met)
    values (new_uuid7(), n.owner_id, n.id, uuid_send(n.id), 'occasion', now(), now(), 1, case when known is null then null else new_report end)
    on conflict (organisation_id, key) do update set last_at = now(), times = reports_matchnote.times + 1, met = excluded.met
      where reports_matchnote.met is distinct from excluded.met
    returning id into event;
    if event is not null then
      if known is null then
        select array_agg(distinct h.person) into known from members_holders(n.audience) h
        where h.organisation = n.owner_id and h.ceiling >= n.tlp;
      end if;
      insert into sharing_event (id, at, kind, act, record, keys, tlp, expires_at)
      values (new_uuid7(), clock_timestamp(), 'match', 'shared', event, coalesce(known, '{}'), greatest(n.tlp, fresh.tlp),
        now() + interval '7 days')
      returning id into event;
      perform pg_notify('p2p_event', event::text);
      return next n.owner_id;
    end if;
  end loop;
end $$;

-- A note is for those of the organisation who see what of theirs it is about, and the later report if it names one,
-- which they did not write themselves.
drop policy own on reports_matchnote;
create policy own on reports_matchnote for select using (
  organisation_id = (select acting_organisation())
  and (exists (select 1 from reports_observable o where o.id = observable_id)
    or exists (select 1 from sharing_record r where r.id = report_id)
      and (met is null or exists (
        select 1 from sharing_record r where r.id = met and r.author_id <> (select acting_person())))));
grant select (report_id, met) on reports_matchnote to port2port_app;
grant select (report_id) on reports_ask to port2port_app;
grant update (tells_occasions) on reports_matchrule to port2port_app;

revoke execute on all functions in schema public from public;
grant execute on function reports_occasions(reports_occasion, uuid, integer),
  reports_occasions_hidden(uuid, text[], interval[], double precision),
  reports_ask_about_occasion(uuid, text[], interval[], double precision, text, text),
  reports_answer_occasion(uuid, text, text, uuid, text, text, integer),
  reports_tell_occasions(uuid, text[], interval[], double precision),
  reports_cell(double precision, double precision) to port2port_app;
