-- What is written to be compared, and what is asked of it most. PL/pgSQL keeps the plans of its statements, and reads the
-- names in them when it first runs: so this stands before the tables and rules that it speaks of, and may run again.

-- Blinded marks of one's own observables, and a job that looks for earlier ones: always the same work for the sender.
create or replace function reports_mark_observables(observables uuid[], keys bytea[], nears text[], own_onlies boolean[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into reports_mark (key, near, own_only, observable_id, record, report, owner, port, at, silent_until)
  select m.key, m.near, m.own_only, o.id, o.record_id, o.report_id, e.owner_id, f.port_id, p.occurred_at,
    (select coalesce(h.until, 'infinity') from reports_hold h where h.report_id = o.report_id and h.released_at is null)
  from unnest(observables, keys, nears, own_onlies) as m(observable, key, near, own_only)
  join reports_observable o on o.id = m.observable and not o.answer and o.added_by_id is not distinct from acting_person()
  join sharing_record e on e.id = o.record_id and e.owner_id is not distinct from acting_organisation()
  join sharing_record f on f.id = o.report_id
  join reports_report p on p.record_id = o.report_id;
  perform reports_queue_telling(r) from (select distinct report_id as r from reports_observable where id = any(observables)) reports;
end $$;

-- The newest sightings of these values that the session sees, `most` of each; the session's own report left out. Who is
-- asking is read once, and the plan is kept, which made anew took longer than the look-up: whatever the keys, each is looked
-- up by the index. This is what a machine asks a thousand times an hour.
create or replace function reports_matches(keys bytea[], without uuid, most integer)
returns table (key bytea, near text, observable uuid, report uuid, at timestamptz)
language plpgsql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  held uuid[] := acting_keys();
  ceiling smallint := acting_ceiling();
  me uuid := acting_person();
  ours uuid := acting_organisation();
begin
  return query select k, m.* from unnest(keys) k cross join lateral (
    select m.near::text, m.observable_id, m.report, m.at from reports_mark m
    join sharing_record e on e.id = m.record
    join sharing_record r on r.id = m.report
    where m.key = k and m.report is distinct from without
      and (m.owner = ours or (not m.own_only and (m.silent_until is null or m.silent_until <= now())))
      and e.audience && held and e.expires_at > now() and (e.tlp <= ceiling or e.author_id = me)
      and r.audience && held and r.expires_at > now() and (r.tlp <= ceiling or r.author_id = me)
    order by m.at desc limit least(most, 1000)) m;
end $$;

-- Questions put to my organisation, about an observable or about a report of ours that I see (kind `occasion`).
create or replace function reports_asks_to_us()
returns table (id uuid, organisation uuid, asked_at timestamptz, kind text, reason text, legal_basis text, target uuid,
  state text, answer text, answered_at timestamptz)
language plpgsql stable security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
  return query select a.id, a.organisation_id, a.asked_at, coalesce(o.kind::text, 'occasion'), a.reason::text, a.legal_basis::text, a.target,
    a.state::text, a.answer::text, a.answered_at
  from reports_ask a
  left join reports_observable o on o.id = a.target and a.observable_id is not null
  join sharing_record e on e.id = case when a.report_id is null then o.record_id else a.target end and reports_seen(e)
  where a.owner = acting_organisation() and acting_may('report')
  order by a.asked_at desc limit 200;
end $$;
