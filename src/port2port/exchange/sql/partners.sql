-- What an organisation's own machines got, for its administrators: of records that they see themselves, and of no other, so
-- that neither a list nor a number tells of what is hidden from them.
alter table exchange_reading enable row level security;
create policy sight on exchange_reading for select using (
  organisation_id is not distinct from (select acting_organisation()) and (select acting_may('administer'))
  and exists (select 1 from sharing_record r where r.id = record_id));
grant select on exchange_reading to port2port_app;

grant update (tested_at, test_code, certificate, key, trust) on exchange_peer to port2port_app;

-- The acting machine got these records: noted as far as it sees them. A person is none of an organisation's systems.
create function exchange_got(records uuid[], said text, moment timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from members_person p where p.id = acting_person() and p.kind = 'service') then
    return;
  end if;
  insert into exchange_reading (id, organisation_id, person_id, record_id, form, first_at, last_at)
  select new_uuid7(), acting_organisation(), acting_person(), r.id, said, moment, moment from sharing_record r
  where r.id = any(records) and r.audience && acting_keys() order by r.id
  on conflict (person_id, form, record_id) do update set last_at = excluded.last_at where exchange_reading.last_at < excluded.last_at;
end $$;

-- As whom the connection with a peer is tried on demand, also while the link is paused.
create function exchange_tried(peer uuid) returns table (person uuid, hat uuid)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform exchange_worker();
  return query select p.person_id, p.hat_id from exchange_peer p
    join members_membership m on m.id = p.hat_id and (m.until is null or m.until > now()) where p.id = peer;
end $$;

-- A current machine of the own organisation, for its administrators: what it holds. Not callable by the serving role.
create function exchange_machine_sight(machine uuid) returns table (keys uuid[], ceiling smallint, peers boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.keys, s.ceiling, exists (select 1 from exchange_peer x where x.person_id = machine)
  from members_membership m join members_person p on p.id = m.person_id and p.kind = 'service'
  cross join lateral members_sight(m.person_id, m.id) s
  where m.person_id = machine and m.organisation_id = acting_organisation() and (m.until is null or m.until > now())
    and acting_may('administer')
$$;

-- Which of these records the machine sees, of those that the actor sees.
create function exchange_both_see(machine uuid, records uuid[]) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select r.id from exchange_machine_sight(machine) s join sharing_record r on r.id = any(records)
    and r.audience && s.keys and (r.tlp <= s.ceiling or r.author_id = machine) and (r.tlp <> 3 or not s.peers)
  where r.expires_at > now() and r.audience && acting_keys() and (r.tlp <= acting_ceiling() or r.author_id = acting_person())
$$;

-- The keys that both hold: by which circles the machine gets something, as far as the actor may know.
create function exchange_both_hold(machine uuid) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select k from exchange_machine_sight(machine) s cross join lateral unnest(s.keys) k where k = any(acting_keys())
$$;

-- Of which of these alerts a webhook of the own organisation is told, of those that the actor sees; and the alert itself where
-- it is sent whole.
create function exchange_webhook_told(webhook uuid, records uuid[]) returns table (alert uuid, whole jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  select r.id, case when w.form <> '' then exchange_whole(w.organisation_id, r) end
  from alerts_webhook w join sharing_record r on r.id = any(records) and r.kind = 'alert'
  where w.id = webhook and w.organisation_id = acting_organisation() and acting_may('administer')
    and r.expires_at > now() and r.audience && acting_keys() and (r.tlp <= acting_ceiling() or r.author_id = acting_person())
    and alerts_organisation_sees(w.organisation_id, r)
$$;

revoke execute on function exchange_tried(uuid), exchange_got(uuid[], text, timestamptz), exchange_machine_sight(uuid), exchange_both_see(uuid, uuid[]),
  exchange_both_hold(uuid), exchange_webhook_told(uuid, uuid[]) from public;
grant execute on function exchange_tried(uuid), exchange_got(uuid[], text, timestamptz), exchange_both_see(uuid, uuid[]), exchange_both_hold(uuid),
  exchange_webhook_told(uuid, uuid[]) to port2port_app;
