-- What of a cyber attack starts the times to notify: changed as the rest of a report.
grant update (personal_data_breach, aware_since) on reports_report to port2port_app;

-- That a flight was shown before a report was sent: told to those who see both, so that neither tells of the other.
alter table reports_flightshown enable row level security;
create policy sight on reports_flightshown for select using (
  exists (select 1 from sharing_record r where r.id = report_id) and exists (select 1 from sharing_record r where r.id = flight_id));
create policy birth on reports_flightshown for insert with check (
  exists (select 1 from sharing_record r where r.id = report_id and r.kind = 'report' and r.author_id = (select acting_person()))
  and exists (select 1 from sharing_record r where r.id = flight_id and r.kind = 'flight'));
create policy frozen on reports_flightshown for update using (false);
create policy burial on reports_flightshown for delete using (false);
grant select, insert on reports_flightshown to port2port_app;
