-- The grading of a report: seen with the report, written by the stewards of its owner (not by who merely reported it).
alter table reports_grading enable row level security;
create policy sight on reports_grading for select using (exists (select 1 from sharing_record r where r.id = report_id));
create policy birth on reports_grading for insert with check (
  graded_by_id = (select acting_person()) and exists (select 1 from sharing_record r where r.id = report_id and r.kind = 'report'
    and r.owner_id = (select acting_organisation()) and (select acting_may('steward'))));
create policy stewardship on reports_grading for update
  using (exists (select 1 from sharing_record r where r.id = report_id
    and r.owner_id = (select acting_organisation()) and (select acting_may('steward'))))
  with check (graded_by_id = (select acting_person()));
grant select, insert on reports_grading to port2port_app;
grant update (scheme, source, information, handling, handling_text, graded_by_id, at) on reports_grading to port2port_app;
