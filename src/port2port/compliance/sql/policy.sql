-- Who sees a security file: a PFSO its own facility, a local committee its port, the national authority all. No envelope
-- stands behind it, since nobody may choose this audience: the law does. A person's screening is the employer's alone.

create function compliance_reads_own() returns boolean language sql stable as $$
  select acting_ceiling() >= 3 and exists (select 1 from members_circle c
    where c.kind = 'organisation' and c.organisation_id = acting_organisation() and c.id = any(acting_keys()))
$$;
create function compliance_national() returns boolean language sql stable as $$
  select compliance_reads_own() and exists (select 1 from members_organisation o
    where o.id = acting_organisation() and o.kind = 'national_maritime_security_authority')
$$;
-- The ports whose local committee this is: its port security officer presides it, also where the police provides them.
create function compliance_ports() returns uuid[] language sql stable as $$
  select array(select op.port_id from members_organisation_ports op join members_organisation o on o.id = op.organisation_id
    where o.id = acting_organisation() and compliance_reads_own() and (o.kind = 'local_maritime_security_committee'
      or o.kind not in ('terminal_operator', 'company') and exists (select 1 from members_membership m
        where m.id = nullif(current_setting('p2p.hat'), '')::uuid
          and m.roles && array['port_security_officer', 'deputy_port_security_officer']::varchar[])))
$$;
-- What is asked of the session is asked once, not of each of a thousand facilities anew.
create function compliance_facilities() returns uuid[] language sql stable as $$
  select array(select f.id from members_facility f where f.port_id = any((select compliance_ports())::uuid[])
    union
    select f.id from members_membership m
    join members_facility f on m.facility_id = f.id or m.facility_id is null and f.operator_id = m.organisation_id
    where m.id = nullif(current_setting('p2p.hat'), '')::uuid and 'facility_security_officer' = any(m.roles)
      and (select compliance_reads_own()))
$$;
create function compliance_employs() returns boolean language sql stable as $$
  select compliance_reads_own() and (acting_may('steward') or acting_may('administer'))
$$;
-- Who keeps the security verifications of an employer: its security officers and its administrators, each with a
-- verification of their own that holds. An officer of one facility sees that facility's, and those of no facility.
create function compliance_screens() returns boolean language sql stable as $$
  select coalesce(acting_scope() = 'member' and acting_ceiling() >= 3, false)
    and exists (select 1 from members_organisation o where o.id = acting_organisation()
      and o.kind in ('terminal_operator', 'company', 'port_authority', 'waterway_manager'))
    and exists (select 1 from members_membership m where m.id = nullif(current_setting('p2p.hat'), '')::uuid and m.roles && array[
      'facility_security_officer', 'port_security_officer', 'deputy_port_security_officer', 'administrator']::varchar[])
$$;
create function compliance_screens_at() returns uuid language sql stable as $$
  select m.facility_id from members_membership m
  where m.id = nullif(current_setting('p2p.hat'), '')::uuid and not 'administrator' = any(m.roles)
$$;
create function compliance_worker() returns boolean language sql stable as $$ select acting_scope() = 'worker' $$;

-- Whose clocks on a report these are: the organisation's whose duty it is, for who looks after its reports and for who
-- wrote this one. That a report was shared with somebody shows them no clock of who sent it.
create function compliance_clocks(of_record uuid, duty uuid) returns boolean language sql stable as $$
  select coalesce(duty = acting_organisation() and acting_scope() = 'member', false) and exists (
    select 1 from sharing_record r where r.id = of_record
      and (r.author_id = acting_person() or compliance_reads_own() and acting_may('steward')))
$$;

-- Who writes down what happened to a person in a function: the employer. Else whoever sees the file and may report.
create function compliance_records(s uuid) returns boolean language sql stable as $$
  select acting_may('report') and exists (select 1 from compliance_subject x where x.id = s
    and x.kind <> 'screening' and (x.kind <> 'function_holder' or x.organisation_id = acting_organisation() and compliance_employs()))
$$;

