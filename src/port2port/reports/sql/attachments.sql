-- Attachments. Sight of one is sight of its envelope and of its report, as with observables. The original is for the
-- stewards of the organisation that owns the envelope, and only while they see it.

alter table reports_attachment enable row level security;
alter table reports_attachment add constraint reports_attachment_shape check (
  address ~ '^[0-9a-f]{64}$' and sha256 ~ '^[0-9a-f]{64}$' and media_type ~ '^[a-z]+/[a-z0-9.+-]+$' and filename <> '');
create policy sight on reports_attachment for select using (
  exists (select 1 from sharing_record r where r.id = record_id)
  and exists (select 1 from sharing_record r where r.id = report_id));
-- `kept_for` is bound into the encryption: who learns another's address cannot open it with a row of one's own.
create policy birth on reports_attachment for insert with check (
  added_by_id = (select acting_person()) and kept_for = (select acting_organisation())
  and exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id))
  and exists (select 1 from sharing_record r where r.id = report_id and r.kind = 'report' and sharing_is_steward(r.owner_id, r.author_id))
  and (record_id = report_id or exists (select 1 from reports_annex a where a.record_id = reports_attachment.record_id
       and a.report_id = reports_attachment.report_id and a.answers is null)));
create policy removal on reports_attachment for delete using (
  exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)));
grant select, insert, delete on reports_attachment to port2port_app;

alter table reports_original enable row level security;
alter table reports_original add constraint reports_original_shape check (
  address ~ '^[0-9a-f]{64}$' and sha256 ~ '^[0-9a-f]{64}$'
  and (handed_at is null) = (handed_to = '') and (handed_at is null) = (handed_by_id is null));
create policy sight on reports_original for select using ((select acting_may('steward')) and exists (
  select 1 from reports_attachment a join sharing_record r on r.id = a.record_id
  where a.id = attachment_id and r.owner_id = (select acting_organisation())));
-- Whoever adds the attachment leaves its original, once, and need not be one who may read it again.
create policy birth on reports_original for insert with check (handed_at is null and exists (
  select 1 from reports_attachment a join sharing_record r on r.id = a.record_id
  where a.id = attachment_id and a.added_by_id = (select acting_person()) and a.sha256 = reports_original.sha256
    and r.owner_id = (select acting_organisation())));
-- A hand-over is written down once, in the name of who wrote it, and is not written over.
create policy handing on reports_original for update
  using (handed_at is null and (select acting_may('steward')) and exists (
    select 1 from reports_attachment a join sharing_record r on r.id = a.record_id
    where a.id = attachment_id and r.owner_id = (select acting_organisation())))
  with check (handed_by_id = (select acting_person()) and handed_at is not null);
grant select, insert on reports_original to port2port_app;
grant update (handed_to, handed_reference, handed_by_id, handed_at) on reports_original to port2port_app;

-- Which of these places in the vault a row still refers to; the worker removes the files at the others.
create function reports_kept_addresses(addresses text[]) returns setof text
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker clears the vault' using errcode = 'PP403';
  end if;
  return query select x from unnest(addresses) x
    where exists (select 1 from reports_attachment a where a.address = x) or exists (select 1 from reports_original o where o.address = x);
end $$;

revoke execute on all functions in schema public from public;
grant execute on function reports_kept_addresses(text[]) to port2port_app;
