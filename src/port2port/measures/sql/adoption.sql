-- Who sees how far a port is. "The weakest link is also a target list": named cells only for the circle `weakest-link` of
-- persons, with the ceiling of TLP:RED; others see their own organisation's ports and facilities (as AMBER+STRICT), and
-- what was published; the rest comes as counts, from `measures_rest` alone.

-- The ports the organisation looks after: operators and companies lie in ports, they do not look after them.
create function measures_own_ports() returns uuid[] language sql stable as $$
  select array(select op.port_id from members_organisation_ports op join members_organisation o on o.id = op.organisation_id
    where o.id = acting_organisation() and o.kind not in ('terminal_operator', 'company'))
$$;
create function measures_own_facilities() returns uuid[] language sql stable as $$
  select array(select f.id from members_facility f
    where f.operator_id = acting_organisation() or f.id = alerts_desk() or f.port_id = any(measures_own_ports()))
$$;
create function measures_reads_own() returns boolean language sql stable as $$
  select acting_ceiling() >= 3 and exists (select 1 from members_circle c
    where c.kind = 'organisation' and c.organisation_id = acting_organisation() and c.id = any(acting_keys()))
$$;
create function measures_in_weakest_link() returns boolean language sql stable as $$
  select acting_ceiling() >= 4 and exists (select 1 from members_circle c
    where c.slug = 'weakest-link' and c.kind = 'standing' and c.id = any(acting_keys()))
$$;
create function measures_in_community() returns boolean language sql stable as $$
  select exists (select 1 from members_circle c where c.slug = 'all-members' and c.kind = 'standing' and c.id = any(acting_keys()))
$$;
create function measures_looks_after(p uuid, f uuid) returns boolean language sql stable as $$
  select measures_reads_own() and (acting_may('steward') or acting_may('speak'))
    and case when f is null then p = any(measures_own_ports()) else f = alerts_desk() end
$$;

alter table measures_adoption enable row level security;
create policy sight on measures_adoption for select using (
  measures_sees(measure_id) and (
    published
    or (select measures_in_weakest_link())
    or (select measures_reads_own()) and (
      facility_id is null and port_id = any((select measures_own_ports())::uuid[])
      or facility_id = any((select measures_own_facilities())::uuid[]))));
create policy birth on measures_adoption for insert with check (
  measures_sees(measure_id) and (
    not published and organisation_id = (select acting_organisation()) and person_id = (select acting_person())
      and measures_looks_after(port_id, facility_id)
    or published and measures_steward(measure_id)
      and exists (select 1 from measures_measure m where m.record_id = measure_id and m.state = 'published')));
create policy changing on measures_adoption for update
  using (not published and measures_looks_after(port_id, facility_id))
  with check (not published and organisation_id = (select acting_organisation()) and person_id = (select acting_person())
    and measures_looks_after(port_id, facility_id));
create policy burial on measures_adoption for delete using (false);
grant select, insert on measures_adoption to port2port_app;
grant update (organisation_id, person_id, at, state, due, progress, since, since_precision, coverage, evidence, reason, obstacles,
  help_needed, invented) on measures_adoption to port2port_app;

alter table measures_pastadoption enable row level security;
create policy sight on measures_pastadoption for select using (exists (select 1 from measures_adoption a where a.id = adoption_id));
grant select on measures_pastadoption to port2port_app;

create function measures_adoption_before() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform measures_guarded(new.measure_id);
  if not exists (select 1 from measures_measure m where m.record_id = new.measure_id
                 and m.state in ('published', 'agreed', 'in_force')) then
    raise exception 'nothing to adopt in this state' using errcode = 'PP409';
  end if;
  if new.facility_id is not null and not exists (select 1 from members_facility f
      where f.id = new.facility_id and f.port_id = new.port_id) then
    raise exception 'the facility is in another port' using errcode = 'PP422', column = 'facility';
  end if;
  if tg_op = 'UPDATE' then
    if new.at < old.at then
      raise exception 'this was changed in the meantime' using errcode = 'PP409';
    end if;
    insert into measures_pastadoption (id, adoption_id, at, person_id, was)
    values (new_uuid7(), old.id, old.at, old.person_id, to_jsonb(old) - array['id', 'measure_id', 'port_id', 'facility_id', 'at',
      'person_id', 'published', 'source_name', 'source_url']);
  end if;
  return new;
end $$;
create trigger keep before insert or update on measures_adoption for each row execute function measures_adoption_before();

