-- Security verifications: those who see the staff number's subject, which are the employer's officers and administrators.
alter table compliance_screening enable row level security;
create policy sight on compliance_screening for select using (
  subject_id in (select x.id from compliance_subject x where x.kind = 'screening'));
create policy birth on compliance_screening for insert with check (
  organisation_id = (select acting_organisation()) and changed_by_id = (select acting_person()) and (select compliance_screens())
  and subject_id in (select x.id from compliance_subject x where x.kind = 'screening' and x.organisation_id = (select acting_organisation())));
create policy changing on compliance_screening for update
  using ((select compliance_screens()) and subject_id in (select x.id from compliance_subject x where x.kind = 'screening'))
  with check (organisation_id = (select acting_organisation()) and changed_by_id = (select acting_person())
    and subject_id in (select x.id from compliance_subject x where x.kind = 'screening'));
create policy burial on compliance_screening for delete using (false);
grant select, insert on compliance_screening to port2port_app;
grant update (number, function, since, applied_on, verified_on, refused_on, changed_at, changed_by_id) on compliance_screening to port2port_app;

-- What others are told: the local committee of the port and the national authority, one number a month for a place.
alter table compliance_screeningfigure enable row level security;
create policy sight on compliance_screeningfigure for select using (
  (select compliance_worker()) or (select compliance_national())
  or exists (select 1 from members_facility f where f.id = facility_id and f.port_id = any((select compliance_ports())::uuid[]))
  or facility_id is null and exists (select 1 from members_organisation_ports op
    where op.organisation_id = compliance_screeningfigure.organisation_id and op.port_id = any((select compliance_ports())::uuid[])));
create policy birth on compliance_screeningfigure for insert with check ((select compliance_worker()));
create policy changing on compliance_screeningfigure for update using (false);
create policy burial on compliance_screeningfigure for delete using ((select compliance_worker()));
grant select, insert, delete on compliance_screeningfigure to port2port_app;
