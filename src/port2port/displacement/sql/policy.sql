-- What the monitor may read, and who reads what it makes. Sight of a result follows from what went into it: a released one
-- holds published adoption and counts that single nothing out, a named one also what ports told by name (decision 0031).

-- How much is looked at a port says where nobody looks: own ports only, as AMBER+STRICT. The worker reads it to compute.
alter table displacement_effort enable row level security;
create policy sight on displacement_effort for select using (
  (select acting_scope()) = 'worker'
  or (select measures_reads_own()) and port_id = any((select measures_own_ports())::uuid[]));
create policy birth on displacement_effort for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person()) and measures_looks_after(port_id, null));
create policy changing on displacement_effort for update
  using (measures_looks_after(port_id, null))
  with check (organisation_id = (select acting_organisation()) and person_id = (select acting_person())
    and measures_looks_after(port_id, null));
create policy burial on displacement_effort for delete using (measures_looks_after(port_id, null));
grant select, insert, delete on displacement_effort to port2port_app;
grant update (amount, source, organisation_id, person_id, at, invented) on displacement_effort to port2port_app;

create function displacement_reads(sight text) returns boolean language sql stable as $$
  select case sight when 'released' then measures_in_community() when 'named' then measures_in_weakest_link() else false end
$$;
create function displacement_analyses(sight text) returns boolean language sql stable as $$
  select displacement_reads(sight) and acting_may('share') and acting_organisation() is not null
$$;

-- A person asks for a run and may stop it; only the worker says how far it is and what came out, and nobody afterwards.
alter table displacement_run enable row level security;
create policy sight on displacement_run for select using (displacement_reads(sight) or (select acting_scope()) = 'worker');
create policy birth on displacement_run for insert with check (
  state = 'queued' and result is null and not stop and progress = 0 and ended_at is null
  and (displacement_analyses(sight) and person_id = (select acting_person())
         and organisation_id = (select acting_organisation())
       or (select acting_scope()) = 'worker' and person_id is null and organisation_id is null));
create policy work on displacement_run for update
  using (state in ('queued', 'running') and ((select acting_scope()) = 'worker' or displacement_analyses(sight))
    or (select acting_scope()) = 'member' and displacement_analyses(sight) and person_id = (select acting_person()))
  with check ((select acting_scope()) = 'worker' or displacement_analyses(sight));
create policy burial on displacement_run for delete using (
  (select acting_scope()) = 'worker' and not kept and state not in ('queued', 'running'));
grant select, insert, delete on displacement_run to port2port_app;
grant update (state, step, progress, stop, ended_at, problems, result, code_version, invented, kept, name) on displacement_run to port2port_app;

-- One role serves both, so what a person may not touch is held here: the result and its course are the worker's.
create function displacement_run_before() returns trigger language plpgsql as $$
begin
  if acting_scope() <> 'worker' and (new.state, new.step, new.progress, new.ended_at, new.problems, new.result, new.code_version, new.invented)
      is distinct from (old.state, old.step, old.progress, old.ended_at, old.problems, old.result, old.code_version, old.invented) then
    raise exception 'only the worker says what came out' using errcode = 'PP403';
  end if;
  if acting_scope() = 'worker' and (new.name, new.kept) is distinct from (old.name, old.kept) then
    raise exception 'whether a variant is kept is a person''s choice' using errcode = 'PP403';
  end if;
  if acting_scope() <> 'worker' and (new.name, new.kept) is distinct from (old.name, old.kept)
      and old.person_id is distinct from acting_person() then
    raise exception 'only who tried it keeps it' using errcode = 'PP403';
  end if;
  return new;
end $$;
create trigger hold before update on displacement_run for each row execute function displacement_run_before();

-- A warning is seen with what it came from. An analyst decides once, and says later what came of it, once.
alter table displacement_warning enable row level security;
create policy sight on displacement_warning for select using (displacement_reads(sight) or (select acting_scope()) = 'worker');
create policy birth on displacement_warning for insert with check (
  (select acting_scope()) = 'worker' and state = 'waiting' and outcome = ''
  and exists (select 1 from displacement_run r where r.id = run_id and r.sight = displacement_warning.sight));
create policy deciding on displacement_warning for update
  using (displacement_analyses(sight) and (state = 'waiting' or outcome = ''))
  with check (displacement_analyses(sight) and (outcome <> '' and outcome_by_id = (select acting_person())
    or outcome = '' and decided_by_id = (select acting_person()) and decided_for_id = (select acting_organisation())));
create policy burial on displacement_warning for delete using (false);
grant select, insert on displacement_warning to port2port_app;
grant update (state, reason, decided_by_id, decided_for_id, decided_at, outcome, outcome_why, outcome_by_id, outcome_at)
  on displacement_warning to port2port_app;
create function displacement_warning_before() returns trigger language plpgsql as $$
begin
  if old.state <> 'waiting' and (new.state, new.reason, new.decided_by_id, new.decided_for_id, new.decided_at)
      is distinct from (old.state, old.reason, old.decided_by_id, old.decided_for_id, old.decided_at) or old.outcome <> '' then
    raise exception 'this was decided before' using errcode = 'PP409';
  end if;
  return new;
end $$;
create trigger hold before update on displacement_warning for each row execute function displacement_warning_before();

