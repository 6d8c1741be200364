-- Who is acting: read from settings that `members_enter` makes local to one transaction.
-- A missing setting is an error, never an empty answer. Policies wrap each call in (select ...): evaluated once a query.

create function acting_keys() returns uuid[] language sql stable parallel safe
as $$ select current_setting('p2p.keys')::uuid[] $$;

create function acting_person() returns uuid language sql stable parallel safe
as $$ select current_setting('p2p.person')::uuid $$;

create function acting_organisation() returns uuid language sql stable parallel safe
as $$ select nullif(current_setting('p2p.organisation'), '')::uuid $$;

create function acting_ceiling() returns smallint language sql stable parallel safe
as $$ select current_setting('p2p.ceiling')::smallint $$;

create function acting_scope() returns text language sql stable parallel safe
as $$ select current_setting('p2p.scope') $$;

create function acting_may(act text) returns boolean language sql stable parallel safe
as $$ select act = any(string_to_array(current_setting('p2p.acts'), ',')) $$;

-- UUID version 7 (RFC 9562), for PostgreSQL before 18.
create function new_uuid7() returns uuid language sql volatile parallel safe
as $$ select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing
  substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid $$;

-- Sight: what a person holds under a hat. The one place where keys are computed; not callable by the serving role.
create function members_sight(p uuid, h uuid)
returns table (person uuid, organisation uuid, keys uuid[], ceiling smallint, acts text[])
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return query
  -- an alias acts while the membership behind it lasts, and reads by its own key alone
  with hat as (
    select m.id, m.person_id, m.organisation_id, m.facility_id, m.roles, real.verified_until
    from members_membership m
    left join members_shield s on s.hat_id = m.id
    join members_membership real on real.id = coalesce(s.behind_id, m.id) and (real.until is null or real.until > now())
    join members_person p1 on p1.id = m.person_id and p1.active
    join members_person p2 on p2.id = real.person_id and p2.active
    join members_organisation o on o.id = m.organisation_id and o.left_at is null
    where m.id = h and p in (m.person_id, real.person_id) and (m.until is null or m.until > now())
  ), role as (
    select r.levels, r.acts from members_role r, hat where r.code = any(hat.roles)
  ), level as (
    select distinct l as name from role, unnest(role.levels) l
  )
  select
    (select hat.person_id from hat),
    (select organisation_id from hat),
    array(
      select p1.id from members_person p1 where p1.id = coalesce((select person_id from hat), p) and p1.active
      union
      select c.id from members_circle c where c.kind = 'everyone'
      union
      select c.id
      from members_circle c join members_circlemember cm on cm.circle_id = c.id
      where (cm.person_id = p or cm.organisation_id = (select organisation_id from hat))
        and c.closed_at is null and cm.since <= now() and (cm.until is null or cm.until > now())
        and c.level in (select name from level)
      union
      select c.id from members_circle c, hat
      where c.kind = 'facility' and c.facility_id = hat.facility_id and c.closed_at is null
        and 'own' in (select name from level)
      union
      -- what the organisation has named for itself, for those who read its own circle
      select t.key from members_topic t, hat where t.organisation_id = hat.organisation_id and 'own' in (select name from level)
    ),
    (case when (select verified_until from hat) >= current_date then 4 else 1 end)::smallint,
    array(select distinct a::text from role, unnest(role.acts) a order by 1);
end $$;

-- Everyone who is there now, with a hat: the fan-out of audiences, previews and notices. Not callable by the serving role.
create function members_holders(wanted uuid[])
returns table (person uuid, hat uuid, organisation uuid, key uuid, ceiling smallint)
language sql stable security definer set search_path = public, pg_temp as $$
  with current as (
    select m.*, (select array_agg(distinct l) from members_role r, unnest(r.levels) l where r.code = any(m.roles)) as levels
    from members_membership m
    join members_person p on p.id = m.person_id and p.active
    join members_organisation o on o.id = m.organisation_id and o.left_at is null
    where (m.until is null or m.until > now()) and not m.shielded
  )
  select m.person_id, m.id, m.organisation_id, k.key,
         (case when m.verified_until >= current_date then 4 else 1 end)::smallint
  from current m
  join lateral (
    select m.person_id as key where m.person_id = any(wanted)
    union
    select c.id from members_circle c join members_circlemember cm on cm.circle_id = c.id
    where c.id = any(wanted) and (cm.person_id = m.person_id or cm.organisation_id = m.organisation_id)
      and c.closed_at is null and cm.since <= now() and (cm.until is null or cm.until > now())
      and c.level = any(m.levels)
    union
    select c.id from members_circle c
    where c.id = any(wanted) and c.kind = 'facility' and c.facility_id = m.facility_id and 'own' = any(m.levels)
      and c.closed_at is null
    union
    select t.key from members_topic t
    where t.key = any(wanted) and t.organisation_id = m.organisation_id and 'own' = any(m.levels)
  ) k on true
$$;

-- Whose names I may know: my organisation's people, and those I share a circle of open membership with.
create function members_colleagues() returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select m.person_id from members_membership m
  where m.organisation_id = acting_organisation() and (m.until is null or m.until > now()) and not m.shielded
  union
  select m.person_id
  from members_circle c
  join members_circlemember cm on cm.circle_id = c.id and (cm.until is null or cm.until > now())
  join members_membership m on (m.organisation_id = cm.organisation_id or m.person_id = cm.person_id)
   and (m.until is null or m.until > now()) and not m.shielded
  where c.id = any(acting_keys()) and c.membership = 'open' and c.kind <> 'everyone' and c.closed_at is null
$$;

