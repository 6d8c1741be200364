-- Sharing groups of a MISP that are circles here. An organisation says so of circles that it is a member of; who may share says
-- it, since it decides how far something may go.
alter table exchange_mispgroup enable row level security;
create policy sight on exchange_mispgroup for select using (
  organisation_id is not distinct from (select acting_organisation()) and ((select acting_may('report')) or (select acting_may('share'))));
create policy birth on exchange_mispgroup for insert with check (
  organisation_id = (select acting_organisation()) and made_by_id = (select acting_person()) and (select acting_may('share'))
  and circle_id = any((select acting_keys())::uuid[]) and exists (
    select 1 from members_circle c join members_circlemember m on m.circle_id = c.id and m.until is null
    where c.id = exchange_mispgroup.circle_id and c.closed_at is null and c.of = 'organisations' and c.kind in ('standing', 'port', 'workgroup', 'adhoc')
      and m.organisation_id = (select acting_organisation())));
create policy burial on exchange_mispgroup for delete using (
  organisation_id = (select acting_organisation()) and (select acting_may('share')));
grant select, insert, delete on exchange_mispgroup to port2port_app;

-- A report that was made of it goes to the own organisation and to the circle that the group is here, and never further: no
-- row says where else, and none is changed. Without a row it is the own organisation (`exchange_no_wider`).
alter table exchange_bound enable row level security;
create policy sight on exchange_bound for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy birth on exchange_bound for insert with check (
  exists (select 1 from sharing_record r where r.id = record_id and r.origin = 'group' and r.author_id = (select acting_person()))
  and (circle_id is null or exists (select 1 from exchange_mispgroup g where g.circle_id = exchange_bound.circle_id)));
grant select, insert on exchange_bound to port2port_app;

-- What its audience holds already is no further than that, either.
create function exchange_bound_fits() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from sharing_record r cross join lateral unnest(r.audience) k
      where r.id = new.record_id and k is distinct from new.circle_id and not members_key_within(k, r.owner_id)) then
    raise exception 'it was sent for less' using errcode = 'PP422', column = 'audience';
  end if;
  return new;
end $$;
create trigger fits before insert on exchange_bound for each row execute function exchange_bound_fits();

-- It is there with the first report: an origin that promises it without a row, from its birth on, is the own organisation alone.
create function exchange_born_bound() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from unnest(new.audience) k where not members_key_within(k, new.owner_id))
      and not exists (select 1 from exchange_bound b where b.record_id = new.id) then
    raise exception 'nothing says that it may go so far' using errcode = 'PP422', column = 'audience';
  end if;
  return null;
end $$;
create constraint trigger exchange_born_bound after insert on sharing_record deferrable initially deferred
  for each row when (new.origin = 'group') execute function exchange_born_bound();

revoke execute on function exchange_bound_fits(), exchange_born_bound() from public;
