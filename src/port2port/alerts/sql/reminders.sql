-- Mails about deadlines. They say that something waits and nothing else; who is told of what is worked out here, since the worker
-- reads no file as a person. What one was told of stands in no grant.
alter table alerts_reminder enable row level security;
alter table alerts_reminded enable row level security;

-- Who acts for a party of the rules about a subject: as `compliance.waiting.duty` has it, and as the policy lets them see it.
create function alerts_acting_for(s compliance_subject, party text, deputies boolean) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select m.person_id from members_membership m
  join members_person p on p.id = m.person_id and p.active and p.kind = 'human'
  join members_organisation o on o.id = m.organisation_id and o.left_at is null
  left join members_facility f on f.id = s.facility_id
  where (m.until is null or m.until > now()) and not m.shielded
    and (party = 'administrator' or m.verified_until >= current_date or m.person_id = s.person_id)
    and case party
      when 'facility_security_officer' then 'facility_security_officer' = any(m.roles) and case when s.kind = 'report'
        then m.organisation_id = s.organisation_id
        else m.facility_id = s.facility_id or m.facility_id is null and m.organisation_id = f.operator_id end
      when 'port_security_officer' then m.roles && case when deputies then array['deputy_port_security_officer']::varchar[]
          else array['port_security_officer']::varchar[] end and s.kind <> 'report'
        and exists (select 1 from members_organisation_ports op where op.organisation_id = m.organisation_id
          and op.port_id = coalesce(f.port_id, s.port_id))
      when 'national_authority' then o.kind = 'national_maritime_security_authority' and s.kind <> 'report'
        and exists (select 1 from members_role r where r.code = any(m.roles) and 'report' = any(r.acts))
      when 'function_holder' then m.person_id = s.person_id
      when 'administrator' then m.organisation_id = coalesce(s.organisation_id, f.operator_id)
        and exists (select 1 from members_role r where r.code = any(m.roles) and 'administer' = any(r.acts))
      when 'organisation' then m.organisation_id = s.organisation_id
        and exists (select 1 from members_role r where r.code = any(m.roles) and 'steward' = any(r.acts) and 'own' = any(r.levels))
        and (s.record_id is null or exists (select 1 from sharing_record e
          join members_holders(e.audience) h on h.person = m.person_id and h.ceiling >= e.tlp where e.id = s.record_id))
      else false end
$$;
create function alerts_party(code text) returns text language sql immutable as $$
  select case when code in ('facility_security_officer', 'facility_operator') then 'facility_security_officer'
    when code in ('port_security_officer', 'local_committee', 'port_authority') then 'port_security_officer'
    when code in ('employer', 'company', 'guarding_firm', 'inland_operator', 'reporting_organisation') then 'organisation'
    else code end
$$;

-- Which steps of the ladder were reached within the last days and not told: soon and late to who does it, then the deputy, the
-- administrator, and who decides. Those of a deadline in hours are urgent. Of whoever wants no mail nothing comes out.
create function alerts_reminders_due(at timestamptz)
returns table (person uuid, subject uuid, key text, step text, urgent boolean, urgent_only boolean, quiet_from time, quiet_to time, urgent_overrides boolean)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  ladder constant text[] := array['soon', 'late', 'deputy', 'administrator', 'decides'];
begin
  perform alerts_only_worker();
  return query
    with reached as (
      select o.subject_id, o.key, v.step, v.party, coalesce(o.due - o.since <= interval '73 hours', false) as urgent
      from compliance_owed o cross join lateral (values
        ('soon', o.soon, alerts_party(o.owed_by)), ('late', o.due, alerts_party(o.owed_by)), ('deputy', o.deputy_at, alerts_party(o.owed_by)),
        ('administrator', o.administrator_at, 'administrator'), ('decides', o.escalates, alerts_party(o.decided_by))) v(step, moment, party)
      where o.outcome = 'pending' and not o.keeps and v.moment < at and v.moment > at - interval '3 days'
    ), told as (
      select distinct on (t.person, r.subject_id, r.key) t.person, r.subject_id, r.key, r.step, r.urgent
      from reached r join compliance_subject s on s.id = r.subject_id
      cross join lateral (select x as person from alerts_acting_for(s, r.party, r.step = 'deputy') x
        where r.step <> 'deputy' or r.party = 'port_security_officer') t
      where not exists (select 1 from alerts_reminded d where d.person_id = t.person and d.subject = r.subject_id and d.key = r.key
        and array_position(ladder, d.step::text) >= array_position(ladder, r.step))
      order by t.person, r.subject_id, r.key, array_position(ladder, r.step) desc
    )
    select t.person, t.subject_id, t.key::text, t.step, t.urgent, w.urgent_only, q.from_time, q.to_time, q.urgent_overrides
    from told t join lateral alerts_ways(t.person, false) w on w.channel = 'mail'
    left join alerts_quiet q on q.person_id = t.person;
