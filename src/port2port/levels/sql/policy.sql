-- Levels are known to all members (TLP:GREEN). What the concerned are asked, who has acknowledged and what was done: a
-- facility's desk its own, a local committee its port, the national authority all; as security files (decision 0037).

create function levels_community() returns boolean language sql stable as $$
  select exists (select 1 from members_circle c where c.slug = 'all-members' and c.kind = 'standing' and c.id = any(acting_keys()))
$$;
-- The facilities whose desk this session is: the hat names it, or its officer works for the operator under no facility.
create function levels_desks() returns uuid[] language sql stable as $$
  select array(select f.id from members_facility f where compliance_reads_own() and exists (select 1 from members_membership m
    where m.id = nullif(current_setting('p2p.hat'), '')::uuid and (m.facility_id = f.id and m.roles && array['facility_security_officer', 'duty_desk']::varchar[]
      or m.facility_id is null and 'facility_security_officer' = any(m.roles) and f.operator_id = m.organisation_id)))
$$;
-- The facilities of which a session reads what they were asked and answered.
create function levels_facilities() returns uuid[] language sql stable as $$
  select compliance_facilities() || levels_desks()
$$;
create function levels_ports() returns uuid[] language sql stable as $$
  select compliance_ports() || array(select distinct f.port_id from members_facility f where f.id = any(levels_facilities()))
$$;
create function levels_of_port(p uuid, ids uuid[]) returns boolean language sql stable as $$
  select not exists (select 1 from unnest(ids) i where not exists (select 1 from members_facility f where f.id = i and f.port_id = p))
$$;
-- What is replaced is of the same port and as real; what is corrected is the own organisation's too.
create function levels_follows(replaced uuid, corrected uuid, p uuid, e boolean) returns boolean language sql stable as $$
  select (replaced is null or exists (select 1 from levels_notice n where n.id = replaced and n.port_id = p and n.exercise = e))
    and (corrected is null or exists (select 1 from levels_notice n where n.id = corrected and n.port_id = p and n.exercise = e
      and n.organisation_id is not distinct from acting_organisation()))
$$;

alter table levels_notice enable row level security;
create policy sight on levels_notice for select using (
  (select levels_community()) or (select compliance_national()) or port_id = any((select levels_ports())::uuid[]));
create policy birth on levels_notice for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person()) and (select acting_may('report'))
  and ((select compliance_national()) or port_id = any((select compliance_ports())::uuid[]))
  and levels_of_port(port_id, facilities || concerned) and levels_follows(replaces_id, corrects_id, port_id, exercise)
  and (alert_id is null or exists (select 1 from sharing_record r where r.id = alert_id)));
create policy frozen on levels_notice for update using (false);
create policy burial on levels_notice for delete using (false);
grant select, insert on levels_notice to port2port_app;

create function levels_concerns(n uuid) returns boolean language sql stable as $$
  select exists (select 1 from levels_notice x where x.id = n and (compliance_national() or x.port_id = any(compliance_ports())
    or x.concerned && levels_facilities()))
$$;
create function levels_enters(n uuid) returns boolean language sql stable as $$
  select exists (select 1 from levels_notice x where x.id = n and x.organisation_id = acting_organisation()
    and x.person_id = acting_person())
$$;

alter table levels_order enable row level security;
create policy sight on levels_order for select using (levels_concerns(notice_id));
create policy birth on levels_order for insert with check ((select acting_may('report')) and levels_enters(notice_id));
create policy frozen on levels_order for update using (false);
create policy burial on levels_order for delete using (false);
grant select, insert on levels_order to port2port_app;

create function levels_asked(n uuid, f uuid) returns boolean language sql stable as $$
  select exists (select 1 from levels_notice x where x.id = n and f = any(x.concerned))
$$;

alter table levels_answer enable row level security;
create policy sight on levels_answer for select using (
  (select compliance_national()) or facility_id = any((select levels_facilities())::uuid[]));
create policy birth on levels_answer for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person()) and (select acting_may('report'))
  and levels_asked(notice_id, facility_id)
  and (not relayed and facility_id = any((select levels_desks())::uuid[])
    or relayed and exists (select 1 from members_facility f where f.id = facility_id and f.port_id = any((select compliance_ports())::uuid[]))));
create policy frozen on levels_answer for update using (false);
create policy burial on levels_answer for delete using (false);
grant select, insert on levels_answer to port2port_app;

create function levels_listed(n uuid, wanted integer) returns boolean language sql stable as $$
  select wanted = 0 or exists (select 1 from levels_order o where o.notice_id = n and wanted = any(o.numbers))
$$;
alter table levels_tick enable row level security;
create policy sight on levels_tick for select using (
  (select compliance_national()) or facility_id = any((select levels_facilities())::uuid[]));
create policy birth on levels_tick for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person()) and (select acting_may('report'))
  and levels_asked(notice_id, facility_id) and facility_id = any((select levels_desks())::uuid[]) and levels_listed(notice_id, number));
create policy frozen on levels_tick for update using (false);
create policy burial on levels_tick for delete using (false);
grant select, insert on levels_tick to port2port_app;

alter table levels_checklist enable row level security;
create policy sight on levels_checklist for select using (
  (select compliance_national()) or port_id = any((select levels_ports())::uuid[]));
create policy birth on levels_checklist for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person()) and (select acting_may('report'))
  and port_id = any((select compliance_ports())::uuid[]));
create policy frozen on levels_checklist for update using (false);
create policy burial on levels_checklist for delete using (false);
grant select, insert on levels_checklist to port2port_app;

-- A declaration is an envelope's: seen with it, written by the facility's desk or the port, signed by its stewards. What it
-- says stands; only that the paper was signed, and where it is kept, is added.
alter table levels_declaration enable row level security;
create policy sight on levels_declaration for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy birth on levels_declaration for insert with check (
  exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'declaration' and sharing_is_steward(r.owner_id, r.author_id))
  and (facility_id = any((select levels_desks())::uuid[]) and levels_of_port(port_id, array[facility_id])
    or facility_id is null and port_id = any((select compliance_ports())::uuid[])));
create policy stewardship on levels_declaration for update
  using (exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)))
  with check (exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)));
create policy burial on levels_declaration for delete using (false);
grant select, insert on levels_declaration to port2port_app;
grant update (signed_on, kept_at) on levels_declaration to port2port_app;
insert into sharing_kind (kind, holds) values ('declaration', 'levels_declaration');

revoke execute on all functions in schema public from public;
grant execute on function levels_community(), levels_desks(), levels_facilities(), levels_ports(), levels_of_port(uuid, uuid[]),
  levels_follows(uuid, uuid, uuid, boolean), levels_concerns(uuid), levels_enters(uuid),
  levels_asked(uuid, uuid), levels_listed(uuid, integer) to port2port_app;