alter table compliance_subject enable row level security;
create policy sight on compliance_subject for select using (
  (select compliance_worker())
  or kind = 'facility' and ((select compliance_national()) or facility_id = any((select compliance_facilities())::uuid[]))
  or kind = 'port' and ((select compliance_national()) or port_id = any((select compliance_ports())::uuid[]))
  or kind = 'function_holder' and (
    organisation_id = (select acting_organisation()) and (select compliance_employs())
    or person_id = (select acting_person())
    or function in ('pfso', 'deputy_pfso') and ((select compliance_national()) or facility_id = any((select compliance_facilities())::uuid[])))
  or kind = 'report' and compliance_clocks(record_id, organisation_id)
  or kind = 'screening' and organisation_id = (select acting_organisation()) and (select compliance_screens())
    and (facility_id is null or facility_id = coalesce((select compliance_screens_at()), facility_id))
  or kind not in ('facility', 'port', 'function_holder', 'report', 'screening') and (
    organisation_id = (select acting_organisation()) and (select compliance_reads_own()) or (select compliance_national())));
create policy birth on compliance_subject for insert with check (
  kind = 'screening' and organisation_id = (select acting_organisation()) and (select compliance_screens())
    and (facility_id is null or facility_id = coalesce((select compliance_screens_at()), facility_id))
  or (select acting_may('report')) and (
    kind = 'facility' and ((select compliance_national()) or facility_id = any((select compliance_facilities())::uuid[]))
    or kind = 'port' and ((select compliance_national()) or port_id = any((select compliance_ports())::uuid[]))
    or kind = 'function_holder' and organisation_id = (select acting_organisation()) and (select compliance_employs())
      and (facility_id is null or facility_id = any((select compliance_facilities())::uuid[]))
      and (person_id is null or exists (select 1 from members_membership m where m.person_id = compliance_subject.person_id
           and m.organisation_id = (select acting_organisation()) and m.until is null))
    or kind = 'report' and compliance_clocks(record_id, organisation_id)
      and exists (select 1 from sharing_record r where r.id = record_id and r.owner_id is not distinct from acting_organisation())
    or kind not in ('facility', 'port', 'function_holder', 'report', 'screening')
      and organisation_id = (select acting_organisation()) and (select compliance_reads_own())));
-- Whose file it is stands here again: a statement that reads no column is under no policy of reading.
create policy working_out on compliance_subject for update using (
  (select compliance_worker())
  or kind = 'screening' and organisation_id = (select acting_organisation()) and (select compliance_screens())
    and (facility_id is null or facility_id = coalesce((select compliance_screens_at()), facility_id))
  or (select acting_may('report')) and (
    kind = 'facility' and ((select compliance_national()) or facility_id = any((select compliance_facilities())::uuid[]))
    or kind = 'port' and ((select compliance_national()) or port_id = any((select compliance_ports())::uuid[]))
    or kind = 'function_holder' and organisation_id = (select acting_organisation()) and (select compliance_employs())
    or kind = 'report' and compliance_clocks(record_id, organisation_id)
    or kind not in ('facility', 'port', 'function_holder', 'report', 'screening') and (
      organisation_id = (select acting_organisation()) and (select compliance_reads_own()) or (select compliance_national()))));
-- A function that ended leaves nothing; everything else stays.
create policy burial on compliance_subject for delete using (
  kind = 'screening' and (select compliance_worker())
  or kind = 'screening' and organisation_id = (select acting_organisation()) and (select compliance_screens())
    and (facility_id is null or facility_id = coalesce((select compliance_screens_at()), facility_id)));
grant select, insert, delete on compliance_subject to port2port_app;
grant update (computed_at, wakes, book) on compliance_subject to port2port_app;

-- Where somebody works may change; nobody is moved out of the own sight.
create function compliance_screened_at(s uuid, place uuid) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  update compliance_subject x set facility_id = place where x.id = s and x.kind = 'screening'
    and x.organisation_id = acting_organisation() and compliance_screens()
    and (x.facility_id is null or x.facility_id = coalesce(compliance_screens_at(), x.facility_id))
    and (place is null or place = coalesce(compliance_screens_at(), place));
  if not found then
    raise exception 'no such staff number' using errcode = 'PP404';
  end if;
end $$;

-- What rules ask of a report changes with the report and with what its organisation says of itself; of nothing else it does.
create function compliance_report_is(s uuid, known jsonb) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  update compliance_subject x set attributes = known where x.id = s and x.kind = 'report' and acting_may('report')
    and x.organisation_id = acting_organisation() and exists (select 1 from sharing_record r where r.id = x.record_id
      and (r.author_id = acting_person() or r.audience && acting_keys() and r.tlp <= acting_ceiling() and acting_may('steward')));
  if not found then
    raise exception 'no such clocks' using errcode = 'PP404';
  end if;
