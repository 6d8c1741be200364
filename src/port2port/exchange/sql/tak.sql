-- TAK servers. One belongs to an organisation, whose administrators look after it; its machine sends with its own sight, and
-- reads the key, sealed, which administrators give and nobody gets back.
alter table exchange_takserver enable row level security;
create policy sight on exchange_takserver for select using (
  organisation_id is not distinct from (select acting_organisation())
  and ((select acting_may('administer')) or person_id = (select acting_person())));
create policy birth on exchange_takserver for insert with check (
  organisation_id = (select acting_organisation()) and made_by_id = (select acting_person()) and (select acting_may('administer'))
  and exists (select 1 from members_membership m join members_person p on p.id = m.person_id and p.kind = 'service'
    where m.id = hat_id and m.person_id = exchange_takserver.person_id and m.organisation_id = exchange_takserver.organisation_id
      and (m.until is null or m.until > now())));
create policy keeping on exchange_takserver for update
  using (organisation_id = (select acting_organisation()) and ((select acting_may('administer')) or person_id = (select acting_person())));
create policy burial on exchange_takserver for delete using (
  organisation_id = (select acting_organisation()) and (select acting_may('administer')));
grant select, insert, delete on exchange_takserver to port2port_app;
grant update (name, address, tlp, ca, certificate, secret, ends_at, paused_at, due_at, tried_at, seen_at, failures, problem, shows)
  on exchange_takserver to port2port_app;

-- Its machine notes how it went; where it is, what it gets and whether it is paused its administrators say.
create function exchange_tak_guard() returns trigger
language plpgsql as $$
begin
  if current_setting('p2p.acts', true) is not null and not acting_may('administer') and (new.name, new.address, new.tlp, new.ca, new.certificate, new.secret, new.ends_at, new.paused_at)
      is distinct from (old.name, old.address, old.tlp, old.ca, old.certificate, old.secret, old.ends_at, old.paused_at) then
    raise exception 'administrators say where a TAK server is' using errcode = 'PP403';
  end if;
  return new;
end $$;
create trigger guard before update on exchange_takserver for each row execute function exchange_tak_guard();

-- Whose turn it is, and as whom: taken for two minutes, so that two workers do not both send. One whose machine was taken
-- out gets nothing.
create function exchange_tak_turns(most integer) returns table (server uuid, person uuid, hat uuid)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform exchange_worker();
  return query
    update exchange_takserver s set due_at = now() + interval '2 minutes'
    where s.id in (
      select x.id from exchange_takserver x join members_membership m on m.id = x.hat_id and (m.until is null or m.until > now())
      where x.paused_at is null and x.due_at <= now() order by x.due_at limit most for update of x skip locked)
    returning s.id, s.person_id, s.hat_id;
end $$;

revoke execute on function exchange_tak_guard(), exchange_tak_turns(integer) from public;
grant execute on function exchange_tak_guard(), exchange_tak_turns(integer) to port2port_app;
