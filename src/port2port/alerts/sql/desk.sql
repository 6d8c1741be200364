-- The desk's own things. The book of shifts is read by who works at that desk: who reports for the organisation and reads
-- its own circle (an administrator, a data-protection officer or a director does not), under the desk of the hat. What
-- stands in it is AMBER+STRICT (3), the call list AMBER (2): above the ceiling of who is not verified.
create function alerts_at_desk() returns boolean language sql stable as $$
  select acting_may('report') and acting_ceiling() >= 3 and exists (
    select 1 from members_circle c
    where c.kind = 'organisation' and c.organisation_id = acting_organisation() and c.id = any(acting_keys()))
$$;

-- A page is written as oneself and never changed; another person countersigns it, once.
alter table alerts_handover enable row level security;
create policy sight on alerts_handover for select using (
  organisation_id = (select acting_organisation()) and facility_id is not distinct from (select alerts_desk())
  and (select alerts_at_desk()));
create policy birth on alerts_handover for insert with check (
  organisation_id = (select acting_organisation()) and facility_id is not distinct from (select alerts_desk())
  and (select alerts_at_desk()) and by_id = (select acting_person())
  and taken_by_id is null and taken_at is null and remark = '');
create policy countersigning on alerts_handover for update
  using (organisation_id = (select acting_organisation()) and facility_id is not distinct from (select alerts_desk())
    and (select alerts_at_desk()) and taken_by_id is null and by_id <> (select acting_person()))
  with check (taken_by_id = (select acting_person()) and taken_at is not null);
create policy burial on alerts_handover for delete using (false);
grant select, insert on alerts_handover to port2port_app;
grant update (taken_by_id, taken_at, remark) on alerts_handover to port2port_app;

-- The book keeps ninety days: each new page drops what is older.
create function alerts_handover_forget() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from alerts_handover where at < now() - interval '90 days';
  return null;
end $$;
create trigger forget after insert on alerts_handover for each statement execute function alerts_handover_forget();

-- Whom one calls: the organisations with which one shares a circle of open membership, of the standing ones and those of
-- the ports, that reads the operational level. As `members_colleagues`, but organisations, and only those.
create function alerts_neighbours() returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select cm.organisation_id
  from members_circle c
  join members_circlemember cm on cm.circle_id = c.id and cm.since <= now() and (cm.until is null or cm.until > now())
  join members_organisation o on o.id = cm.organisation_id and o.left_at is null
  where c.id = any(acting_keys()) and c.kind in ('standing', 'port') and c.level = 'operational'
    and c.membership = 'open' and c.closed_at is null
$$;

-- Numbers are kept by the organisation they call: by its administrators and those who look after its records.
create function alerts_keeps_numbers() returns boolean language sql stable as $$
  select acting_may('administer') or acting_may('steward')
$$;
alter table alerts_dutynumber enable row level security;
create policy sight on alerts_dutynumber for select using (
  organisation_id = (select acting_organisation())
  or ((select acting_ceiling()) >= 2 and organisation_id in (select alerts_neighbours())));
create policy keeping on alerts_dutynumber for insert with check (
  organisation_id = (select acting_organisation()) and (select alerts_keeps_numbers()) and changed_by_id = (select acting_person())
  and (facility_id is null or exists (
    select 1 from members_facility f where f.id = facility_id and f.operator_id = (select acting_organisation()))));
create policy changing on alerts_dutynumber for update
  using (organisation_id = (select acting_organisation()) and (select alerts_keeps_numbers()))
  with check (changed_by_id = (select acting_person()) and (facility_id is null or exists (
    select 1 from members_facility f where f.id = facility_id and f.operator_id = (select acting_organisation()))));
create policy removing on alerts_dutynumber for delete
  using (organisation_id = (select acting_organisation()) and (select alerts_keeps_numbers()));
grant select, insert, delete on alerts_dutynumber to port2port_app;
grant update (facility_id, label, number, hours, position, changed_by_id, changed_at) on alerts_dutynumber to port2port_app;

revoke execute on all functions in schema public from public;
grant execute on function alerts_at_desk(), alerts_neighbours(), alerts_keeps_numbers() to port2port_app;