-- The rest, unnamed: of the ports that this session does not see by name, how many are in place, under way, or neither.
-- What others would need to single one out is taken away:
-- - ports it knows anyway (its own; published ones; of organisations whose answer it reads) are not counted;
-- - a group is told when it holds at least 3 ports of at least 2 organisations, and so does what is left untold:
--   otherwise the difference from the whole would tell what was kept back (complementary suppression);
-- - nobody is told that all others are in one group, for then each is named;
-- - it stands as at the beginning of the month: who watches sees no single change.
-- One row for each group in a fixed order, the same whether told or not.
create function measures_rest(wanted uuid[])
returns table (measure uuid, cell text, ports integer, others integer, as_of timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  with moment as (
    select date_trunc('month', now() at time zone 'Europe/Brussels') at time zone 'Europe/Brussels' as cutoff
  ), seen as (
    select r.id from sharing_record r join measures_measure x on x.record_id = r.id
    where r.id = any(wanted) and r.audience && acting_keys() and (r.tlp <= acting_ceiling() or r.author_id = acting_person())
      and r.expires_at > now() and x.state in ('published', 'agreed', 'in_force') and measures_in_community()
  ), other_port as (
    select s.id as measure, p.id as port, coalesce((select min(o.id::text) from members_organisation_ports op
        join members_organisation o on o.id = op.organisation_id
        where op.port_id = p.id and o.left_at is null
          and o.kind not in ('terminal_operator', 'company', 'local_maritime_security_committee')), p.id::text) as keeper
    from seen s cross join members_port p
    where p.member and p.id <> all(measures_own_ports())
      and not exists (select 1 from measures_adoption a where a.measure_id = s.id and a.published and a.port_id = p.id)
      and not exists (select 1 from measures_answer w join measures_question q on q.id = w.question_id
        join members_organisation_ports op on op.organisation_id = w.organisation_id
        where w.measure_id = s.id and op.port_id = p.id and (w.shared or q.organisation_id = acting_organisation()))
  ), placed as (
    select o.measure, o.port, o.keeper, case told.state when 'in_place' then 0 when 'planned' then 1 when 'in_progress' then 1 else 2 end as cell
    from other_port o cross join moment left join lateral (
      select state from (
        select a.state::text, a.at from measures_adoption a
        where a.measure_id = o.measure and a.port_id = o.port and a.facility_id is null and not a.published
        union all
        select b.was->>'state', b.at from measures_pastadoption b join measures_adoption a on a.id = b.adoption_id
        where a.measure_id = o.measure and a.port_id = o.port and a.facility_id is null and not a.published
      ) said where said.at < moment.cutoff order by said.at desc limit 1
    ) told on true
  ), choice as (
    -- every way of telling some of the three groups: bit i of `mask` tells group i
    select s.id as measure, mask,
      (select count(*) from generate_series(0, 2) i where mask >> i & 1 = 1) as told,
      (select count(*) from placed p where p.measure = s.id and mask >> p.cell & 1 = 1) as told_ports,
      (select count(*) from placed p where p.measure = s.id and mask >> p.cell & 1 = 0) as left_ports,
      (select count(distinct keeper) from placed p where p.measure = s.id and mask >> p.cell & 1 = 0) as left_keepers,
      (select coalesce(bool_and((select count(*) >= 3 and count(distinct keeper) >= 2 from placed p
          where p.measure = s.id and p.cell = i)), true) from generate_series(0, 2) i where mask >> i & 1 = 1) as large
    from seen s cross join generate_series(0, 7) mask
  ), best as (
    select distinct on (measure) measure, mask from choice
    where large and (left_ports >= 3 and left_keepers >= 2 or left_ports = 0 and told >= 2 or mask = 0)
    order by measure, told desc, told_ports desc, mask
  )
  select s.id, (array['in_place', 'under_way', 'other'])[i + 1],
    case when b.mask >> i & 1 = 1 then (select count(*)::integer from placed p where p.measure = s.id and p.cell = i) end,
    (select count(*)::integer from placed p where p.measure = s.id), moment.cutoff
  from seen s join best b on b.measure = s.id cross join moment cross join generate_series(0, 2) i
  order by s.id, i
$$;

-- "How did you do it?" reaches those who have it in place, and who asks does not learn whom it reached.
create function measures_reached(m uuid, p uuid) returns boolean language sql stable as $$
  select measures_reads_own() and (acting_may('steward') or acting_may('speak')) and exists (
    select 1 from measures_adoption a where a.measure_id = m and not a.published and a.facility_id is null and a.state = 'in_place'
      and a.port_id = any(measures_own_ports()) and (p is null or a.port_id = p))
$$;

alter table measures_question enable row level security;
create policy sight on measures_question for select using (
  measures_sees(measure_id) and (
    organisation_id = (select acting_organisation()) and (select measures_reads_own()) or measures_reached(measure_id, port_id)));
create policy birth on measures_question for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person()) and measures_sees(measure_id)
  and (select measures_reads_own()) and (select measures_in_community())
  and ((select acting_may('steward')) or (select acting_may('speak'))));
create policy burial on measures_question for delete using (false);
grant select, insert on measures_question to port2port_app;

