-- A report is seen exactly when its envelope is; stewards of the envelope change it.
alter table reports_report enable row level security;
create policy sight on reports_report for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy birth on reports_report for insert with check (
  exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'report' and sharing_is_steward(r.owner_id, r.author_id)));
create policy stewardship on reports_report for update
  using (exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)))
  with check (exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)));
grant select, insert on reports_report to port2port_app;
-- every column but the envelope it belongs to (a column revoke would take nothing away from a grant of the table)
do $$ begin
  execute format('grant update (%s) on reports_report to port2port_app', (
    select string_agg(quote_ident(attname), ', ') from pg_attribute
    where attrelid = 'reports_report'::regclass and attnum > 0 and not attisdropped and attname <> 'record_id'));
end $$;

alter table reports_revision enable row level security;
create policy sight on reports_revision for select using (exists (select 1 from sharing_record r where r.id = report_id));
create policy birth on reports_revision for insert with check (
  author_id = (select acting_person())
  and exists (select 1 from sharing_record r where r.id = report_id and sharing_is_steward(r.owner_id, r.author_id)));
grant select, insert on reports_revision to port2port_app;

insert into sharing_kind (kind, holds) values ('report', 'reports_report');