-- May the actor address this key? Persons whose names it may know; circles it is in or that take post from everyone.
create function members_addressable(k uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select k = any(acting_keys())
      or members_is_topic(k)  -- whether anybody holds it or not; that it goes with nothing else, the guard of envelopes sees to
      or exists (select 1 from members_circle c
                 where c.id = k and c.closed_at is null and c.addressed_by = 'everyone' and c.kind <> 'everyone')
      -- a sealed copy takes post from whoever may write to the circle it was made of
      or exists (select 1 from members_circle c join members_circle source on source.id = c.source_id
                 where c.id = k and c.kind = 'sealed' and source.closed_at is null
                   and (source.id = any(acting_keys()) or source.addressed_by = 'everyone'))
      or k in (select members_colleagues())
$$;

-- Who holds this key is shown to nobody: a topic, or a circle of confidential membership.
create function members_conceals(k uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select members_is_topic(k) or exists (select 1 from members_circle c where c.id = k and c.membership = 'confidential')
$$;

-- What kind of key is it? For the rules on RED and AMBER+STRICT.
create function members_key_within(k uuid, org uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from members_circle c where c.id = k and c.organisation_id = org
                 and c.kind in ('organisation', 'facility'))
      or exists (select 1 from members_membership m where m.person_id = k and m.organisation_id = org
                 and (m.until is null or m.until > now()))
$$;

create function members_key_personal(k uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from members_person p where p.id = k)
      or exists (select 1 from members_circle c where c.id = k and c.kind = 'sealed')
$$;

-- A frozen copy of a circle of persons, so that TLP:RED goes to the individuals of today and to nobody who joins later.
-- The same members give the same copy. Who they are stays as confidential as in the source.
create function members_seal(source uuid) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  c members_circle;
  print bytea;
  found_id uuid;
begin
  select * into c from members_circle where id = source;
  if c.id is null or not members_addressable(source) then
    raise exception 'no such circle' using errcode = 'PP404';
  end if;
  if c.of <> 'persons' or c.kind = 'sealed' then
    raise exception 'only a circle of persons can be sealed' using errcode = 'PP422';
  end if;
  select sha256(convert_to(string_agg(person_id::text, ',' order by person_id), 'UTF8')) into print
  from members_circlemember where circle_id = source and (until is null or until > now());
  if print is null then
    raise exception 'nobody is in this circle' using errcode = 'PP422';
  end if;
  perform pg_advisory_xact_lock(hashtext(source::text));
  select id into found_id from members_circle where kind = 'sealed' and source_id = source and fingerprint = print;
  if found_id is null then
    found_id := new_uuid7();
    insert into members_circle (id, slug, names, kind, of, level, membership, addressed_by, source_id, fingerprint)
    values (found_id, 'sealed-' || found_id, c.names, 'sealed', 'persons', c.level, c.membership, 'members', source, print);
    insert into members_circlemember (id, circle_id, person_id, since)
    select new_uuid7(), found_id, person_id, now() from members_circlemember
    where circle_id = source and (until is null or until > now());
  end if;
  return found_id;
end $$;

-- Who is signed in: by the hash of a session key or token, nothing else.
create function members_resolve_session(hash text)
returns table (person uuid, hat uuid, strong boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.person_id, s.hat_id, s.strong
  from members_session s join members_person p on p.id = s.person_id and p.active
  where s.session_key = hash and s.expire_date > now()
$$;

create function members_resolve_token(hash bytea)
returns table (token uuid, person uuid, hat uuid, scopes text[])
language sql stable security definer set search_path = public, pg_temp as $$
  select t.id, t.person_id, t.hat_id, t.scopes::text[]
  from members_token t join members_person p on p.id = t.person_id and p.active
  where t.secret_hash = hash and t.revoked_at is null and t.expires_at > now()
$$;

-- Used today, written at most once a day: a busy token costs no write a call.
create function members_token_used(t uuid) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
  update members_token set last_used_on = current_date where id = t and last_used_on is distinct from current_date
$$;

-- The hats of a person's aliases, while the membership behind them lasts. Not callable by the serving role.
create function members_aliases(p uuid) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select s.hat_id from members_shield s join members_membership real on real.id = s.behind_id
  where real.person_id = p and (real.until is null or real.until > now())
$$;

-- Hats that a person may put on.
create function members_hats(p uuid)
returns table (hat uuid, organisation uuid, names jsonb, roles text[], verified_until date)
language sql stable security definer set search_path = public, pg_temp as $$
  select m.id, o.id, o.names, m.roles::text[], m.verified_until
  from members_membership m
  join members_person p1 on p1.id = m.person_id and p1.active
  join members_organisation o on o.id = m.organisation_id and o.left_at is null
  where (m.person_id = p or m.id in (select members_aliases(p))) and (m.until is null or m.until > now())
    and (p = acting_person() or acting_scope() in ('identity', 'live'))
  order by m.since
$$;

-- The people I may know of, with what they do: no dates, no verification, no address.
create function members_directory()
returns table (person uuid, name text, organisation uuid, roles text[], facility uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select p.id, p.name, m.organisation_id, m.roles::text[], m.facility_id
  from members_membership m join members_person p on p.id = m.person_id and p.active and p.kind = 'human'
  where (m.until is null or m.until > now()) and p.id in (select members_colleagues())
$$;

-- Addresses of the own organisation's people, for its administrators.
create function members_addresses() returns table (person uuid, email text, has_second_factor boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select a.person_id, a.email::text, exists (select 1 from mfa_authenticator f where f.user_id = a.id and f.type <> 'recovery_codes')
  from members_account a join members_membership m on m.person_id = a.person_id
  where m.organisation_id = acting_organisation() and acting_may('administer')
    and (m.until is null or m.until > now())
$$;