-- A signal is a record like any other, and stands as it was given: a forecast that can be changed cannot be scored.
alter table displacement_signal enable row level security;
create policy sight on displacement_signal for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy birth on displacement_signal for insert with check (
  exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'signal' and sharing_is_steward(r.owner_id, r.author_id)));
create policy frozen on displacement_signal for update using (false);
create policy burial on displacement_signal for delete using (false);
grant select, insert on displacement_signal to port2port_app;
insert into sharing_kind (kind, holds) values ('signal', 'displacement_signal');

-- Who gave it does not score it.
alter table displacement_score enable row level security;
create policy sight on displacement_score for select using (exists (select 1 from sharing_record r where r.id = signal_id));
create policy birth on displacement_score for insert with check (
  person_id = (select acting_person()) and organisation_id = (select acting_organisation()) and (select acting_may('share'))
  and exists (select 1 from sharing_record r where r.id = signal_id and r.kind = 'signal'
    and r.author_id <> (select acting_person()) and r.withdrawn_at is null));
create policy frozen on displacement_score for update using (false);
create policy burial on displacement_score for delete using (false);
grant select, insert on displacement_score to port2port_app;

-- What is counted. Published reports, one by one, as anybody may read them; of all others a count a month, of months that
-- are over, as far as it stood when this month began, so that nobody sees a single one arrive. What all members read is
-- counted as it is; of the rest a cell is told when it holds at least 3 reports of at least 2 organisations. A threat to a
-- person is in no count.
create function displacement_counts()
returns table (identifier text, port text, on_date date, given text, threat text, event_group text, number integer, published boolean, invented boolean)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  cutoff timestamptz := date_trunc('month', now() at time zone 'Europe/Brussels') at time zone 'Europe/Brussels';
  wide uuid[];
begin
  if acting_scope() <> 'worker' then
    raise exception 'not yours' using errcode = 'PP403';
  end if;
  select array_agg(c.id) into wide from members_circle c
    where c.kind = 'everyone' or c.slug = 'all-members' and c.kind = 'standing';
  return query
    with counted as (
      select r.id, p.locode, r.owner_id, r.provenance = 'published' and r.tlp = 0 as published,
        r.tlp <= 1 and r.audience && wide as open, (x.occurred_at at time zone 'Europe/Brussels')::date as day,
        x.occurred_precision as how, r.threat, x.event_group, r.provenance = 'invented' as made_up
      from sharing_record r join reports_report x on x.record_id = r.id join members_port p on p.id = r.port_id
      where r.kind = 'report' and r.withdrawn_at is null and r.expires_at > now()
        and not exists (select 1 from reports_personthreat t where t.report_id = r.id)
    ), cells as (
      select c.locode, date_trunc('month', c.day)::date as month, c.threat,
        count(*) filter (where c.open) as open, count(*) filter (where not c.open) as hidden,
        count(distinct c.owner_id) filter (where not c.open) as owners, bool_or(c.made_up) as made_up
      from counted c
      where not c.published and c.how <> 'year' and c.day < (cutoff at time zone 'Europe/Brussels')::date
        and c.id < sharing_id_at(cutoff)
      group by 1, 2, 3
    )
    select c.id::text, c.locode::text, c.day,
      case c.how when 'minute' then 'day' when 'hour' then 'day' else c.how end::text, c.threat::text, c.event_group::text,
      1, true, false
    from counted c where c.published
    union all
    select '', e.locode::text, e.month, 'month', e.threat::text, '',
      (e.open + case when e.hidden >= 3 and e.owners >= 2 then e.hidden else 0 end)::integer, false, e.made_up
    from cells e where e.open > 0 or e.hidden >= 3 and e.owners >= 2
    order by 2, 3, 5, 1;
end $$;

-- How far measures cover ports, over time: published steps, and for a named result also what ports told of themselves, of
-- measures that all members read.
create function displacement_coverage(named boolean)
returns table (measure uuid, category text, port text, since date, given text, coverage integer, published boolean)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'not yours' using errcode = 'PP403';
  end if;
  return query
    with wide as (
      select r.id, m.category from sharing_record r join measures_measure m on m.record_id = r.id
      where r.withdrawn_at is null and r.expires_at > now() and r.tlp <= 1
        and exists (select 1 from members_circle c where c.id = any(r.audience)
          and (c.kind = 'everyone' or c.slug = 'all-members' and c.kind = 'standing'))
    ), steps as (
      select a.measure_id, a.port_id, a.state::text, a.since, a.since_precision::text as given, a.coverage::integer, a.published
      from measures_adoption a where a.facility_id is null
      union all
      select a.measure_id, a.port_id, b.was->>'state', (b.was->>'since')::date, coalesce(b.was->>'since_precision', 'day'),
        (b.was->>'coverage')::integer, a.published
      from measures_pastadoption b join measures_adoption a on a.id = b.adoption_id where a.facility_id is null
    )
    select distinct w.id, w.category::text, p.locode::text, s.since, s.given, coalesce(s.coverage, 100), s.published
    from steps s join wide w on w.id = s.measure_id join members_port p on p.id = s.port_id
    where s.state = 'in_place' and s.since is not null and (named or s.published)
    order by 1, 3, 4;
end $$;

revoke execute on all functions in schema public from public;
grant execute on function displacement_reads(text), displacement_analyses(text), displacement_counts(),
  displacement_coverage(boolean) to port2port_app;
