-- The few ways round the policy. Each is listed in docs/definer-functions.md and has its row in the access matrix.

create function sharing_stewarded(r uuid, act text) returns sharing_record
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  found_row sharing_record;
begin
  select * into found_row from sharing_record
  where id = r and audience && acting_keys() and (tlp <= acting_ceiling() or author_id = acting_person())
    and expires_at > now() for update;
  if found_row.id is null then
    raise exception 'no such record' using errcode = 'PP404';
  end if;
  if not sharing_is_steward(found_row.owner_id, found_row.author_id) or not acting_may(act) then
    raise exception 'only its owner''s stewards may do this' using errcode = 'PP403';
  end if;
  return found_row;
end $$;

create function sharing_widen(r uuid, more_addressed uuid[], more uuid[], new_tlp smallint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  was sharing_record := sharing_stewarded(r, 'share');
  k uuid;
begin
  foreach k in array more loop
    if not members_addressable(k) and not (new_tlp = 0 and exists (
        select 1 from members_circle c where c.id = k and c.kind = 'everyone')) then
      raise exception 'no such addressee' using errcode = 'PP422', column = 'audience';
    end if;
  end loop;
  update sharing_record set
    audience = array(select distinct k1 from unnest(was.audience || more) k1),
    addressed = array(select distinct k1 from unnest(was.addressed || more_addressed) k1),
    tlp = new_tlp, version = was.version + 1, updated_at = now(), withdrawn_at = null
  where id = r;
end $$;

create function sharing_narrow(r uuid, keep_addressed uuid[], keep uuid[], new_tlp smallint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  was sharing_record := sharing_stewarded(r, 'report');
begin
  if not keep <@ was.audience or new_tlp < was.tlp then
    raise exception 'narrowing cannot add' using errcode = 'PP422', column = 'audience';
  end if;
  update sharing_record set audience = keep, addressed = keep_addressed, tlp = new_tlp,
    version = was.version + 1, updated_at = now() where id = r;
end $$;

-- Withdrawn: it stays with its author and who withdrew it; all others keep a tombstone.
create function sharing_withdraw(r uuid, why text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  was sharing_record := sharing_stewarded(r, 'report');
begin
  perform set_config('p2p.reason', left(why, 40), true);
  update sharing_record set audience = array(select distinct k from unnest(array[was.author_id, acting_person()]) k),
    addressed = array(select distinct k from unnest(array[was.author_id, acting_person()]) k),
    tlp = greatest(was.tlp, 1), withdrawn_at = now(), version = was.version + 1, updated_at = now() where id = r;
end $$;

create function sharing_hand_over(r uuid, to_organisation uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  was sharing_record := sharing_stewarded(r, 'share');
begin
  if was.tlp >= 3 or was.personal_data = 'direct' then
    raise exception 'this stays within the organisation' using errcode = 'PP422', column = 'owner';
  end if;
  if not exists (select 1 from members_organisation o where o.id = to_organisation and o.left_at is null) then
    raise exception 'no such organisation' using errcode = 'PP422', column = 'owner';
  end if;
  update sharing_record set owner_id = to_organisation, version = was.version + 1, updated_at = now() where id = r;
end $$;

-- A leaver's own key passes to the heir (see members_leave): what only they could read is not lost.
create function sharing_inherit(from_person uuid, to_person uuid) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  moved integer;
begin
  if not acting_may('administer') or not exists (
      select 1 from members_membership m where m.person_id = from_person and m.organisation_id = acting_organisation())
     or not exists (select 1 from members_membership m join members_person p on p.id = m.person_id and p.active
      where m.person_id = to_person and m.organisation_id = acting_organisation() and (m.until is null or m.until > now())) then
    raise exception 'not people of your organisation' using errcode = 'PP404';
  end if;
  update sharing_record set audience = array(select distinct k from unnest(array_replace(audience, from_person, to_person)) k),
    addressed = array(select distinct k from unnest(array_replace(addressed, from_person, to_person)) k)
  where owner_id = acting_organisation() and audience @> array[from_person]
    and expires_at > now();
  get diagnostics moved = row_count;
  return moved;
end $$;

-- A whole organisation leaves: its records pass to its heir, its people are out. Asked by an operator of the platform.
create function members_close_organisation(leaving uuid, to_heir uuid) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  moved integer;
  gone uuid[];
begin
  if not acting_may('operate') then
    raise exception 'only an operator closes an organisation' using errcode = 'PP403';
  end if;
  if leaving = to_heir or leaving = acting_organisation() or not exists (
      select 1 from members_organisation o where o.id = to_heir and o.left_at is null) then
    raise exception 'the heir must be another current organisation' using errcode = 'PP422';
  end if;
  update members_organisation set left_at = now(), heir_id = to_heir where id = leaving and left_at is null;
  if not found then
    raise exception 'no such organisation' using errcode = 'PP404';
  end if;
  update sharing_record set
    owner_id = to_heir,
    audience = array(select distinct k from unnest(audience || array(
      select c.id from members_circle c where c.organisation_id = to_heir and c.kind = 'organisation'
      and sharing_record.tlp = 3)) k where tlp <> 3 or not members_key_within(k, leaving))
  where owner_id = leaving and personal_data <> 'direct';
  get diagnostics moved = row_count;
  update members_circlemember set until = now() where organisation_id = leaving and until is null;
  delete from members_session s using members_membership m where m.id = s.hat_id and m.organisation_id = leaving;
  update members_token t set revoked_at = now() from members_membership m
  where t.hat_id = m.id and m.organisation_id = leaving and t.revoked_at is null;
  update members_membership set until = now() where organisation_id = leaving and (until is null or until > now());
  select array_agg(m.person_id) into gone from members_membership m
  where m.organisation_id = leaving and not exists (
    select 1 from members_membership x where x.person_id = m.person_id and (x.until is null or x.until > now()));
  update members_circlemember set until = now() where person_id = any(gone) and until is null;
  update members_person set active = false, left_at = now() where id = any(gone) and active;
  update members_account set is_active = false where person_id = any(gone);
  delete from members_session where person_id = any(gone);
  update members_token set revoked_at = now() where person_id = any(gone) and revoked_at is null;
  update members_circle set closed_at = now() where organisation_id = leaving and closed_at is null;
  perform pg_notify('p2p_access', leaving::text);
  return moved;
end $$;

-- Who will see this: people and organisations, without what a topic or a confidential circle hides.
create function sharing_preview(wanted uuid[], at_tlp smallint)
returns table (people integer, organisations integer, hidden boolean, organisation_ids uuid[])
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  shown uuid[];
  concealed uuid[];
begin
  select coalesce(array_agg(k), '{}') into concealed from unnest(wanted) k where members_conceals(k);
  select coalesce(array_agg(k), '{}') into shown from unnest(wanted) k where k <> all(concealed)
    and (k = any(acting_keys()) or members_addressable(k));
  return query
    select count(distinct h.person) filter (where h.ceiling >= at_tlp)::integer,
           count(distinct h.organisation) filter (where h.ceiling >= at_tlp)::integer,
           cardinality(concealed) > 0,
           coalesce(array_agg(distinct h.organisation) filter (where h.ceiling >= at_tlp), '{}')
    from members_holders(shown) h;
end $$;

-- The named people of an audience whose names I may know anyway.
create function sharing_readers(r uuid) returns table (person uuid, organisation uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct h.person, h.organisation
  from sharing_record s
  cross join lateral (select array_agg(k) as keys from unnest(s.audience) k
    where not members_conceals(k)) open
  cross join lateral members_holders(open.keys) h
  where s.id = r and s.audience && acting_keys() and (s.tlp <= acting_ceiling() or s.author_id = acting_person())
    and s.expires_at > now()
    and h.ceiling >= s.tlp and h.person in (select members_colleagues())
$$;

-- Why may this person see this record, or why not? For an administrator, about the own organisation's people.
-- A record of others that the person cannot see gives the same answer as one that does not exist.
create function sharing_explain(p uuid, r uuid)
returns table (hat uuid, sees boolean, rule text, via uuid[])
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  rec sharing_record;
begin
  if not acting_may('explain') and p <> acting_person() then
    raise exception 'only an administrator asks for others' using errcode = 'PP403';
  end if;
  if p <> acting_person() and not exists (select 1 from members_membership m where m.person_id = p
      and m.organisation_id = acting_organisation() and (m.until is null or m.until > now())) then
    raise exception 'not a member of your organisation' using errcode = 'PP404';
  end if;
  select * into rec from sharing_record where id = r;
  return query
    select m.id,
      coalesce(rec.audience && s.keys and (rec.tlp <= s.ceiling or rec.author_id = p) and rec.expires_at > now(), false),
      case when rec.id is null or (rec.owner_id is distinct from acting_organisation() and not (
                  rec.audience && s.keys and (rec.tlp <= s.ceiling or rec.author_id = p) and rec.expires_at > now())) then 'unknown'
           when rec.expires_at <= now() then 'expired'
           when not rec.audience && s.keys then 'not-in-audience'
           when rec.tlp > s.ceiling and rec.author_id <> p then 'not-verified'
           else 'in-audience' end,
      case when rec.audience && s.keys and (rec.tlp <= s.ceiling or rec.author_id = p) and rec.expires_at > now()
           then array(select k from unnest(rec.audience) k where k = any(s.keys)) else '{}'::uuid[] end
    from members_membership m cross join lateral members_sight(m.person_id, m.id) s
    where m.person_id = p and (m.until is null or m.until > now())
      and (m.organisation_id = acting_organisation() or p = acting_person());
end $$;

-- Search: @@ is not leakproof, so row-level security would turn its index off. The same keys are applied here, in the
-- index itself (what is hidden costs nothing that a clock could tell) and again on the envelope.
create function sharing_find(query text, kinds text[], most integer)
returns table (record uuid, kind text, at timestamptz, rank real)
language sql stable security definer set search_path = public, pg_temp as $$
  select r.id, r.kind::text, r.at, ts_rank(s.vector, q.q)
  from (select to_tsquery('simple', query) && string_agg(quote_literal('@' || k || mark), ' | ')::tsquery
    from unnest(acting_keys()) k, unnest(array['', '!']) mark where mark = '' or acting_ceiling() >= 2) q(q)
  join sharing_searchable s on s.vector @@ q.q
  join sharing_record r on r.id = s.record_id
  where r.audience && acting_keys() and (r.tlp <= acting_ceiling() or r.author_id = acting_person())
    and r.expires_at > now() and r.kind = any(kinds)
  order by r.at desc, r.id desc
  limit least(most, 1000)
$$;

-- Retention: what has expired goes, with a tombstone for those who had it. Asked by the worker.
create function sharing_expire(most integer) returns setof uuid
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker expires records' using errcode = 'PP403';
  end if;
  delete from sharing_event where expires_at <= now();
  delete from sharing_tombstone where expires_at <= now();
  return query
    with gone as (
      delete from sharing_record where id in (
        select id from sharing_record where expires_at <= now() order by expires_at limit most for update skip locked)
      returning *
    ), stones as (
      insert into sharing_tombstone (record, kind, owner, keys, tlp, at, why, reason, expires_at)
      select id, kind, owner_id, audience, tlp, now(), 'expired', '', now() + interval '90 days' from gone
      on conflict (record) do nothing
    )
    select id from gone;
end $$;

-- With the last record of a protected reporter goes what led to them.
create function sharing_forget_source() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select 1 from members_membership m where m.person_id = old.author_id and m.shielded)
     and not exists (select 1 from sharing_record r where r.author_id = old.author_id) then
    delete from members_shield s using members_membership m where m.id = s.hat_id and m.person_id = old.author_id;
    update members_membership set until = now() where person_id = old.author_id;
  end if;
  return null;
end $$;
create trigger forget_source after delete on sharing_record for each row execute function sharing_forget_source();

-- After a restore: what was withdrawn since the backup does not come back wide. Not for the serving role.
create function sharing_bury(records uuid[]) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  buried integer;
begin
  update sharing_record set audience = array[author_id], addressed = array[author_id],
    tlp = greatest(tlp, 1), withdrawn_at = now(), version = version + 1
  where id = any(records) and withdrawn_at is null;
  get diagnostics buried = row_count;
  return buried;
end $$;

create function live_events(ids uuid[]) returns setof sharing_event
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'live' then
    raise exception 'only the live process asks this' using errcode = 'PP403';
  end if;
  return query select * from sharing_event where id = any(ids) order by id;
end $$;

create function live_replay(for_keys uuid[], for_ceiling smallint, after uuid, most integer) returns setof sharing_event
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  -- a UUIDv7 starts with its milliseconds; events commit out of order, so look ten seconds further back
  since timestamptz := to_timestamp(('x' || lpad(substr(replace(after::text, '-', ''), 1, 12), 16, '0'))::bit(64)::bigint / 1000.0)
    - interval '10 seconds';
begin
  if acting_scope() <> 'live' then
    raise exception 'only the live process asks this' using errcode = 'PP403';
  end if;
  return query select * from sharing_event e
    where e.at >= since and e.id <> after and e.keys && for_keys and e.tlp <= for_ceiling and e.expires_at > now()
    order by e.id limit most;
end $$;

create function live_resolve(session_hash text)
returns table (person uuid, hat uuid, organisation uuid, keys uuid[], ceiling smallint)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'live' then
    raise exception 'only the live process asks this' using errcode = 'PP403';
  end if;
  return query select r.person, r.hat, s.organisation, s.keys, s.ceiling
    from members_resolve_session(session_hash) r cross join lateral members_sight(r.person, r.hat) s
    where r.strong and (r.hat is null or s.organisation is not null);
end $$;

create function live_resolve_token(token_hash bytea)
returns table (person uuid, hat uuid, organisation uuid, keys uuid[], ceiling smallint)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'live' then
    raise exception 'only the live process asks this' using errcode = 'PP403';
  end if;
  return query select r.person, r.hat, s.organisation, s.keys, s.ceiling
    from members_resolve_token(token_hash) r cross join lateral members_sight(r.person, r.hat) s
    where 'read' = any(r.scopes) and (r.hat is null or s.organisation is not null);
end $$;

-- Fan-out of a notice: addresses of those who held the keys of an event, for the worker, without what it was about.
create function sharing_event_people(event uuid) returns table (person uuid, email text, language text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker sends mail' using errcode = 'PP403';
  end if;
  return query select distinct p.id, a.email::text, p.language::text
    from sharing_event e
    cross join lateral members_holders(e.keys) h
    join members_person p on p.id = h.person
    join members_account a on a.person_id = p.id and a.is_active
    where e.id = event and h.ceiling >= e.tlp;
end $$;

-- Breaking the glass. The second person is of another organisation; the owner is told; the door closes after an hour.
create function sharing_glass_approve(request uuid) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  g sharing_glass;
  org uuid;
begin
  select * into g from sharing_glass where id = request and approved_at is null
    and asked_at > now() - interval '24 hours' for update;
  if g.id is null or not (acting_may('audit') or acting_may('operate')) then
    raise exception 'no such request' using errcode = 'PP404';
  end if;
  if acting_person() = g.asked_by_id or acting_organisation() is null or acting_organisation() = g.asked_for_id then
    raise exception 'a second person of another organisation must approve' using errcode = 'PP403';
  end if;
  select owner_id into org from sharing_record where id = g.record;
  update sharing_glass set approved_by_id = acting_person(), approved_for_id = acting_organisation(),
    approved_at = now(), until = now() + interval '1 hour', owner_id = org where id = g.id;
  return org;
end $$;

-- Whom to tell that the glass over one of their records was broken: the owner's administrators and
-- data-protection officers.
create function sharing_glass_people(request uuid) returns table (person uuid, email text, language text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker sends mail' using errcode = 'PP403';
  end if;
  return query select distinct p.id, a.email::text, p.language::text
    from sharing_glass g
    join members_membership m on m.organisation_id = g.owner_id and (m.until is null or m.until > now())
    join members_person p on p.id = m.person_id and p.active
    join members_account a on a.person_id = p.id and a.is_active
    where g.id = request and g.approved_at is not null
      and exists (select 1 from members_role r where r.code = any(m.roles) and 'audit' = any(r.acts));
end $$;

-- What an approved request shows: the envelope and the domain's row. Once opened, the door closes: a second look needs
-- a second approval. The caller journals it.
create function sharing_glass_open(request uuid) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  r sharing_record;
  content jsonb;
begin
  update sharing_glass g set until = now()
  where g.id = request and g.asked_by_id = acting_person() and g.until > now() and acting_may('operate');
  if found then
    select rec.* into r from sharing_glass g join sharing_record rec on rec.id = g.record where g.id = request;
  end if;
  if r.id is null then
    raise exception 'no such request' using errcode = 'PP404';
  end if;
  execute format('select to_jsonb(t) from %s t where t.record_id = $1',
    (select k.holds from sharing_kind k where k.kind = r.kind)) into content using r.id;
  return jsonb_build_object('id', r.id, 'kind', r.kind, 'at', r.at, 'tlp', r.tlp, 'content', content);
end $$;

-- Requests that I, of another organisation, may be the second person for.
create function sharing_glass_waiting() returns setof sharing_glass
language sql stable security definer set search_path = public, pg_temp as $$
  select * from sharing_glass g
  where g.approved_at is null and g.asked_at > now() - interval '24 hours'
    and (acting_may('audit') or acting_may('operate'))
    and acting_organisation() is not null and acting_organisation() <> g.asked_for_id
$$;

-- How the platform itself does: no content, no names; for /readyz, /metrics and the foot of each page.
create function platform_state()
returns table (sealed_at timestamptz, sealed bigint, unsealed bigint, waiting bigint, failed bigint, workers bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select (select at from base_journal_head order by size desc limit 1),
    (select coalesce(max(size), 0) from base_journal_head),
    (select count(*) from (select 1 from base_journal_unsealed limit 100000) u),
    (select count(*) from procrastinate_jobs where status = 'todo' and (scheduled_at is null or scheduled_at <= now())),
    (select count(*) from procrastinate_jobs where status = 'failed'),
    (select count(*) from procrastinate_workers where last_heartbeat > now() - interval '60 seconds')
$$;

-- Whether anybody has joined: the demo's seed stays out of a database with people.
create function platform_has_people() returns boolean
language sql stable security definer set search_path = public, pg_temp
as $$ select exists (select 1 from members_membership) $$;

-- Quarterly reviews of access, one for each current organisation; asked by the worker, harmless when asked again.
create function members_open_reviews(in_quarter text, due_on date) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  opened integer;
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker opens reviews' using errcode = 'PP403';
  end if;
  insert into members_accessreview (id, organisation_id, quarter, due)
  select new_uuid7(), o.id, in_quarter, due_on from members_organisation o
  where o.left_at is null and exists (
    select 1 from members_membership m where m.organisation_id = o.id and (m.until is null or m.until > now()))
  on conflict (organisation_id, quarter) do nothing;
  get diagnostics opened = row_count;
  return opened;
end $$;

revoke execute on all functions in schema public from public;
grant execute on function platform_state(), platform_has_people(), members_open_reviews(text, date), sharing_is_steward(uuid, uuid),
  sharing_widen(uuid, uuid[], uuid[], smallint), sharing_narrow(uuid, uuid[], uuid[], smallint),
  sharing_withdraw(uuid, text), sharing_hand_over(uuid, uuid), sharing_inherit(uuid, uuid),
  members_close_organisation(uuid, uuid), sharing_preview(uuid[], smallint), sharing_readers(uuid),
  sharing_explain(uuid, uuid), sharing_find(text, text[], integer), sharing_expire(integer),
  live_events(uuid[]), live_replay(uuid[], smallint, uuid, integer), live_resolve(text), live_resolve_token(bytea),
  sharing_event_people(uuid), sharing_glass_people(uuid), sharing_glass_approve(uuid), sharing_glass_open(uuid), sharing_glass_waiting()
  to port2port_app;
