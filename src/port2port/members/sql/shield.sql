-- A protected reporter: one report, written and followed under an alias. Everything that names its author (envelope,
-- audience, journal, history, answers) names the alias; who stands behind it is said here and nowhere else.
alter table members_membership alter column shielded set default false;
alter table members_shield enable row level security;
create policy sight on members_shield for select using (
  exists (select 1 from members_membership m where m.id = behind_id and m.person_id = (select acting_person()))
  or may_know && (select acting_keys()) and (select acting_ceiling()) = 4);
create policy opening on members_shield for update
  using (exists (select 1 from members_membership m where m.id = behind_id and m.person_id = (select acting_person())))
  with check (true);
grant select on members_shield to port2port_app;
grant update (opened_at) on members_shield to port2port_app;

-- From here to the end of the transaction the session acts as a new alias, with what it may and whom it may address.
create function members_shield(knowing uuid[]) returns table (person uuid, hat uuid, keys uuid[])
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  real uuid := nullif(current_setting('p2p.hat'), '')::uuid;
  alias uuid := new_uuid7();
  worn uuid := new_uuid7();
  k uuid;
begin
  if not acting_may('report') or real is null or exists (select 1 from members_membership m where m.id = real and m.shielded) then
    raise exception 'a member who may report protects the own report' using errcode = 'PP403';
  end if;
  if cardinality(knowing) > 20 then
    raise exception 'at most 20 may know' using errcode = 'PP422', column = 'may_know';
  end if;
  foreach k in array knowing loop
    if not members_addressable(k) or not members_key_personal(k) then
      raise exception 'only persons may know' using errcode = 'PP422', column = 'may_know';
    end if;
  end loop;
  insert into members_person (id, kind, name, language, active, joined_at)
  select alias, 'alias', '', p.language, true, now() from members_person p where p.id = acting_person();
  insert into members_membership (id, person_id, organisation_id, roles, since, shielded)
  values (worn, alias, acting_organisation(), array['protected_reporter'], now(), true);
  insert into members_shield (hat_id, behind_id, may_know, made_at, opened_at) values (worn, real, knowing, now(), now());
  perform set_config('p2p.keys', (acting_keys() || alias)::text, true), set_config('p2p.person', alias::text, true),
    set_config('p2p.hat', worn::text, true);
  return query select alias, worn, acting_keys();
end $$;

-- Who stands behind an alias, for those who may know.
create function members_source(alias uuid) returns table (name text, organisation uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select p.name::text, real.organisation_id
  from members_shield s
  join members_membership worn on worn.id = s.hat_id and worn.person_id = alias
  join members_membership real on real.id = s.behind_id
  join members_person p on p.id = real.person_id
  where acting_ceiling() = 4 and s.may_know && acting_keys()
$$;

revoke execute on function members_aliases(uuid), members_shield(uuid[]), members_source(uuid) from public;
grant execute on function members_shield(uuid[]), members_source(uuid) to port2port_app;
