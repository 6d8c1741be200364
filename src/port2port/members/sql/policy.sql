-- Facts of the network: everyone signed in reads them. People, circles and keys: by the policies below.
grant select on members_port, members_waterway, members_landmark, members_organisation, members_organisation_ports,
  members_facility, members_role to port2port_app;

alter table members_person enable row level security;
create policy sight on members_person for select using (
  id = (select acting_person()) or (select acting_scope()) = 'identity' or id in (select members_colleagues()));
create policy joining on members_person for insert with check (
  (kind = 'human' and (select acting_scope()) = 'identity')
  or (kind = 'service' and (select acting_may('administer'))));
create policy own on members_person for update
  using (id = (select acting_person())) with check (id = (select acting_person()));
grant select, insert on members_person to port2port_app;
grant update (language, name) on members_person to port2port_app;

alter table members_account enable row level security;
create policy own on members_account using ((select acting_scope()) = 'identity' or person_id = (select acting_person()))
  with check ((select acting_scope()) = 'identity' or person_id = (select acting_person()));
grant select, insert, update on members_account to port2port_app;

alter table members_membership enable row level security;
create policy sight on members_membership for select using (
  person_id = (select acting_person()) or organisation_id = (select acting_organisation()) and not shielded
  or (select acting_scope()) = 'identity');
create policy administering on members_membership for insert with check (
  (organisation_id = (select acting_organisation()) and (select acting_may('administer')) and not shielded)
  or (select acting_scope()) = 'identity');
create policy changing on members_membership for update
  using (organisation_id = (select acting_organisation()) and (select acting_may('administer')) and not shielded)
  with check (organisation_id = (select acting_organisation()) and (select acting_may('administer')));
grant select, insert on members_membership to port2port_app;
grant update (roles, facility_id, until, verified_at, verified_until, verified_by_id, reviewed_at) on members_membership to port2port_app;

