-- Browser push to players: that something came, never what. One row for each inject and browser, written before it is sent: whoever
-- is killed in between sends nothing twice. The screen shows the inject in any case, so that what is lost so is a knock alone.

alter table training_knock enable row level security;
create policy sight on training_knock for select using (false);  -- the functions below
create policy birth on training_knock for insert with check (false);
create policy burial on training_knock for delete using (false);

create function training_only_worker() returns void language plpgsql stable as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker tells players' using errcode = 'PP403';
  end if;
end $$;

-- Whether this person, at this moment, may be told on a phone that an inject of this exercise came: plays the role, sees the
-- exercise under one of the memberships, and an organisation of those switched push on.
create function training_plays(x uuid, to_roles varchar[], p uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from training_seat s join sharing_record r on r.id = x and r.withdrawn_at is null and r.expires_at > now()
    join members_membership m on m.person_id = p and not m.shielded and (m.until is null or m.until > now())
    join alerts_reach o on o.organisation_id = m.organisation_id and o.push_allowed
    cross join lateral members_sight(m.person_id, m.id) k
    where s.exercise_id = x and s.person_id = p and s.kind = 'player' and ('all' = any(to_roles) or s.role = any(to_roles))
      and k.keys && r.audience and k.ceiling >= r.tlp)
$$;

-- Browsers of those to whom an inject came, with what their persons wish. Who reacted already needs no knock.
create function training_knocks(i uuid)
returns table (person uuid, browser uuid, urgent_only boolean, quiet_from time, quiet_to time, urgent_overrides boolean, digest boolean)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform training_only_worker();
  return query
    select s.person_id, w.target::uuid, w.urgent_only, q.from_time, q.to_time, q.urgent_overrides, q.digest
    from training_inject one join training_release d on d.inject_id = one.id and d.how <> 'skipped'
    join training_exercise x on x.record_id = one.exercise_id and x.state in ('running', 'paused')
    join training_seat s on s.exercise_id = one.exercise_id and s.kind = 'player'
    cross join lateral alerts_ways(s.person_id, true) w
    left join alerts_quiet q on q.person_id = s.person_id
    where one.id = i and w.channel = 'push' and training_plays(one.exercise_id, one.roles, s.person_id)
      and not exists (select 1 from training_knock k where k.inject_id = i and k.subscription_id = w.target::uuid);
end $$;

-- Begin the only try: note it, and hand out what the sender needs. Nothing comes out when it was begun before, or when it came more
-- than `fresh` seconds ago, or when there is nobody to tell any more.
create function training_knock_claim(i uuid, b uuid, fresh integer)
returns table (exercise uuid, endpoint text, p256dh text, auth text, language text)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  one training_inject;
  s alerts_subscription;
  made integer;
begin
  perform training_only_worker();
  select t.* into one from training_inject t join training_release d on d.inject_id = t.id and d.how <> 'skipped'
      and d.at > clock_timestamp() - make_interval(secs => fresh)
    join training_exercise x on x.record_id = t.exercise_id and x.state in ('running', 'paused') where t.id = i;
  select * into s from alerts_subscription where id = b and gone_at is null;
  if one.id is null or s.id is null or not training_plays(one.exercise_id, one.roles, s.person_id)
      or exists (select 1 from alerts_preference f where f.person_id = s.person_id and f.channel = 'push' and not f.wanted) then
    return;
  end if;
  insert into training_knock (inject_id, subscription_id, at, code) values (i, b, clock_timestamp(), '') on conflict do nothing;
  get diagnostics made = row_count;
  if made = 1 then
    return query select one.exercise_id, s.endpoint::text, s.p256dh::text, s.auth::text, p.language::text
      from members_person p where p.id = s.person_id;
  end if;
end $$;

-- What became of it; a browser that is gone is forgotten.
create function training_knock_settle(i uuid, b uuid, why text, gone boolean) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  perform training_only_worker();
  update training_knock set code = left(why, 64) where inject_id = i and subscription_id = b;
  update alerts_subscription set gone_at = now() where gone and id = b;
end $$;

create function training_knock_announce() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform procrastinate_defer_jobs_v1(array[row('deliver', 'training.knock_all', 10, null, null,
    jsonb_build_object('record', new.inject_id), null)::procrastinate_job_to_defer_v1]);
  return null;
end $$;
create trigger announce after insert on training_release for each row
  when (new.how <> 'skipped') execute function training_knock_announce();

revoke execute on all functions in schema public from public;
grant execute on function training_knocks(uuid), training_knock_claim(uuid, uuid, integer),
  training_knock_settle(uuid, uuid, text, boolean) to port2port_app;