end $$;

-- One mail for a person: what is in it is marked as told in the same statement, so that it is told once whoever asks how often.
-- Of what is not urgent there is one mail a day, however many are due.
create function alerts_reminders_plan(whom uuid[], subjects uuid[], keys text[], steps text[], urgent boolean[], today date) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  made uuid[];
begin
  perform alerts_only_worker();
  perform pg_advisory_xact_lock(hashtext('alerts_reminders'));
  delete from alerts_reminded where at < now() - interval '30 days';
  delete from alerts_reminder where day < today - 30;
  with picked as (
    select k.person, k.subject, k.key, k.step, k.urgent from unnest(whom, subjects, keys, steps, urgent) k(person, subject, key, step, urgent)
    where k.urgent or not exists (select 1 from alerts_reminder r where r.person_id = k.person and r.day = today and not r.urgent)
  ), marked as (
    insert into alerts_reminded (id, person_id, subject, key, step, at)
    select new_uuid7(), p.person, p.subject, p.key, p.step, now() from picked p
    on conflict (person_id, subject, key, step) do nothing
    returning person_id, subject, key, step
  ), fresh as (
    insert into alerts_reminder (id, person_id, day, urgent, attempts, state)
    select new_uuid7(), m.person_id, today, bool_or(p.urgent), 0, 'waiting'
    from marked m join picked p on p.person = m.person_id and p.subject = m.subject and p.key = m.key and p.step = m.step
    group by m.person_id
    returning id
  )
  select array_agg(id) into made from fresh;
  perform procrastinate_defer_jobs_v1(array_agg(
    row('mail', 'alerts.send_reminder', 0, null, null, jsonb_build_object('request', f), null)::procrastinate_job_to_defer_v1))
  from unnest(made) f having count(*) > 0;
  return coalesce(cardinality(made), 0);
end $$;

-- Begin a try: an address and a language. Nothing comes out when it was sent, or is wanted no more.
create function alerts_reminder_claim(r uuid) returns table (address text, language text)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  n alerts_reminder;
begin
  perform alerts_only_worker();
  select * into n from alerts_reminder where id = r and state = 'waiting' for update;
  if n.id is null then
    return;
  end if;
  if n.attempts >= 8 or not exists (select 1 from alerts_ways(n.person_id, false) w where w.channel = 'mail') then
    update alerts_reminder set state = 'void' where id = r;
    return;
  end if;
  update alerts_reminder set attempts = n.attempts + 1 where id = r;
  return query select c.email::text, p.language::text from members_account c join members_person p on p.id = c.person_id
    where c.person_id = n.person_id and c.is_active and p.active limit 1;
end $$;
create function alerts_reminder_settle(r uuid, outcome text) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  perform alerts_only_worker();
  update alerts_reminder set state = outcome where id = r and state = 'waiting';
end $$;

revoke execute on function alerts_acting_for(compliance_subject, text, boolean), alerts_party(text), alerts_reminders_due(timestamptz),
  alerts_reminders_plan(uuid[], uuid[], text[], text[], boolean[], date), alerts_reminder_claim(uuid), alerts_reminder_settle(uuid, text) from public;
grant execute on function alerts_reminders_due(timestamptz), alerts_reminders_plan(uuid[], uuid[], text[], text[], boolean[], date),
  alerts_reminder_claim(uuid), alerts_reminder_settle(uuid, text) to port2port_app;
