-- The register of systems. What was measured and what is sensitive in procurement has an audience of its own, and is read
-- with its installation only: without it the figures would be nobody's.

alter table knowledge_installation enable row level security;
create policy sight on knowledge_installation for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy birth on knowledge_installation for insert with check (exists (
  select 1 from sharing_record r where r.id = record_id and r.kind = 'installation' and sharing_is_steward(r.owner_id, r.author_id)));
create policy stewardship on knowledge_installation for update
  using (exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)))
  with check (exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)));
create policy burial on knowledge_installation for delete using (false);
grant select, insert on knowledge_installation to port2port_app;
grant update (kind, maker, product, product_key, version, facility_id, purpose, legal_basis, legal_citation, retention_days,
  rights, rights_on, rights_reason, privacy, privacy_on, privacy_reason, ai_class, ai_article, since, until, language)
  on knowledge_installation to port2port_app;
insert into sharing_kind (kind, holds) values ('installation', 'knowledge_installation');

-- A part belongs to whom the installation belongs, and who writes it looks after both.
create policy sight on knowledge_measurement for select using (
  exists (select 1 from sharing_record r where r.id = record_id) and exists (select 1 from sharing_record r where r.id = installation_id));
create policy birth on knowledge_measurement for insert with check (exists (
  select 1 from sharing_record r join sharing_record o on o.id = installation_id
  where r.id = record_id and r.kind = 'measurement' and o.kind = 'installation' and r.owner_id = o.owner_id and o.withdrawn_at is null
    and sharing_is_steward(r.owner_id, r.author_id) and sharing_is_steward(o.owner_id, o.author_id)));
create policy burial on knowledge_measurement for delete using (false);
alter table knowledge_measurement enable row level security;
grant select, insert on knowledge_measurement to port2port_app;
insert into sharing_kind (kind, holds) values ('measurement', 'knowledge_measurement');

create policy sight on knowledge_procurement for select using (
  exists (select 1 from sharing_record r where r.id = record_id) and exists (select 1 from sharing_record r where r.id = installation_id));
create policy birth on knowledge_procurement for insert with check (exists (
  select 1 from sharing_record r join sharing_record o on o.id = installation_id
  where r.id = record_id and r.kind = 'procurement' and o.kind = 'installation' and r.owner_id = o.owner_id and o.withdrawn_at is null
    and sharing_is_steward(r.owner_id, r.author_id) and sharing_is_steward(o.owner_id, o.author_id)));
create policy burial on knowledge_procurement for delete using (false);
alter table knowledge_procurement enable row level security;
grant select, insert on knowledge_procurement to port2port_app;
insert into sharing_kind (kind, holds) values ('procurement', 'knowledge_procurement');

-- With an installation its parts are withdrawn, also those that whoever withdraws it does not see.
create function knowledge_installation_follow() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  whom uuid := nullif(current_setting('p2p.person', true), '')::uuid;
begin
  -- after a restore nobody acts: then each stays with its author
  update sharing_record set audience = array(select distinct k from unnest(array[author_id, whom]) k where k is not null),
    addressed = array(select distinct k from unnest(array[author_id, whom]) k where k is not null),
    withdrawn_at = new.withdrawn_at, version = version + 1, updated_at = now()
  where withdrawn_at is null and id in (
    select record_id from knowledge_measurement where installation_id = new.id
    union all select record_id from knowledge_procurement where installation_id = new.id);
  return null;
end $$;
create trigger installation_follow after update of withdrawn_at on sharing_record
  for each row when (new.kind = 'installation' and new.withdrawn_at is not null and old.withdrawn_at is null)
  execute function knowledge_installation_follow();

revoke execute on all functions in schema public from public;
