-- Putting on a hat: the only place where the settings of a session are written. They end with the transaction.
create function members_enter(p uuid, h uuid)
returns table (person uuid, organisation uuid, keys uuid[], ceiling smallint, acts text[], name text, language text)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  s record;
  who members_person;
  held uuid[];
begin
  select * into who from members_person where id = p and active and kind in ('human', 'service');
  if who.id is null then
    raise exception 'nobody active has this id' using errcode = 'PP401';
  end if;
  select * into s from members_sight(p, h);
  if h is not null and s.organisation is null then
    raise exception 'this membership has ended' using errcode = 'PP401';
  end if;
  held := array(select k from unnest(s.keys) k where not members_is_topic(k) or exists (select 1 from members_told t where t.key = k));
  perform set_config('p2p.keys', held::text, true),
    set_config('p2p.person', coalesce(s.person, p)::text, true), set_config('p2p.hat', coalesce(h::text, ''), true),
    set_config('p2p.organisation', coalesce(s.organisation::text, ''), true),
    set_config('p2p.ceiling', s.ceiling::text, true),
    set_config('p2p.acts', array_to_string(s.acts, ','), true), set_config('p2p.scope', 'member', true);
  return query select coalesce(s.person, p), s.organisation, held, s.ceiling, s.acts,
    case when s.person is null or s.person = p then who.name else '' end::text, who.language::text;
end $$;

-- A named system principal sees no records; what it may do, it does through definer functions that ask for its name. But for
-- "public": it reads what its owners addressed to everyone, as anybody may, and writes nothing (0035).
create function members_enter_system(system text)
returns table (person uuid, organisation uuid, keys uuid[], acts text[])
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  who uuid;
  org uuid;
  may text := '';
  seen uuid[] := '{}';
begin
  select id into who from members_person p where p.kind = 'system' and p.name = system;
  if who is null then
    raise exception 'no such system principal' using errcode = 'PP401';
  end if;
  if system = 'import' then
    select o.id into org from members_organisation o where o.kind = 'platform_operator' order by o.slug limit 1;
    may := 'report,steward';
    select array_agg(c.id) || who into seen from members_circle c where c.kind = 'everyone';
  elsif system = 'public' then
    select array_agg(c.id) into seen from members_circle c where c.kind = 'everyone';
  end if;
  perform set_config('p2p.keys', seen::text, true), set_config('p2p.person', who::text, true),
    set_config('p2p.hat', '', true), set_config('p2p.organisation', coalesce(org::text, ''), true),
    set_config('p2p.ceiling', '0', true), set_config('p2p.acts', may, true), set_config('p2p.scope', system, true);
  return query select who, org, seen, string_to_array(may, ',');
end $$;