end $$;

-- A correction is of the same file, and of an entry that one reads.
create function compliance_corrects(h uuid, s uuid, of_narrow boolean) returns boolean language sql stable as $$
  select exists (select 1 from compliance_happening x where x.id = h and x.subject_id = s and x.narrow = of_narrow)
$$;

alter table compliance_happening enable row level security;
create policy sight on compliance_happening for select using ((select compliance_worker()) or subject_id in (select x.id from compliance_subject x) and (not narrow or subject_id in (
    select x.id from compliance_subject x where x.person_id = (select acting_person()) or x.kind = 'screening'
      or x.organisation_id = (select acting_organisation()) and (select compliance_employs()))));
create policy birth on compliance_happening for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person()) and compliance_records(subject_id)
  and (corrects_id is null or compliance_corrects(corrects_id, subject_id, narrow)));
create policy changing on compliance_happening for update using (false);
create policy burial on compliance_happening for delete using (false);
grant select, insert on compliance_happening to port2port_app;

alter table compliance_owed enable row level security;
create policy sight on compliance_owed for select using ((select compliance_worker()) or subject_id in (select x.id from compliance_subject x) and (not narrow or subject_id in (
    select x.id from compliance_subject x where x.person_id = (select acting_person()) or x.kind = 'screening'
      or x.organisation_id = (select acting_organisation()) and (select compliance_employs()))));
create policy birth on compliance_owed for insert with check (
  (select compliance_worker()) or subject_id in (select x.id from compliance_subject x
    where x.kind = 'screening' or (select acting_may('report')) and (x.kind <> 'function_holder'
      or x.organisation_id = (select acting_organisation()) and (select compliance_employs()))));
create policy changing on compliance_owed for update
  using ((select compliance_worker()) or subject_id in (select x.id from compliance_subject x
    where x.kind = 'screening' or (select acting_may('report')) and (x.kind <> 'function_holder'
      or x.organisation_id = (select acting_organisation()) and (select compliance_employs()))))
  with check ((select compliance_worker()) or subject_id in (select x.id from compliance_subject x
    where x.kind = 'screening' or (select acting_may('report')) and (x.kind <> 'function_holder'
      or x.organisation_id = (select acting_organisation()) and (select compliance_employs()))));
create policy burial on compliance_owed for delete
  using ((select compliance_worker()) or subject_id in (select x.id from compliance_subject x
    where x.kind = 'screening' or (select acting_may('report')) and (x.kind <> 'function_holder'
      or x.organisation_id = (select acting_organisation()) and (select compliance_employs()))));
grant select, insert, update, delete on compliance_owed to port2port_app;

-- Rules are no secret. They are written by administrators of the national authority and of the platform, and switched on
-- by a second one: the database sees to both.
create function compliance_rules_kept() returns boolean language sql stable as $$
  select acting_may('administer') and exists (select 1 from members_organisation o where o.id = acting_organisation()
    and o.kind in ('national_maritime_security_authority', 'platform_operator'))
$$;
alter table compliance_rulechange enable row level security;
create policy sight on compliance_rulechange for select using (
  (select compliance_worker()) or state <> 'proposed' and state <> 'declined' and (select acting_scope()) = 'member'
  or (select compliance_rules_kept()));
create policy birth on compliance_rulechange for insert with check (
  (select compliance_rules_kept()) and state = 'proposed' and proposed_by_id = (select acting_person())
  and organisation_id = (select acting_organisation()));
create policy deciding on compliance_rulechange for update
  using ((select compliance_rules_kept()) and state in ('proposed', 'on'))
  with check ((select compliance_rules_kept()) and state <> 'proposed' and decided_by_id = (select acting_person())
    and (state <> 'on' or proposed_by_id <> decided_by_id));
create policy burial on compliance_rulechange for delete using (false);
grant select, insert on compliance_rulechange to port2port_app;
grant update (state, decided_by_id, decided_at) on compliance_rulechange to port2port_app;

