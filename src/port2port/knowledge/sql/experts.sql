-- Who knows what. A declaration is about a person, so no envelope: seen by oneself; by who holds a key of the circles that the
-- person chose, while the person works for the organisation it was declared for and until the day it ends; and by the colleague
-- who is asked to confirm it. By nothing else: stewards and administrators of the organisation have no part in it.

-- Does a person work for an organisation now, as oneself? Memberships of others are in nobody's sight, and this asks for one.
create function knowledge_works(p uuid, org uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from members_membership m join members_person x on x.id = m.person_id
    join members_organisation o on o.id = m.organisation_id
    where m.person_id = p and m.organisation_id = org and (m.until is null or m.until > now()) and not m.shielded
      and x.active and x.kind = 'human' and o.left_at is null)
$$;

alter table knowledge_expert enable row level security;
create policy sight on knowledge_expert for select using (
  person_id = (select acting_person())
  or until >= current_date
     and (audience && (select acting_keys()) or asked_id = (select acting_person()) and organisation_id is not distinct from (select acting_organisation()))
     and knowledge_works(person_id, organisation_id));
-- Shown to circles that one is in oneself, never to everyone, to a sealed circle, to a topic or to a person.
create policy birth on knowledge_expert for insert with check (
  person_id = (select acting_person()) and organisation_id is not distinct from (select acting_organisation())
  and knowledge_works(person_id, organisation_id)
  and (asked_id is null or asked_id <> person_id and knowledge_works(asked_id, organisation_id))
  and cardinality(audience) between 1 and 50
  and not exists (select 1 from unnest(audience) k where k <> all((select acting_keys())::uuid[])
    or not exists (select 1 from members_circle c where c.id = k and c.kind not in ('everyone', 'sealed') and c.closed_at is null)));
create policy changing on knowledge_expert for update
  using (person_id = (select acting_person()) and organisation_id is not distinct from (select acting_organisation()))
  with check (person_id = (select acting_person()) and organisation_id is not distinct from (select acting_organisation())
    and knowledge_works(person_id, organisation_id)
    and (asked_id is null or asked_id <> person_id and knowledge_works(asked_id, organisation_id))
    and cardinality(audience) between 1 and 50
    and not exists (select 1 from unnest(audience) k where k <> all((select acting_keys())::uuid[])
      or not exists (select 1 from members_circle c where c.id = k and c.kind not in ('everyone', 'sealed') and c.closed_at is null)));
create policy ending on knowledge_expert for delete using (
  person_id = (select acting_person()) and organisation_id is not distinct from (select acting_organisation()));
grant select, insert, delete on knowledge_expert to port2port_app;
grant update (languages, reaches, mail, until, audience, asked_id, changed_at) on knowledge_expert to port2port_app;
create index knowledge_expert_audience on knowledge_expert using gin (audience);

-- A topic is born unconfirmed and is confirmed by a colleague who sees it; only who confirmed it takes that back.
alter table knowledge_expertise enable row level security;
create policy sight on knowledge_expertise for select using (exists (select 1 from knowledge_expert e where e.id = expert_id));
create policy birth on knowledge_expertise for insert with check (
  confirmed_by_id is null and confirmed_at is null
  and exists (select 1 from knowledge_expert e where e.id = expert_id and e.person_id = (select acting_person())
    and e.organisation_id is not distinct from (select acting_organisation())));
create policy confirming on knowledge_expertise for update
  using ((confirmed_by_id is null or confirmed_by_id = (select acting_person()))
    and exists (select 1 from knowledge_expert e where e.id = expert_id and e.person_id <> (select acting_person())
      and e.organisation_id is not distinct from (select acting_organisation())))
  with check (confirmed_by_id is null and confirmed_at is null
    or confirmed_by_id = (select acting_person()) and confirmed_at is not null
       and knowledge_works((select acting_person()), (select acting_organisation())));
create policy ending on knowledge_expertise for delete using (
  exists (select 1 from knowledge_expert e where e.id = expert_id and e.person_id = (select acting_person())
    and e.organisation_id is not distinct from (select acting_organisation())));
grant select, insert, delete on knowledge_expertise to port2port_app;
grant update (confirmed_by_id, confirmed_at) on knowledge_expertise to port2port_app;

-- Whoever leaves an organisation is gone from it at once: not hidden, deleted.
create function knowledge_left() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from knowledge_expert e where e.person_id = old.person_id and e.organisation_id = old.organisation_id
    and not knowledge_works(e.person_id, e.organisation_id);
  return null;
end $$;
create trigger knowledge_left after update or delete on members_membership for each row execute function knowledge_left();

revoke execute on all functions in schema public from public;
grant execute on function knowledge_works(uuid, uuid) to port2port_app;
