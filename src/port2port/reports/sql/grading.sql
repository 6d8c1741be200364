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

-- An expired report takes it along: the database must know it, not only Django.
do $$
declare
  c record;
begin
  for c in select conname, pg_get_constraintdef(oid) as def from pg_constraint
           where contype = 'f' and conrelid = 'reports_grading'::regclass and confrelid = 'reports_report'::regclass loop
    execute format('alter table reports_grading drop constraint %I', c.conname);
    execute format('alter table reports_grading add constraint %I %s', c.conname,
      regexp_replace(c.def, '\s*DEFERRABLE.*$', '') || ' on delete cascade deferrable initially deferred');
  end loop;
end $$;
