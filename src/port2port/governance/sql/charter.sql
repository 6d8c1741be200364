-- The texts that members accept, who accepted them, and the gate: without them no record is born at AMBER or narrower.

-- Who keeps the texts: platform operators. Who oversees that they are accepted: they, and the National Drug
-- Commissioner's Office.
create function governance_keeps_texts() returns boolean language sql stable as $$ select acting_may('operate') $$;
create function governance_oversees() returns boolean language sql stable as $$
  select acting_may('operate') or exists (select 1 from members_organisation o where o.id = acting_organisation()
    and o.kind = 'drug_commissioner') and (acting_may('speak') or acting_may('administer') or acting_may('suppose'))
$$;

-- The digest is the database's own: nobody can say that a text was another one.
create function governance_digest() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  select coalesce(jsonb_object_agg(key, encode(sha256(convert_to(value, 'UTF8')), 'hex')), '{}') into new.digests
  from jsonb_each_text(new.bodies);
  return new;
end $$;
create trigger digest before insert on governance_text for each row execute function governance_digest();

alter table governance_text enable row level security;
create policy sight on governance_text for select using (
  (select acting_scope()) in ('member', 'worker') and (state = 'published' or (select governance_keeps_texts())));
create policy birth on governance_text for insert with check (
  (select governance_keeps_texts()) and state = 'proposed' and proposed_by_id = (select acting_person())
  and decided_by_id is null and accept_by is null and not template);
create policy deciding on governance_text for update
  using ((select governance_keeps_texts()) and state = 'proposed')
  with check ((select governance_keeps_texts()) and state in ('published', 'declined')
    and decided_by_id = (select acting_person()) and (state <> 'published' or proposed_by_id <> decided_by_id));
create policy burial on governance_text for delete using (false);
grant select, insert on governance_text to port2port_app;
grant update (state, decided_by_id, decided_at, accept_by) on governance_text to port2port_app;

-- An acceptance names the newest version, the very text that was read, and a role that the text lets accept it.
create function governance_admit() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  t governance_text;
begin
  select * into t from governance_text where id = new.text_id and state = 'published';
  if t.id is null or exists (select 1 from governance_text n where n.code = t.code and n.state = 'published' and n.number > t.number) then
    raise exception 'only the text in force is accepted' using errcode = 'PP409';
  end if;
  if t.digests ->> new.language is distinct from new.digest then
    raise exception 'this is not the text that stands there' using errcode = 'PP409';
  end if;
  if not (new.role = any(t.entitled)) or not exists (select 1 from members_membership m where m.id = new.hat_id
      and m.person_id = new.person_id and m.organisation_id = new.organisation_id and new.role = any(m.roles)
      and (m.until is null or m.until > now())) then
    raise exception 'this role does not accept it' using errcode = 'PP403';
  end if;
  return new;
end $$;
create trigger admit before insert on governance_acceptance for each row execute function governance_admit();

create function governance_keep() returns trigger language plpgsql as $$
begin
  raise exception 'what was accepted stays accepted' using errcode = 'insufficient_privilege';
end $$;
create trigger keep before update or delete on governance_acceptance for each row execute function governance_keep();

alter table governance_acceptance enable row level security;
create policy sight on governance_acceptance for select using (
  organisation_id = (select acting_organisation()) and (select acting_scope()) = 'member'
  or (select governance_oversees()));
create policy birth on governance_acceptance for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person())
  and hat_id = (select nullif(current_setting('p2p.hat'), '')::uuid) and (select acting_scope()) = 'member');
create policy changing on governance_acceptance for update using (false);
create policy burial on governance_acceptance for delete using (false);
grant select, insert on governance_acceptance to port2port_app;

grant select on governance_exemption to port2port_app;

