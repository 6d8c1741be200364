-- Players from outside, as the system principal `exercise`, which holds no keys. A link opens once: the device that opens it first
-- is the only one. It reads what came to its role, says that it was seen and what it would do, and nothing else; all of it ends
-- with the exercise. Wrong, used, ended and never made are the same answer: nothing. Who holds a link or device of an exercise
-- that is over learns that it is over, and no more.

create function training_guest_live(by_device bytea) returns training_guest
language sql stable security definer set search_path = public, pg_temp as $$
  select g from training_guest g join training_exercise x on x.record_id = g.exercise_id and x.state in ('planned', 'running', 'paused')
    join sharing_record r on r.id = x.record_id and r.withdrawn_at is null and r.expires_at > now()
  where g.device = by_device and g.ended_at is null
$$;

create function training_guest_open(by_secret bytea, by_device bytea) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  made integer;
begin
  if acting_scope() <> 'exercise' then
    raise exception 'only the page of guests' using errcode = 'PP403';
  end if;
  update training_guest g set device = by_device, opened_at = now()
    from training_exercise x join sharing_record r on r.id = x.record_id and r.withdrawn_at is null and r.expires_at > now()
    where g.secret = by_secret and g.device is null and g.ended_at is null and x.record_id = g.exercise_id
      and x.state in ('planned', 'running', 'paused');
  get diagnostics made = row_count;
  return made = 1;
end $$;

create function training_guest_waits(by_secret bytea) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'exercise' then
    raise exception 'only the page of guests' using errcode = 'PP403';
  end if;
  return exists (select 1 from training_guest g join training_exercise x on x.record_id = g.exercise_id
    join sharing_record r on r.id = x.record_id and r.withdrawn_at is null and r.expires_at > now()
    where g.secret = by_secret and g.device is null and g.ended_at is null and x.state in ('planned', 'running', 'paused'));
end $$;

-- What came, all of it or (`after`) what came later: as `training_release_one` orders it.
create function training_guest_read(by_device bytea, after timestamptz) returns table (exercise jsonb, ticks jsonb, injects jsonb)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  g training_guest;
begin
  if acting_scope() <> 'exercise' then
    raise exception 'only the page of guests' using errcode = 'PP403';
  end if;
  g := training_guest_live(by_device);
  if g.id is null then
    return;
  end if;
  return query select
    jsonb_build_object('title', x.title, 'size', x.size, 'language', x.language, 'state', x.state, 'starts_at', x.starts_at,
      'minutes', x.minutes, 'function', g.function, 'safety', x.safety, 'phrase', x.phrase,
      'role', (select one from jsonb_array_elements(x.roles) one where one ->> 'code' = g.role)),
    (select coalesce(jsonb_agg(jsonb_build_object('at', c.at, 'act', c.act, 'minute', c.minute) order by c.at, c.id), '[]')
     from training_clockevent c where c.exercise_id = x.record_id),
    (select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'second', d.second, 'at', d.at, 'channel', i.channel, 'text', i.text,
        'seen', exists (select 1 from training_reaction a where a.inject_id = i.id and a.guest_id = g.id),
        'said', (select coalesce(jsonb_agg(jsonb_build_object('at', a.at, 'text', a.text) order by a.at), '[]')
                 from training_reaction a where a.inject_id = i.id and a.guest_id = g.id and a.text <> '')) order by d.at desc, i.id), '[]')
     from training_inject i join training_release d on d.inject_id = i.id and d.how <> 'skipped'
     where i.exercise_id = x.record_id and ('all' = any(i.roles) or g.role = any(i.roles)) and (after is null or d.at > after))
    from training_exercise x where x.record_id = g.exercise_id;
end $$;

create function training_guest_react(by_device bytea, i uuid, said text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  g training_guest;
begin
  if acting_scope() <> 'exercise' then
    raise exception 'only the page of guests' using errcode = 'PP403';
  end if;
  g := training_guest_live(by_device);
  if g.id is null or not exists (
      select 1 from training_inject one join training_release d on d.inject_id = one.id and d.how <> 'skipped'
      join training_exercise x on x.record_id = one.exercise_id and x.state in ('running', 'paused')
      where one.id = i and one.exercise_id = g.exercise_id and ('all' = any(one.roles) or g.role = any(one.roles)))
     or (select count(*) from training_reaction a where a.guest_id = g.id) >= 1000 then
    return false;
  end if;
  insert into training_reaction (id, exercise_id, inject_id, guest_id, role, at, text)
    values (new_uuid7(), g.exercise_id, i, g.id, g.role, clock_timestamp(), left(said, 1200)) on conflict do nothing;
  return true;
end $$;

-- That the exercise of this link or device is over, and how: for who holds it. Not its name, nor whose it was.
create function training_guest_over(by_secret bytea, by_device bytea) returns text
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'exercise' then
    raise exception 'only the page of guests' using errcode = 'PP403';
  end if;
  return (select case x.state when 'called_off' then 'called_off' else 'ended' end from training_guest g
    join training_exercise x on x.record_id = g.exercise_id and x.state in ('ended', 'closed', 'called_off')
    join sharing_record r on r.id = x.record_id and r.withdrawn_at is null and r.expires_at > now()
    where (g.secret = by_secret or g.device = by_device) and g.ended_at is null limit 1);
end $$;

-- The live stream of a guest's device: its own id is the one key it has.
create function live_resolve_guest(by_device bytea) returns uuid
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'live' then
    raise exception 'only the live process asks this' using errcode = 'PP403';
  end if;
  return (training_guest_live(by_device)).id;
end $$;

revoke execute on all functions in schema public from public;
grant execute on function training_guest_open(bytea, bytea), training_guest_waits(bytea), training_guest_read(bytea, timestamptz),
  training_guest_react(bytea, uuid, text), training_guest_over(bytea, bytea), live_resolve_guest(bytea) to port2port_app;