-- May the actor keep this circle: its organisation's, by the act `share`; a confidential one only by those who are in it
-- (or nobody yet: its maker fills it in the same transaction, before its key is among the maker's keys).
create function members_keeps(circle uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select acting_may('share') and exists (
    select 1 from members_circle c
    where c.id = circle and c.kind = 'adhoc' and c.organisation_id = acting_organisation() and c.closed_at is null
      and (c.membership = 'open'
           or not exists (select 1 from members_circlemember cm where cm.circle_id = c.id)
           or exists (select 1 from members_circlemember cm where cm.circle_id = c.id and cm.until is null
                      and (cm.person_id = acting_person() or cm.organisation_id = acting_organisation()))))
$$;

alter table members_circle enable row level security;
create policy sight on members_circle for select using (
  id = any((select acting_keys())::uuid[]) or (kind <> 'sealed' and (membership = 'open' or addressed_by = 'everyone')));
create policy making on members_circle for insert with check (
  organisation_id = (select acting_organisation()) and kind = 'adhoc' and (select acting_may('share')));
create policy keeping on members_circle for update using (members_keeps(id))
  with check (organisation_id = (select acting_organisation()) and kind = 'adhoc');
grant select, insert on members_circle to port2port_app;
grant update (names, closed_at) on members_circle to port2port_app;

alter table members_circlemember enable row level security;
create policy sight on members_circlemember for select using (
  person_id = (select acting_person()) or organisation_id = (select acting_organisation())
  or exists (select 1 from members_circle c where c.id = circle_id and c.membership = 'open') or members_keeps(circle_id));
create policy keeping on members_circlemember for insert with check (
  members_keeps(circle_id)
  and (person_id is null or person_id in (select members_colleagues()) or person_id = (select acting_person())));
create policy ending on members_circlemember for update using (members_keeps(circle_id)) with check (true);
grant select, insert on members_circlemember to port2port_app;
grant update (until) on members_circlemember to port2port_app;

alter table members_invitation enable row level security;
create policy administering on members_invitation using (
  (organisation_id = (select acting_organisation()) and (select acting_may('administer')))
  or (select acting_scope()) in ('identity', 'worker'))
  with check ((organisation_id = (select acting_organisation()) and (select acting_may('administer')))
  or (select acting_scope()) in ('identity', 'worker'));
grant select, insert on members_invitation to port2port_app;
grant update (secret_hash, accepted_at, accepted_by_id, cancelled_at) on members_invitation to port2port_app;

alter table members_accessreview enable row level security;
create policy administering on members_accessreview using (
  organisation_id = (select acting_organisation()) and (select acting_may('administer')))
  with check (organisation_id = (select acting_organisation()) and (select acting_may('administer')));
grant select on members_accessreview to port2port_app;
grant update (done_at, done_by_id) on members_accessreview to port2port_app;

alter table members_secondfactorreset enable row level security;
create policy administering on members_secondfactorreset for select using (
  organisation_id = (select acting_organisation()) and (select acting_may('administer')));
create policy asking on members_secondfactorreset for insert with check (
  organisation_id = (select acting_organisation()) and (select acting_may('administer'))
  and asked_by_id = (select acting_person()) and approved_by_id is null and approved_at is null
  and exists (select 1 from members_membership m where m.person_id = members_secondfactorreset.person_id
    and m.organisation_id = (select acting_organisation()) and (m.until is null or m.until > now())));
grant select, insert on members_secondfactorreset to port2port_app;

alter table members_token enable row level security;
create policy own on members_token using (
  person_id = (select acting_person())
  or ((select acting_may('administer')) and person_id in (
      select m.person_id from members_membership m join members_person p on p.id = m.person_id
      where m.organisation_id = (select acting_organisation()) and p.kind = 'service')))
  with check (made_by_id = (select acting_person()) and (person_id = (select acting_person())
  or ((select acting_may('administer')) and person_id in (
      select m.person_id from members_membership m join members_person p on p.id = m.person_id
      where m.organisation_id = (select acting_organisation()) and p.kind = 'service'))));
grant select, insert on members_token to port2port_app;
grant update (revoked_at) on members_token to port2port_app;

alter table members_session enable row level security;
create policy own on members_session using ((select acting_scope()) = 'identity' or person_id = (select acting_person()))
  with check ((select acting_scope()) = 'identity');
grant select, insert, update, delete on members_session to port2port_app;

-- What must hold whoever writes.
create function members_guard() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  org uuid := coalesce(new.organisation_id, old.organisation_id);
begin
  if tg_op <> 'DELETE' and 'operator' = any(new.roles)
     and not exists (select 1 from members_organisation o where o.id = org and o.kind = 'platform_operator') then
    raise exception 'only the platform''s own organisation has operators' using errcode = 'PP422';
  end if;
  if tg_op <> 'INSERT' and 'administrator' = any(old.roles)
     and exists (select 1 from members_organisation o where o.id = org and o.left_at is null)
     and not exists (select 1 from members_membership m join members_person p on p.id = m.person_id and p.active
                     where m.organisation_id = org and 'administrator' = any(m.roles)
                       and (m.until is null or m.until > now())) then
    raise exception 'the last administrator of an organisation stays' using errcode = 'PP409';
  end if;
  return null;
end $$;
create constraint trigger guard after insert or update or delete on members_membership
  for each row execute function members_guard();

create function members_sealed_stay() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.until is not null then return new; end if;
  if exists (select 1 from members_circle c where c.id = new.circle_id and c.kind = 'sealed'
             and exists (select 1 from members_circlemember cm where cm.circle_id = c.id and cm.since < now())) then
    raise exception 'nobody joins a sealed circle' using errcode = 'PP409';
  end if;
  return new;
end $$;
create trigger sealed_stay before insert or update on members_circlemember
  for each row execute function members_sealed_stay();

-- Who may see what has changed: open screens ask again at once.
create function members_tell() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  row jsonb := to_jsonb(coalesce(new, old));
begin
  if tg_table_name = 'members_session' then
    perform pg_notify('p2p_access', 'session:' || (row ->> 'session_key'));
  elsif tg_table_name = 'members_person' then
    perform pg_notify('p2p_access', row ->> 'id');
  else
    if row ->> 'person_id' is not null then perform pg_notify('p2p_access', row ->> 'person_id'); end if;
    if tg_table_name = 'members_circlemember' and row ->> 'organisation_id' is not null then
      perform pg_notify('p2p_access', row ->> 'organisation_id');
    end if;
  end if;
  return null;
end $$;
create trigger tell after insert or update or delete on members_membership for each row execute function members_tell();
create trigger tell after insert or update or delete on members_circlemember for each row execute function members_tell();
create trigger tell after update of active on members_person for each row execute function members_tell();
create trigger tell after update of revoked_at on members_token for each row execute function members_tell();
create trigger tell after delete or update of hat_id, person_id, strong on members_session
  for each row execute function members_tell();

-- A leaver is out at once: membership, circles of persons, sessions and tokens end in one step; the records get an heir.
create function members_leave(p uuid, to_heir uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  org uuid := acting_organisation();
  elsewhere boolean;
begin
  if not acting_may('administer') or not exists (
      select 1 from members_membership where person_id = p and organisation_id = org and until is null) then
    raise exception 'not a member of your organisation' using errcode = 'PP404';
  end if;
  if to_heir = p or not exists (select 1 from members_membership m join members_person x on x.id = m.person_id and x.active
      where m.person_id = to_heir and m.organisation_id = org and (m.until is null or m.until > now())) then
    raise exception 'the heir must be a colleague' using errcode = 'PP422';
  end if;
  update members_membership set until = now() where person_id = p and organisation_id = org and until is null;
  elsewhere := exists (select 1 from members_membership where person_id = p and (until is null or until > now()));
  if not elsewhere then
    update members_circlemember set until = now() where person_id = p and until is null;
    update members_person set active = false, left_at = now(), heir_id = to_heir where id = p;
    update members_account set is_active = false where person_id = p;
    update members_token set revoked_at = now() where person_id = p and revoked_at is null;
  else
    update members_token t set revoked_at = now() from members_membership m
    where t.hat_id = m.id and m.person_id = p and m.organisation_id = org and t.revoked_at is null;
  end if;
  delete from members_session s where s.person_id = p and (not elsewhere or s.hat_id in (
    select id from members_membership where person_id = p and organisation_id = org));
end $$;

-- A lost second factor at night: the second administrator's approval removes the factors and ends the sessions.
create function members_reset_second_factor(request uuid) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  r members_secondfactorreset;
begin
  select * into r from members_secondfactorreset
  where id = request and organisation_id = acting_organisation() and approved_at is null
    and asked_at > now() - interval '24 hours' for update;
  if r.id is null or not acting_may('administer') then
    raise exception 'no such request' using errcode = 'PP404';
  end if;
  if acting_person() in (r.asked_by_id, r.person_id) then
    raise exception 'a second administrator must approve' using errcode = 'PP403';
  end if;
  update members_secondfactorreset set approved_by_id = acting_person(), approved_at = now() where id = r.id;
  delete from mfa_authenticator where user_id = (select id from members_account where person_id = r.person_id);
  update members_account set second_factor_reset_at = now() where person_id = r.person_id;
  delete from members_session where person_id = r.person_id;
  return r.person_id;
end $$;

revoke execute on all functions in schema public from public;
grant execute on function acting_keys(), acting_person(), acting_organisation(), acting_ceiling(), acting_scope(),
  acting_may(text), new_uuid7(), members_colleagues(), members_addressable(uuid), members_is_topic(uuid),
  members_seal(uuid), members_resolve_session(text), members_resolve_token(bytea),
  members_token_used(uuid), members_hats(uuid), members_directory(), members_addresses(), members_enter(uuid, uuid), members_enter_system(text), members_leave(uuid, uuid), members_keeps(uuid),
  members_reset_second_factor(uuid) to port2port_app;