-- What an organisation has not accepted: of each text the newest version that asks. `holds`: sharing is held back; not
-- before the day if it accepted an earlier one, nor within the grace that the installation gives its members.
create function governance_owed(org uuid)
returns table (text uuid, code text, number integer, titles jsonb, entitled text[], accept_by date, holds boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select t.id, t.code::text, t.number, t.titles, t.entitled::text[], t.accept_by,
    not (current_date <= (select max(s.value)::date from base_setting s where s.key = 'charter_grace_until'))
      is true
    and not (current_date <= t.accept_by and exists (
      select 1 from governance_acceptance a join governance_text e on e.id = a.text_id
      where a.organisation_id = org and e.code = t.code))
  from (select distinct on (n.code) n.* from governance_text n where n.state = 'published' and n.asks
        order by n.code, n.number desc) t
  where not exists (select 1 from governance_acceptance a join governance_text e on e.id = a.text_id
                    where a.organisation_id = org and e.code = t.code and e.number >= t.number)
$$;

-- What waits for the acting organisation; of another nothing is told.
create function governance_own_owed()
returns table (text uuid, code text, number integer, titles jsonb, entitled text[], accept_by date, holds boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select * from governance_owed(acting_organisation()) where acting_scope() = 'member' order by code
$$;

-- Who has not accepted what, for those who must see to it: current organisations with people in them.
create function governance_outstanding()
returns table (organisation uuid, text uuid, code text, number integer, accept_by date, holds boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select o.id, w.text, w.code, w.number, w.accept_by, w.holds
  from members_organisation o cross join lateral governance_owed(o.id) w
  where governance_oversees() and o.left_at is null and exists (
    select 1 from members_membership m where m.organisation_id = o.id and (m.until is null or m.until > now()) and not m.shielded)
  order by o.slug, w.code
$$;

-- Where an acceptance stands in the journal: the place, and the first signed head over it. For who sees the acceptance.
create function governance_proof(acceptance uuid)
returns table (entry uuid, place bigint, leaf bytea, size bigint, root bytea, sealed_at timestamptz, signature bytea)
language sql stable security definer set search_path = public, pg_temp as $$
  select a.entry, l.place, l.leaf, h.size, h.root, h.at, h.signature
  from governance_acceptance a
  left join base_journal_leaf l on l.entry = a.entry
  left join lateral (select * from base_journal_head n where n.size > l.place order by n.size limit 1) h on true
  where a.id = acceptance
    and (a.organisation_id = acting_organisation() and acting_scope() = 'member' or governance_oversees())
$$;

-- Whom to tell of a version: of the organisations that have not accepted it, the people who may.
create function governance_people_to_tell(wanted uuid)
returns table (person uuid, email text, language text)
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct p.id, a.email::text, p.language::text
  from governance_text t
  join members_membership m on m.roles && t.entitled and (m.until is null or m.until > now()) and not m.shielded
  join members_organisation o on o.id = m.organisation_id and o.left_at is null
  join members_person p on p.id = m.person_id and p.active
  join members_account a on a.person_id = p.id and a.is_active
  where acting_scope() = 'worker' and t.id = wanted and t.state = 'published' and t.asks
    and not exists (select 1 from governance_acceptance x where x.text_id = t.id and x.organisation_id = o.id)
$$;

-- The gate. An envelope's trigger, so that no way round it is left; reading is not held back, nor what is shared already.
create function governance_exempts(r sharing_record) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return exists (select 1 from governance_exemption e
    where e.kind in ('', r.kind) and e.threat in ('', r.threat) and (e.tlp is null or e.tlp = r.tlp)
      and e.legal_basis in ('', r.legal_basis)
      and (not e.within or not exists (select 1 from unnest(r.audience) k where not members_key_within(k, r.owner_id))));
end $$;
create function governance_gate() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  owed jsonb;
begin
  if new.tlp < 2 or tg_op = 'UPDATE' and old.tlp >= 2 and not governance_exempts(old) or governance_exempts(new) then
    return new;
  end if;
  select jsonb_agg(w.titles order by w.code) into owed from governance_owed(new.owner_id) w where w.holds;
  if owed is not null then
    raise exception 'the organisation has not accepted what it must' using errcode = 'PP451', detail = owed::text;
  end if;
  return new;
end $$;
create trigger charter before insert or update of tlp, audience, legal_basis, threat on sharing_record
  for each row execute function governance_gate();

revoke execute on all functions in schema public from public;
grant execute on function governance_keeps_texts(), governance_oversees(), governance_own_owed(), governance_outstanding(),
  governance_proof(uuid), governance_people_to_tell(uuid) to port2port_app;
