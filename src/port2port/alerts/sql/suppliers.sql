-- The register of what an organisation uses. It is read by who works at its desk (as its book of shifts, `alerts_at_desk`),
-- and kept by those of them who look after its records or administer it. Nobody else, no operator and no function tells of it.
create function alerts_keeps_register() returns boolean language sql stable as $$
  select alerts_at_desk() and (acting_may('steward') or acting_may('administer'))
$$;
alter table alerts_supplieruse enable row level security;
create policy sight on alerts_supplieruse for select using (
  organisation_id = (select acting_organisation()) and (select alerts_at_desk()));
create policy keeping on alerts_supplieruse for insert with check (
  organisation_id = (select acting_organisation()) and (select alerts_keeps_register()) and changed_by_id = (select acting_person()));
create policy changing on alerts_supplieruse for update
  using (organisation_id = (select acting_organisation()) and (select alerts_keeps_register()))
  with check (changed_by_id = (select acting_person()));
create policy removing on alerts_supplieruse for delete
  using (organisation_id = (select acting_organisation()) and (select alerts_keeps_register()));
grant select, insert, delete on alerts_supplieruse to port2port_app;
grant update (vendor, product, version, cpe, package, used_for, critical, form, topics, changed_by_id, changed_at)
  on alerts_supplieruse to port2port_app;

-- What its people hear of follows the register. That only topics come in, the table of topics sees to.
create function alerts_hear() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  o uuid := coalesce(new.organisation_id, old.organisation_id);
begin
  if tg_op <> 'INSERT' then
    delete from members_topic t where t.organisation_id = o and t.key = any(old.topics)
      and not exists (select 1 from alerts_supplieruse u where u.organisation_id = o and t.key = any(u.topics));
  end if;
  if tg_op <> 'DELETE' then
    insert into members_topic (organisation_id, key) select o, k from unnest(new.topics) k on conflict do nothing;
  end if;
  return null;
end $$;
create trigger hear after insert or update of topics or delete on alerts_supplieruse for each row execute function alerts_hear();

-- At most 300 entries: each is a key or two that every session of the organisation carries.
create function alerts_register_full() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('alerts_supplieruse' || new.organisation_id, 0));
  if (select count(*) from alerts_supplieruse u where u.organisation_id = new.organisation_id) >= 300
     or cardinality(new.topics) > 8 then
    raise exception 'the register is full' using errcode = 'PP422', column = 'vendor';
  end if;
  return new;
end $$;
create trigger full_up before insert on alerts_supplieruse for each row execute function alerts_register_full();

-- Who leaves the network leaves no register behind.
create function alerts_forget_register() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from alerts_supplieruse where organisation_id = new.id;
  return null;
end $$;
create trigger forget_register after update of left_at on members_organisation for each row
  when (new.left_at is not null and old.left_at is null) execute function alerts_forget_register();

revoke execute on all functions in schema public from public;
grant execute on function alerts_keeps_register() to port2port_app;
