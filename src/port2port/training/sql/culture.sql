-- Culture at a glance: how the organisations of the network are trained, as a distribution that names nobody. An organisation
-- reads its own figures under the policies of courses; of the rest it is told quartiles, of at least six, here alone.

-- Which audience of the ISPS Code (part B, 18.1 to 18.3) somebody belongs to, by role, as `culture.rules.audience_of`.
create function training_audience(roles varchar[]) returns text language sql immutable as $$
  select case
    when roles && array['port_security_officer', 'deputy_port_security_officer', 'facility_security_officer']::varchar[] then 'pfso'
    when roles && array['duty_desk', 'authority_officer']::varchar[] then 'security_staff'
    else 'all_others' end
$$;

-- Nobody sees who took a course today: what was taken counts as at the beginning of the month, as in compliance_figures. Who
-- works where is as now, and the rest is rounded.
create function training_month() returns timestamptz language sql stable
as $$ select date_trunc('month', now() at time zone 'Europe/Brussels') at time zone 'Europe/Brussels' $$;

-- For each organisation, audience and topic: how many people, and for how many of them a course on it counts.
create function training_shares(cutoff timestamptz)
returns table (organisation uuid, audience text, topic text, people integer, trained integer)
language sql stable security definer set search_path = public, pg_temp as $$
  with held as (
    select distinct c.organisation_id, c.person_id, t.topic from training_completion c
    join training_edition e on e.id = c.edition_id, jsonb_array_elements_text(e.content -> 'head' -> 'topics') t(topic)
    where c.at < cutoff and (c.withdrawn_at is null or c.withdrawn_at >= cutoff)
      and least(c.valid_until, coalesce(e.counts_until, c.valid_until)) >= (cutoff at time zone 'Europe/Brussels')::date
  ), people as (
    select m.organisation_id, m.person_id, training_audience(array_agg(r)) as audience
    from members_membership m join members_person p on p.id = m.person_id and p.kind = 'human' and p.active, unnest(m.roles) r
    where not m.shielded and (m.until is null or m.until > now()) group by 1, 2
  ), topics as (
    select distinct t.topic from training_edition e, jsonb_array_elements_text(e.content -> 'head' -> 'topics') t(topic) where e.counts_until is null
  )
  select p.organisation_id, p.audience, t.topic, count(*)::integer, count(h.person_id)::integer
  from people p join topics t on left(t.topic, 1) = case p.audience when 'pfso' then 'P' when 'security_staff' then 'S' else 'O' end
  left join held h on h.organisation_id = p.organisation_id and h.person_id = p.person_id and h.topic = t.topic
  group by 1, 2, 3
$$;

-- For each organisation that has people here: in how many drills and exercises it took part in the twelve months before.
create function training_exercised(cutoff timestamptz) returns table (organisation uuid, size text, number integer)
language sql stable security definer set search_path = public, pg_temp as $$
  select o.id, s.size, count(distinct x.record_id)::integer
  from (select distinct m.organisation_id as id from members_membership m
    where not m.shielded and (m.until is null or m.until > now())) o
  cross join (values ('drill'), ('exercise')) s(size)
  left join training_part p on p.organisation_id = o.id
  left join training_exercise x on x.record_id = p.exercise_id and x.size = s.size and x.state in ('ended', 'closed')
    and x.starts_at < cutoff and x.starts_at >= cutoff - interval '1 year'
  group by 1, 2
$$;

-- The rest, without the own organisation (or one could take it away from the whole): quartiles, never an end, of at least
-- six organisations, rounded to a twentieth: below that, a quartile would lean on one of two that can be guessed. `code`: a topic, or the size of an exercise.
create function training_culture()
returns table (audience text, code text, organisations integer, low double precision, middle double precision, high double precision, as_of timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  with one as (
    select s.organisation, s.audience, s.topic as code, round(s.trained * 20.0 / s.people) / 20 as value
    from training_shares(training_month()) s
    union all
    select e.organisation, '', e.size, e.number from training_exercised(training_month()) e
  )
  select o.audience, o.code, count(*)::integer,
    round(percentile_cont(0.25) within group (order by o.value) * 20)::double precision / 20,
    round(percentile_cont(0.5) within group (order by o.value) * 20)::double precision / 20,
    round(percentile_cont(0.75) within group (order by o.value) * 20)::double precision / 20, training_month()
  from one o
  where o.organisation is distinct from acting_organisation() and acting_scope() = 'member' and exists (
    select 1 from members_circle c where c.slug = 'all-members' and c.kind = 'standing' and c.id = any(acting_keys()))
  group by 1, 2 having count(*) >= 6
$$;

-- The own organisation's number for who trains there, who need not have been in any of the exercises. Up to now.
create function training_own_exercises() returns table (size text, number integer)
language sql stable security definer set search_path = public, pg_temp as $$
  select e.size, e.number from training_exercised(now()) e
  where e.organisation = acting_organisation() and training_trains()
$$;

revoke execute on all functions in schema public from public;
grant execute on function training_audience(varchar[]), training_month(), training_culture(), training_own_exercises() to port2port_app;
