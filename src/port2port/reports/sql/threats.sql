-- A threat to a person: somebody who works in a port was approached, bribed, coerced or threatened, and tells it. The
-- mark and the way to reach who wrote it are seen with the report; only who wrote the report may make it one, at birth.
alter table reports_personthreat enable row level security;
create policy sight on reports_personthreat for select using (exists (select 1 from sharing_record r where r.id = report_id));
create policy birth on reports_personthreat for insert with check (
  exists (select 1 from sharing_record r where r.id = report_id and r.kind = 'report' and r.tlp = 4 and r.version = 1
          and r.port_id is null and r.author_id = (select acting_person()) and r.owner_id = (select acting_organisation())
          and (select acting_may('report'))));
grant select, insert on reports_personthreat to port2port_app;

-- A frozen copy of the desk: those of its members who are police, with its port security officers if who writes wants
-- it. Never who writes, never an administrator of their organisation: the employer learns nothing through this. Null: nobody.
create function reports_threat_desk(source uuid, with_pso boolean) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  c members_circle;
  whom uuid[];
  print bytea;
  copy uuid;
begin
  select * into c from members_circle where id = source and closed_at is null;
  if c.id is null or not acting_may('report') or not members_addressable(source) then
    raise exception 'no such circle' using errcode = 'PP404';
  end if;
  if c.of <> 'persons' or c.kind = 'sealed' then
    raise exception 'only a circle of persons can be sealed' using errcode = 'PP422';
  end if;
  select array_agg(distinct cm.person_id order by cm.person_id) into whom
  from members_circlemember cm join members_person p on p.id = cm.person_id and p.active
  where cm.circle_id = source and (cm.until is null or cm.until > now()) and cm.person_id <> acting_person()
    and exists (
      select 1 from members_membership m join members_organisation o on o.id = m.organisation_id
      where m.person_id = cm.person_id and (m.until is null or m.until > now())
        and (o.kind = 'police' or with_pso and 'port_security_officer' = any(m.roles)))
    and not exists (
      select 1 from members_membership m where m.person_id = cm.person_id and m.organisation_id = acting_organisation()
        and (m.until is null or m.until > now()) and 'administrator' = any(m.roles));
  if whom is null then
    return null;
  end if;
  print := sha256(convert_to('threat,' || with_pso || ',' || array_to_string(whom, ','), 'UTF8'));
  perform pg_advisory_xact_lock(hashtext(source::text));
  select id into copy from members_circle where kind = 'sealed' and source_id = source and fingerprint = print;
  if copy is null then
    copy := new_uuid7();
    insert into members_circle (id, slug, names, kind, of, level, membership, addressed_by, source_id, fingerprint)
    values (copy, 'threat-' || copy, case when with_pso then c.names else jsonb_build_object(
      'nl', 'Politie, personen op naam', 'fr', 'Police, personnes désignées',
      'de', 'Polizei, namentlich benannte Personen', 'en', 'Police, named persons') end,
      'sealed', 'persons', c.level, 'confidential', 'members', source, print);
    insert into members_circlemember (id, circle_id, person_id, since) select new_uuid7(), copy, p, now() from unnest(whom) p;
  end if;
  return copy;
end $$;

-- It is born for such a copy and who wrote it, and with nothing that is compared.
create function reports_threat_begins() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from sharing_record r cross join unnest(r.audience) k where r.id = new.report_id and k <> r.author_id
      and not exists (select 1 from members_circle c where c.id = k and c.kind = 'sealed' and c.slug like 'threat-%'))
     or exists (select 1 from reports_observable o where o.report_id = new.report_id) then
    raise exception 'a threat to a person goes to the desk only' using errcode = 'PP422', column = 'audience';
  end if;
  return new;
end $$;
create trigger begins before insert on reports_personthreat for each row execute function reports_threat_begins();

-- What is done with its envelope is done by who wrote it, and it stays TLP:RED, without a port. An heir or a following
-- organisation gets no sight of it: what was told against the employer's people is no inheritance.
create function reports_threat_stays() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  who uuid := nullif(current_setting('p2p.person', true), '')::uuid;
begin
  if who is null or not exists (select 1 from reports_personthreat t where t.report_id = old.id) then
    return new; -- nobody acts: after a restore, by the owner of the tables
  end if;
  if (new.tlp, new.port_id, new.threat) is distinct from (old.tlp, old.port_id, old.threat) then
    raise exception 'a threat to a person stays what it is' using errcode = 'PP422', column = 'tlp';
  end if;
  if who = old.author_id then
    return new;
  end if;
  if new.version <> old.version then
    raise exception 'only who wrote it may do this' using errcode = 'PP403';
  end if;
  new.audience := array(select k from unnest(old.audience) k where k = any(new.audience));
  new.addressed := array(select k from unnest(old.addressed) k where k = any(new.addressed));
  if cardinality(new.audience) = 0 then
    new.audience := old.audience;
    new.addressed := old.addressed;
  end if;
  return new;
end $$;
create trigger threat_stays before update on sharing_record
  for each row when (new.kind = 'report') execute function reports_threat_stays();

-- Nothing of it is compared with what others saw.
create function reports_threat_unmatched() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from reports_personthreat t where t.report_id = new.report_id) then
    raise exception 'nothing of a threat to a person is compared' using errcode = 'PP422', column = 'observables';
  end if;
  return new;
end $$;
create trigger threat_unmatched before insert on reports_observable for each row execute function reports_threat_unmatched();

revoke execute on function reports_threat_desk(uuid, boolean), reports_threat_begins(), reports_threat_stays(),
  reports_threat_unmatched() from public;
grant execute on function reports_threat_desk(uuid, boolean) to port2port_app;
