-- The weekly digest. The day is a person's own wish; that a digest was made stands in no grant. Its content is not made here:
-- the worker asks for it as the person (0035).
alter table alerts_weekly enable row level security;
create policy own on alerts_weekly for all using (person_id = (select acting_person())) with check (person_id = (select acting_person()));
grant select, insert, delete on alerts_weekly to port2port_app;
grant update (weekday, chosen_on) on alerts_weekly to port2port_app;
alter table alerts_digest enable row level security;

-- Whose digest of this week is due and not made, with their quiet hours: on the chosen day, or later in the week when nobody
-- worked then; not for a day that had passed when it was chosen.
create function alerts_digests_due(today date) returns table (person uuid, quiet_from time, quiet_to time)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform alerts_only_worker();
  return query
    select w.person_id, q.from_time, q.to_time
    from alerts_weekly w join members_person p on p.id = w.person_id and p.active
    join members_account c on c.person_id = p.id and c.is_active
    left join alerts_quiet q on q.person_id = p.id
    cross join lateral (select date_trunc('week', today::timestamp)::date + w.weekday - 1 as day) d
    where d.day <= today and w.chosen_on <= d.day and not exists (
      select 1 from alerts_digest x where x.person_id = p.id and x.week = date_trunc('week', today::timestamp)::date);
end $$;

-- Make and queue the digests of those of these people for whom one is due, once for a person and week whoever asks how often.
create function alerts_digests_plan(people uuid[], today date, at timestamptz) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  made uuid[];
begin
  perform alerts_only_worker();
  delete from alerts_digest where week < today - 60;
  with fresh as (
    insert into alerts_digest (id, person_id, week, since, until, attempts, state)
    select new_uuid7(), d.person, date_trunc('week', today::timestamp)::date,
      coalesce((select max(x.until) from alerts_digest x where x.person_id = d.person and x.state in ('sent', 'empty')
        and x.until > at - interval '14 days'), at - interval '7 days'), at, 0, 'waiting'
    from alerts_digests_due(today) d where d.person = any(people)
    on conflict (person_id, week) do nothing
    returning id
  )
  select array_agg(id) into made from fresh;
  perform procrastinate_defer_jobs_v1(array_agg(
    row('mail', 'home.send_digest', 0, null, null, jsonb_build_object('request', f), null)::procrastinate_job_to_defer_v1))
  from unnest(made) f having count(*) > 0;
  return coalesce(cardinality(made), 0);
end $$;

-- Begin a try: whom it is for, where to, under which hats they read. Nothing comes out when it was sent, or is wanted no more.
create function alerts_digest_claim(d uuid)
returns table (person uuid, email text, language text, hats uuid[], since timestamptz, until timestamptz)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  n alerts_digest;
  worn uuid[];
begin
  perform alerts_only_worker();
  select * into n from alerts_digest where id = d and state = 'waiting' for update;
  if n.id is null then
    return;
  end if;
  select array_agg(m.id order by m.since, m.id) into worn from members_membership m
  join members_person p on p.id = m.person_id and p.active
  join members_organisation o on o.id = m.organisation_id and o.left_at is null
  where m.person_id = n.person_id and (m.until is null or m.until > now()) and not m.shielded;
  if worn is null or n.attempts >= 8 or not exists (select 1 from alerts_weekly w where w.person_id = n.person_id)
     or not exists (select 1 from members_account c where c.person_id = n.person_id and c.is_active) then
    update alerts_digest set state = 'void', ended_at = now() where id = d;
    return;
  end if;
  update alerts_digest set attempts = n.attempts + 1 where id = d;
  return query select n.person_id, c.email::text, p.language::text, worn, n.since, n.until
    from members_account c join members_person p on p.id = c.person_id where c.person_id = n.person_id and c.is_active limit 1;
end $$;

create function alerts_digest_settle(d uuid, outcome text) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  perform alerts_only_worker();
  update alerts_digest set state = outcome, ended_at = now() where id = d and state = 'waiting';
end $$;

-- Somebody pressed the signed link in a digest: it ends the digest and nothing else, and tells nothing.
create function alerts_digest_stop(p uuid) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'identity' then
    raise exception 'only the signed link ends a digest' using errcode = 'PP403';
  end if;
  delete from alerts_weekly where person_id = p;
end $$;

revoke execute on function alerts_digests_due(date), alerts_digests_plan(uuid[], date, timestamptz), alerts_digest_claim(uuid),
  alerts_digest_settle(uuid, text), alerts_digest_stop(uuid) from public;
grant execute on function alerts_digests_due(date), alerts_digests_plan(uuid[], date, timestamptz), alerts_digest_claim(uuid),
  alerts_digest_settle(uuid, text), alerts_digest_stop(uuid) to port2port_app;
