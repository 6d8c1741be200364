-- Who is asking, in one statement: everything the gate needs before anybody acts. By the hash of a secret, nothing else.

create function members_hats_of(p uuid) returns text
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_array(m.id, o.id, o.names, m.roles) order by m.since), '[]')::text
    from members_membership m
    join members_organisation o on o.id = m.organisation_id and o.left_at is null
    where (m.person_id = p or m.id in (select members_aliases(p))) and (m.until is null or m.until > now()));
end $$;

-- A browser's session: its sealed data, and the account that its data must name and whose password it must have seen.
create function members_recognise(hash text)
returns table (session_data text, seen_at timestamptz, account uuid, email text, password text, last_login timestamptz,
  is_active boolean, second_factor_reset_at timestamptz, person uuid, name text, language text, hats text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return query
    select s.session_data::text, s.seen_at, a.id, a.email::text, a.password::text, a.last_login, a.is_active,
      a.second_factor_reset_at, p.id, p.name::text, p.language::text, members_hats_of(p.id)
    from members_session s
    join members_person p on p.id = s.person_id and p.active
    join members_account a on a.person_id = p.id
    where s.session_key = hash and s.expire_date > now();
end $$;

-- A token is recognised, noted as used and its person enters, in one call: machines ask often. No row: nobody entered.
-- `shown`: the client certificate that came with it. A token that is bound to another is as one that nobody knows; one that is
-- paused is told so.
create function members_enter_by_token(hash bytea, shown text)
returns table (holder uuid, hat uuid, scopes text[], hats text,
  person uuid, organisation uuid, keys uuid[], ceiling smallint, acts text[], name text, language text)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  t record;
  m record;
begin
  select * into t from members_resolve_token(hash);
  select x.paused_at, x.certificate into m from members_membership x where x.id = t.hat;
  if t.token is null or m.certificate <> '' and m.certificate <> shown then
    return;
  end if;
  if m.paused_at is not null then
    raise exception 'paused' using errcode = 'PP423';
  end if;
  perform members_token_used(t.token);
  return query select t.person, t.hat, t.scopes, members_hats_of(t.person), e.* from members_enter(t.person, t.hat) e;
end $$;

revoke execute on function members_hats_of(uuid), members_recognise(text), members_enter_by_token(bytea, text) from public;
grant execute on function members_recognise(text), members_enter_by_token(bytea, text) to port2port_app;
