-- Mail that comes in as drafts. The address is made by administrators; drafts are read by those of the organisation who may
-- report, and by nobody else. Nobody writes one but the command to which the mail server hands a message.

alter table exchange_maildesk enable row level security;
create policy sight on exchange_maildesk for select using (
  organisation_id is not distinct from (select acting_organisation())
  and ((select acting_may('report')) or (select acting_may('administer'))));
create policy birth on exchange_maildesk for insert with check (
  organisation_id = (select acting_organisation()) and made_by_id = (select acting_person()) and (select acting_may('administer')));
create policy keeping on exchange_maildesk for update
  using (organisation_id = (select acting_organisation()) and (select acting_may('administer')))
  with check (organisation_id = (select acting_organisation()) and made_by_id = (select acting_person()));
create policy burial on exchange_maildesk for delete using (
  organisation_id = (select acting_organisation()) and (select acting_may('administer')));
grant select, insert, delete on exchange_maildesk to port2port_app;
grant update (alias, made_by_id, made_at) on exchange_maildesk to port2port_app;

alter table exchange_maildraft enable row level security;
create policy sight on exchange_maildraft for select using (
  organisation_id is not distinct from (select acting_organisation()) and (select acting_may('report')) and (select acting_ceiling()) >= 2);
create policy made on exchange_maildraft for update
  using (organisation_id = (select acting_organisation()) and (select acting_may('report')) and (select acting_ceiling()) >= 2)
  with check (exists (select 1 from sharing_record r where r.id = report_id and r.owner_id = (select acting_organisation())));
create policy burial on exchange_maildraft for delete using (
  organisation_id = (select acting_organisation()) and (select acting_may('report')) and (select acting_ceiling()) >= 2);
grant select, delete on exchange_maildraft to port2port_app;
grant update (report_id) on exchange_maildraft to port2port_app;

-- A message for an address: kept once, while fewer than `most` of the organisation wait. It says nothing back: whoever sends
-- must not learn whether there is such an address.
create function exchange_mail_in(address text, message jsonb, came timestamptz, most integer) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform exchange_worker();
  insert into exchange_maildraft (id, organisation_id, digest, came_at, written_at, sender, subject, text, shortened, checks, attachments)
  select new_uuid7(), d.organisation_id, message ->> 'digest', came, (message ->> 'written_at')::timestamptz, message ->> 'sender',
    message ->> 'subject', message ->> 'text', (message ->> 'shortened')::boolean, message -> 'checks', message -> 'attachments'
  from exchange_maildesk d
  where d.alias = address
    and (select count(*) from exchange_maildraft m where m.organisation_id = d.organisation_id and m.report_id is null) < most
  on conflict (organisation_id, digest) do nothing;
end $$;

-- Drafts go after their time, also those of which a report was made, and those of an organisation without an address.
create function exchange_mail_forget(days integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  gone integer;
begin
  perform exchange_worker();
  delete from exchange_maildraft where came_at < now() - make_interval(days => days);
  get diagnostics gone = row_count;
  return gone;
end $$;

revoke execute on function exchange_mail_in(text, jsonb, timestamptz, integer), exchange_mail_forget(integer) from public;
grant execute on function exchange_mail_in(text, jsonb, timestamptz, integer), exchange_mail_forget(integer) to port2port_app;