-- The histories that a rule is tried on before it is switched on: all of them, since it will hold for all. What comes out
-- are kinds, days and details (codes and our own numbers) under a number made for this call; which facility, port, person or
-- organisation it is, and what is for an employer alone, do not.
create function compliance_histories() returns table (subject uuid, kind text, attributes jsonb, events jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  select gen_random_uuid(), s.kind::text, s.attributes || jsonb_strip_nulls(jsonb_build_object('category', f.category::text, 'function', nullif(s.function, ''))), coalesce((select jsonb_agg(jsonb_build_object('kind', h.kind, 'at', h.at,
      'details', h.details, 'id', h.id) order by h.at) from compliance_happening h where h.subject_id = s.id and not h.void and not h.narrow
      and not exists (select 1 from compliance_happening c where c.corrects_id = h.id)), '[]')
  from compliance_subject s left join members_facility f on f.id = s.facility_id where compliance_rules_kept() and s.kind not in ('report', 'screening')
$$;

-- For everybody else: how many facilities and ports owe something under a rule, and how many of them were late, as at the
-- beginning of the month. Who watches sees no single change; the own ones are left out, or one could take them away from
-- the whole; a group is told when it and what is left of the whole hold at least 3 of at least 2 ports.
create function compliance_figures() returns table (rule text, subjects integer, late integer, as_of timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  with moment as (
    select date_trunc('month', now() at time zone 'Europe/Brussels') at time zone 'Europe/Brussels' as cutoff
  ), one as (
    select o.rule, o.subject_id, coalesce(f.port_id, s.port_id) as port,
      bool_or(o.due < m.cutoff and (o.settled_at is null or o.settled_at > m.cutoff)) as late
    from compliance_owed o join compliance_subject s on s.id = o.subject_id and s.kind in ('facility', 'port')
    left join members_facility f on f.id = s.facility_id cross join moment m
    where not o.keeps and not o.narrow and o.since < m.cutoff and (o.settled_at is null or o.settled_at > m.cutoff)
      and not coalesce(s.facility_id = any(compliance_facilities()) or s.port_id = any(compliance_ports()), false)
    group by 1, 2, 3
  ), told as (
    select one.rule, count(*) as subjects, count(distinct port) as ports, count(*) filter (where one.late) as late,
      count(distinct port) filter (where one.late) as late_ports, count(*) filter (where not one.late) as other,
      count(distinct port) filter (where not one.late) as other_ports
    from one group by 1
  )
  select t.rule::text, t.subjects::integer,
    case when t.late >= 3 and t.late_ports >= 2 and t.other >= 3 and t.other_ports >= 2 then t.late::integer end, (select cutoff from moment)
  from told t
  where t.subjects >= 3 and t.ports >= 2 and acting_scope() = 'member' and exists (select 1 from members_circle c
    where c.slug = 'all-members' and c.kind = 'standing' and c.id = any(acting_keys()))
  order by 1
$$;

-- Administrators read no security file; when nobody below them acted in time, they are told that something is late, by rule.
create function compliance_escalated(at timestamptz) returns table (rule text, number integer, since timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select o.rule::text, count(*)::integer, min(o.due) from compliance_owed o join compliance_subject s on s.id = o.subject_id
  left join members_facility f on f.id = s.facility_id
  where acting_may('administer') and o.outcome = 'pending' and not o.keeps and o.administrator_at <= compliance_escalated.at
    and (s.kind = 'facility' and f.operator_id = acting_organisation()
         and o.owed_by in ('facility_security_officer', 'facility_operator', 'employer')
      or s.kind in ('facility', 'port') and o.owed_by in ('local_committee', 'port_security_officer', 'port_authority')
         and exists (select 1 from members_organisation_ports op join members_organisation x on x.id = op.organisation_id
           where op.organisation_id = acting_organisation() and op.port_id = coalesce(f.port_id, s.port_id) and x.kind = 'port_authority')
      or s.kind not in ('facility', 'port') and s.organisation_id = acting_organisation())
  group by 1
$$;

revoke execute on all functions in schema public from public;
grant execute on function compliance_clocks(uuid, uuid), compliance_report_is(uuid, jsonb), compliance_reads_own(), compliance_national(), compliance_ports(), compliance_facilities(),
  compliance_employs(), compliance_screens(), compliance_screens_at(), compliance_screened_at(uuid, uuid), compliance_worker(), compliance_corrects(uuid, uuid, boolean), compliance_records(uuid), compliance_rules_kept(), compliance_histories(),
  compliance_figures(), compliance_escalated(timestamptz) to port2port_app;
