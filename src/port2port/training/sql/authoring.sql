-- Pictures of an organisation's own course: of who trains there while it is written; of who reads an edition, once there is one.
alter table training_coursemedium enable row level security;
alter table training_coursemedium add constraint training_coursemedium_shape check (
  address ~ '^[0-9a-f]{64}$' and sha256 ~ '^[0-9a-f]{64}$' and name ~ '^[a-z0-9][a-z0-9.-]*$' and slug like 'own-%');
create policy sight on training_coursemedium for select using (
  organisation_id = (select acting_organisation()) and (select training_trains())
  or exists (select 1 from training_edition e where e.slug = training_coursemedium.slug and e.published_at >= added_at));
-- The organisation is bound into the encryption: who learns another's address cannot open it with a row of one's own.
create policy birth on training_coursemedium for insert with check (
  added_by_id = (select acting_person()) and organisation_id = (select acting_organisation()) and (select training_trains())
  and exists (select 1 from training_owncourse o where o.slug = training_coursemedium.slug));
create policy changing on training_coursemedium for update using (false);
create policy burial on training_coursemedium for delete using (
  organisation_id = (select acting_organisation()) and (select training_trains())
  and not exists (select 1 from training_edition e where e.slug = training_coursemedium.slug and e.published_at >= added_at));
grant select, insert, delete on training_coursemedium to port2port_app;

-- Which of these places in the vault a row still refers to: as before, and those of own courses.
create or replace function reports_kept_addresses(addresses text[]) returns setof text
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker clears the vault' using errcode = 'PP403';
  end if;
  return query select x from unnest(addresses) x
    where exists (select 1 from reports_attachment a where a.address = x) or exists (select 1 from reports_original o where o.address = x)
      or exists (select 1 from knowledge_practicefile f where f.address = x) or exists (select 1 from training_coursemedium m where m.address = x);
end $$;
