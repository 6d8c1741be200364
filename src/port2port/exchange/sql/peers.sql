-- Other nodes. A peer belongs to the organisation that stands for it here; its administrators look after it, and its machine
-- keeps the state of the exchange. What comes is kept as what any system of that organisation sends (policy.sql).

-- The id by which this node is known, once for all.
insert into base_setting (key, value) select 'node', json_build_object('id', gen_random_uuid(), 'at', now())::text;

alter table exchange_peer enable row level security;
create policy sight on exchange_peer for select using (
  organisation_id is not distinct from (select acting_organisation())
  and ((select acting_may('administer')) or (select acting_may('steward')) or person_id = (select acting_person())));
create policy birth on exchange_peer for insert with check (
  organisation_id = (select acting_organisation()) and made_by_id = (select acting_person()) and (select acting_may('administer'))
  and exists (select 1 from members_membership m join members_person p on p.id = m.person_id and p.kind = 'service'
    where m.id = hat_id and m.person_id = exchange_peer.person_id and m.organisation_id = exchange_peer.organisation_id
      and (m.until is null or m.until > now())));
create policy keeping on exchange_peer for update
  using (organisation_id = (select acting_organisation()) and ((select acting_may('administer')) or person_id = (select acting_person())));
create policy burial on exchange_peer for delete using (
  organisation_id = (select acting_organisation()) and (select acting_may('administer')));
grant select, insert, delete on exchange_peer to port2port_app;
grant update (name, root, collection, inbox, secret, pulls, pushes, paused_at, node, after, following, reached, sent_to, walk, walking,
  walked_at, due_at, seen_at, tried_at, failures, problem, waiting, came, known, withdrawn, held, sent, refused)
  on exchange_peer to port2port_app;

-- A machine counts and moves on; where the peer is and what goes there its administrators say.
create function exchange_peer_guard() returns trigger
language plpgsql as $$
begin
  -- no session at all: the owner of the tables, who mends and restores
  if current_setting('p2p.acts', true) is not null and not acting_may('administer') and (new.name, new.root, new.collection, new.inbox, new.secret, new.pulls, new.pushes, new.paused_at, new.certificate, new.key, new.trust)
      is distinct from (old.name, old.root, old.collection, old.inbox, old.secret, old.pulls, old.pushes, old.paused_at, old.certificate, old.key, old.trust) then
    raise exception 'administrators say where a peer is' using errcode = 'PP403';
  end if;
  return new;
end $$;
create trigger guard before update on exchange_peer for each row execute function exchange_peer_guard();

-- Whose turn it is, or the one that is named (by name or id), and as whom: taken for two minutes, so that two workers do not
-- both ask. A peer whose machine was taken out is not asked.
create function exchange_peers(named text, most integer) returns table (peer uuid, person uuid, hat uuid)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform exchange_worker();
  return query
    update exchange_peer p set due_at = now() + interval '2 minutes'
    where p.id in (
      select x.id from exchange_peer x join members_membership m on m.id = x.hat_id and (m.until is null or m.until > now())
      where x.paused_at is null and (named is null and x.due_at <= now() and (x.pulls or x.pushes)
        or x.name = named or x.id::text = named)
      order by x.due_at limit most for update of x skip locked)
    returning p.id, p.person_id, p.hat_id;
end $$;

-- Which of these ids are ours, rendered of a record here or said to be gone: nobody else may change those. Not observables,
-- which belong to nobody, and whose ids can be worked out.
create function exchange_issued(ids text[]) returns setof text
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct o.stix_id from exchange_object o
  where o.stix_id = any(ids) and (o.record_id is not null or o.gone is not null) and o.version <> o.added and acting_may('report')
$$;

-- The nodes with which the organisation has links besides this machine's own.
create function exchange_linked() returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select p.node from exchange_peer p
  where p.organisation_id = acting_organisation() and p.person_id <> acting_person() and p.node is not null and acting_may('report')
$$;

-- A report that a person made of what another node sent, or of what a MISP had for a sharing group, does not become wider than it
-- came: its mark is not lowered, and what is AMBER or narrower stays within the organisation; what was for a group, whatever its
-- mark, within that and the circle that the group is here (groups.sql).
create function exchange_no_wider() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  circle uuid;
begin
  if new.tlp < old.tlp then
    raise exception 'it came with this mark' using errcode = 'PP422', column = 'tlp';
  end if;
  select b.circle_id into circle from exchange_bound b where b.record_id = new.id;
  if (new.tlp >= 2 or new.origin = 'group') and (new.owner_id <> old.owner_id or exists (
      select 1 from unnest(new.audience) k where k <> all(old.audience) and k is distinct from circle
        and not members_key_within(k, new.owner_id))) then
    raise exception 'it stays within the organisation it was sent to' using errcode = 'PP422', column = 'audience';
  end if;
  return new;
end $$;
create trigger exchange_no_wider before update of tlp, audience, owner_id on sharing_record
  for each row when (new.origin in ('node', 'group')) execute function exchange_no_wider();

revoke execute on all functions in schema public from public;
grant execute on function exchange_peers(text, integer), exchange_issued(text[]), exchange_linked(), exchange_peer_guard() to port2port_app;