alter table measures_answer enable row level security;
create policy sight on measures_answer for select using (
  measures_sees(measure_id) and (
    organisation_id = (select acting_organisation()) and (select measures_reads_own())
    or shared and (select measures_in_community())
    or exists (select 1 from measures_question q where q.id = question_id and q.organisation_id = (select acting_organisation()))));
create policy birth on measures_answer for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person())
  and exists (select 1 from measures_question q where q.id = question_id and q.organisation_id <> (select acting_organisation())
    and measures_reached(q.measure_id, q.port_id))
  and (mentor_id is null or mentor_id in (select m.person_id from members_membership m
    where m.organisation_id = (select acting_organisation()) and (m.until is null or m.until > now()))));
create policy changing on measures_answer for update
  using (organisation_id = (select acting_organisation()) and (select measures_reads_own())
    and ((select acting_may('steward')) or (select acting_may('speak'))))
  with check (organisation_id = (select acting_organisation()) and person_id = (select acting_person())
    and (mentor_id is null or mentor_id in (select m.person_id from members_membership m
      where m.organisation_id = (select acting_organisation()) and (m.until is null or m.until > now()))));
create policy burial on measures_answer for delete using (false);
grant select, insert on measures_answer to port2port_app;
grant update (person_id, at, text, practice, mentor_id, reach, shared) on measures_answer to port2port_app;

-- An answer carries the question's words, without who asked, and belongs to its measure.
create function measures_answer_before() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  select q.text, q.measure_id into new.asked, new.measure_id from measures_question q where q.id = new.question_id;
  perform measures_guarded(new.measure_id);
  return new;
end $$;
create trigger carry before insert on measures_answer for each row execute function measures_answer_before();

-- Reminders, made by the worker: who may write about a port whose planned date comes near or has passed, and who may
-- speak for an organisation whose position is still missing. Each person once for each thing and date.
alter table measures_reminder enable row level security;

create function measures_remind(adoption_days integer, position_days integer) returns setof uuid
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker reminds' using errcode = 'PP403';
  end if;
  delete from measures_reminder where due < current_date - 400;
  return query
    with hat as (
      select m.person_id, m.organisation_id, m.facility_id, m.verified_until >= current_date as verified,
        (select array_agg(distinct a) from members_role r, unnest(r.acts) a where r.code = any(m.roles)) as acts,
        (select array_agg(distinct l) from members_role r, unnest(r.levels) l where r.code = any(m.roles)) as levels
      from members_membership m join members_person p on p.id = m.person_id and p.active and p.kind = 'human'
      join members_organisation o on o.id = m.organisation_id and o.left_at is null
      where (m.until is null or m.until > now()) and not m.shielded
    ), due as (
      select h.person_id, a.id as about, a.due
      from measures_adoption a join measures_measure x on x.record_id = a.measure_id and x.state in ('published', 'agreed', 'in_force')
      join sharing_record r on r.id = a.measure_id and r.expires_at > now()
      join hat h on h.organisation_id = a.organisation_id and h.verified and 'own' = any(h.levels)
        and ('steward' = any(h.acts) or 'speak' = any(h.acts)) and (a.facility_id is null or a.facility_id = h.facility_id)
      join lateral members_holders(r.audience) s on s.person = h.person_id and s.ceiling >= r.tlp
      where a.state = 'planned' and a.due <= current_date + adoption_days
      union
      select h.person_id, c.id, c.until::date
      from measures_consultation c join measures_asked q on q.consultation_id = c.id
      join sharing_record r on r.id = c.measure_id and r.expires_at > now()
      join hat h on h.organisation_id = q.organisation_id and 'speak' = any(h.acts)
      join lateral members_holders(r.audience) s on s.person = h.person_id and s.ceiling >= r.tlp
      where c.closed_at is null and c.until > now() and c.until <= now() + make_interval(days => position_days)
        and not exists (select 1 from measures_position p where p.consultation_id = c.id and p.organisation_id = q.organisation_id)
    ), made as (
      insert into measures_reminder (person_id, about, due) select * from due on conflict do nothing returning person_id
    )
    select distinct person_id from made;
end $$;

create function measures_address(p uuid) returns table (email text, language text)
language sql stable security definer set search_path = public, pg_temp as $$
  select a.email::text, p1.language::text from members_account a join members_person p1 on p1.id = a.person_id and p1.active
  where a.person_id = p and a.is_active and acting_scope() = 'worker'
    and exists (select 1 from measures_reminder r where r.person_id = p)
$$;

revoke execute on all functions in schema public from public;
grant execute on function measures_own_ports(), measures_own_facilities(), measures_reads_own(), measures_in_weakest_link(),
  measures_in_community(), measures_looks_after(uuid, uuid), measures_reached(uuid, uuid), measures_rest(uuid[]),
  measures_remind(integer, integer), measures_address(uuid) to port2port_app;
