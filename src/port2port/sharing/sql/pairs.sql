-- TLP:RED leaves by two persons. The second must see everything that would leave, and is somebody else; both are told
-- apart by person, never by organisation: who may read it was named one by one.
create function sharing_pair_seen(records uuid[], circle uuid) returns boolean language sql stable as $$
  select not exists (select 1 from unnest(records) k where not exists (select 1 from sharing_record r where r.id = k))
    and (circle is null or circle = any(acting_keys()) and acting_ceiling() = 4)
    and (cardinality(records) > 0 or circle is not null)
$$;
alter table sharing_pair enable row level security;
create policy sight on sharing_pair for select using (
  person_id = (select acting_person()) or (select acting_may('export')) and sharing_pair_seen(records, circle));
create policy asking on sharing_pair for insert with check (
  person_id = (select acting_person()) and organisation_id = (select acting_organisation())
  and (select acting_may('export')) and sharing_pair_seen(records, circle)
  and answered_by_id is null and answered_at is null and approved is null and used_at is null);
create policy answering on sharing_pair for update
  using (person_id <> (select acting_person()) and answered_at is null and asked_at > now() - interval '24 hours'
    and (select acting_may('export')) and sharing_pair_seen(records, circle))
  with check (answered_by_id = (select acting_person()) and answered_for_id = (select acting_organisation())
    and answered_at is not null and approved is not null);
grant select, insert on sharing_pair to port2port_app;
grant update (answered_by_id, answered_for_id, answered_at, approved) on sharing_pair to port2port_app;
create index sharing_pair_open on sharing_pair (asked_at) where answered_at is null;

-- The clock of the database, whoever writes.
create function sharing_pair_clock() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    new.asked_at := now();
  elsif new.answered_at is distinct from old.answered_at then
    new.answered_at := now();
  end if;
  return new;
end $$;
create trigger clock before insert or update on sharing_pair for each row execute function sharing_pair_clock();
revoke execute on function sharing_pair_seen(uuid[], uuid), sharing_pair_clock() from public;
grant execute on function sharing_pair_seen(uuid[], uuid) to port2port_app;
