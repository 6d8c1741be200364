-- How an organisation reads its partners' files. Its people who may report see it and change it, and nobody else.

alter table exchange_filemapping enable row level security;
create policy sight on exchange_filemapping for select using (
  organisation_id is not distinct from (select acting_organisation()) and (select acting_may('report')));
create policy birth on exchange_filemapping for insert with check (
  organisation_id = (select acting_organisation()) and changed_by_id = (select acting_person()) and (select acting_may('report')));
create policy keeping on exchange_filemapping for update
  using (organisation_id = (select acting_organisation()) and (select acting_may('report')))
  with check (organisation_id = (select acting_organisation()) and changed_by_id = (select acting_person()));
create policy burial on exchange_filemapping for delete using (
  organisation_id = (select acting_organisation()) and (select acting_may('report')));
grant select, insert, delete on exchange_filemapping to port2port_app;
grant update (name, head, body, version, changed_by_id, changed_at) on exchange_filemapping to port2port_app;

-- Which of a partner's own numbers are reports of the own organisation already, also such that one does not see or that
-- were withdrawn: they are not made once more.
create function exchange_taken(named text, ids text[]) returns setof text
language sql stable security definer set search_path = public, pg_temp as $$
  select r.origin_id::text from sharing_record r
  where r.owner_id = (select acting_organisation()) and r.origin = named and r.origin_id = any(ids) and r.origin_id <> ''
    and named like 'file:%' and (select acting_may('report'))
$$;
revoke all on function exchange_taken(text, text[]) from public;
grant execute on function exchange_taken(text, text[]) to port2port_app;
