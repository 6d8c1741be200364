-- Drills and exercises. Who takes part sees that there is one; what is going to happen is seen by its staff alone, until it
-- comes. The database holds both: no page and no query can show a player the script by forgetting something.

create function training_sees(x uuid) returns boolean language sql stable
as $$ select exists (select 1 from sharing_record r where r.id = x) $$;
create function training_steward(x uuid) returns boolean language sql stable
as $$ select exists (select 1 from sharing_record r where r.id = x and sharing_is_steward(r.owner_id, r.author_id)) $$;

alter table training_exercise enable row level security;
create policy sight on training_exercise for select using (training_sees(record_id));
create policy birth on training_exercise for insert with check (
  state = 'planned' and turned_at is null and exists (select 1 from sharing_record r where r.id = record_id
    and r.kind = 'exercise' and sharing_is_steward(r.owner_id, r.author_id)));
create policy stewardship on training_exercise for update
  using (training_steward(record_id)) with check (training_steward(record_id));
create policy burial on training_exercise for delete using (false);
grant select, insert on training_exercise to port2port_app;
grant update (title, notes, language, starts_at, minutes, roles, report) on training_exercise to port2port_app;
insert into sharing_kind (kind, holds) values ('exercise', 'training_exercise');

-- Definer functions look for themselves: they read with the owner's eyes.
create function training_guarded(x uuid) returns sharing_record
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  r sharing_record;
begin
  select * into r from sharing_record where id = x and kind = 'exercise' and audience && acting_keys()
    and (tlp <= acting_ceiling() or author_id = acting_person()) and expires_at > now();
  if r.id is null then
    raise exception 'no such exercise' using errcode = 'PP404';
  end if;
  return r;
end $$;

alter table training_seat enable row level security;
create policy sight on training_seat for select using (training_sees(exercise_id));
-- Which seat the actor has. Definer, since the policies of seats and injects ask it.
create function training_seat_of(x uuid) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select kind::text from training_seat where exercise_id = x and person_id = acting_person()
$$;
create function training_role_of(x uuid) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select role::text from training_seat where exercise_id = x and person_id = acting_person() and kind = 'player'
$$;
-- All seats of the actor in exercises that the actor sees, asked once for a whole statement: a hall full of screens asks for sixty
-- injects at the same second. Its rule of sight is that of `training_guarded`.
create function training_mine() returns table (exercise uuid, kind text, role text)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.exercise_id, s.kind::text, s.role::text from training_seat s join sharing_record r on r.id = s.exercise_id
  where s.person_id = acting_person() and r.audience && acting_keys()
    and (r.tlp <= acting_ceiling() or r.author_id = acting_person()) and r.expires_at > now()
$$;
create function training_is_closed(x uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from training_exercise where record_id = x and state = 'closed')
$$;
create function training_staff(x uuid) returns boolean language sql stable
as $$ select training_sees(x) and coalesce(training_seat_of(x) in ('lead', 'control', 'observer'), false) $$;
create function training_runs(x uuid) returns boolean language sql stable
as $$ select training_sees(x) and coalesce(training_seat_of(x) in ('lead', 'control'), false) $$;
create function training_state(x uuid) returns text language sql stable
as $$ select state::text from training_exercise where record_id = x $$;

-- The author leads. Staff is named by who runs it; a player by oneself, by a steward of the own organisation, or by who runs it.
create policy birth on training_seat for insert with check (
  training_sees(exercise_id) and training_state(exercise_id) in ('planned', 'running', 'paused') and (
    training_runs(exercise_id)
    or kind = 'player' and organisation_id = (select acting_organisation())
       and (person_id = (select acting_person()) or (select acting_may('steward')) and person_id in (select members_colleagues()))
    or kind = 'lead' and person_id = (select acting_person()) and organisation_id = (select acting_organisation())
       and exists (select 1 from sharing_record r where r.id = exercise_id and r.author_id = (select acting_person()))
       and not exists (select 1 from training_clockevent c where c.exercise_id = training_seat.exercise_id)));
create policy burial on training_seat for delete using (
  training_state(exercise_id) in ('planned', 'running', 'paused') and kind <> 'lead' and (
    training_runs(exercise_id) or kind = 'player' and (person_id = (select acting_person())
      or organisation_id = (select acting_organisation()) and (select acting_may('steward')))));
grant select, insert, delete on training_seat to port2port_app;

-- Who has played may not become staff and read on: the first seat of a player stands, whoever wants it otherwise.
create function training_seat_before() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from training_part p where p.exercise_id = new.exercise_id and p.organisation_id = new.organisation_id)
     and not exists (select 1 from sharing_record r where r.id = new.exercise_id and r.owner_id = new.organisation_id) then
    raise exception 'the organisation takes no part' using errcode = 'PP422', column = 'person';
  end if;
  if not exists (select 1 from members_membership m where m.person_id = new.person_id and m.organisation_id = new.organisation_id
                 and (m.until is null or m.until > now())) then
    raise exception 'the person does not work there' using errcode = 'PP422', column = 'person';
  end if;
  return new;
end $$;
create trigger works before insert on training_seat for each row execute function training_seat_before();

alter table training_script enable row level security;
create policy sight on training_script for select using (
  training_staff(exercise_id) or training_sees(exercise_id) and training_state(exercise_id) = 'closed');
create policy birth on training_script for insert with check (training_steward(exercise_id) and training_runs(exercise_id));
create policy stewardship on training_script for update
  using (training_runs(exercise_id)) with check (training_runs(exercise_id));
create policy burial on training_script for delete using (false);
grant select, insert on training_script to port2port_app;
grant update (document) on training_script to port2port_app;

alter table training_part enable row level security;
create policy sight on training_part for select using (training_sees(exercise_id));
create policy birth on training_part for insert with check (
  training_steward(exercise_id) and training_state(exercise_id) = 'planned' and credited_at is null);
create policy burial on training_part for delete using (false);
grant select, insert on training_part to port2port_app;

-- What came, is seen by those to whom it came; what is still to come, by staff alone.
create function training_came(i uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from training_release where inject_id = i and how <> 'skipped')
$$;
alter table training_inject enable row level security;
create policy sight on training_inject for select using (
  exercise_id in (select m.exercise from training_mine() m where m.kind <> 'player')
  or training_came(id) and exists (select 1 from training_mine() m
    where m.exercise = exercise_id and m.kind = 'player' and ('all' = any(roles) or m.role = any(roles)))
  or training_is_closed(exercise_id) and training_sees(exercise_id));
create policy birth on training_inject for insert with check (
  training_runs(exercise_id) and training_state(exercise_id) in ('planned', 'running', 'paused')
  and added = (training_state(exercise_id) <> 'planned'));
create policy stewardship on training_inject for update
  using (training_runs(exercise_id) and training_state(exercise_id) = 'planned')
  with check (training_runs(exercise_id) and training_state(exercise_id) = 'planned');
create policy burial on training_inject for delete using (training_runs(exercise_id) and training_state(exercise_id) = 'planned');
grant select, insert, delete on training_inject to port2port_app;
grant update (second, roles, channel, text) on training_inject to port2port_app;

alter table training_expected enable row level security;
create policy sight on training_expected for select using (
  exists (select 1 from training_inject i where i.id = inject_id
    and (training_staff(i.exercise_id) or training_state(i.exercise_id) = 'closed')));
create policy birth on training_expected for insert with check (
  exists (select 1 from training_inject i where i.id = inject_id and training_runs(i.exercise_id)));
create policy stewardship on training_expected for update
  using (exists (select 1 from training_inject i where i.id = inject_id and training_runs(i.exercise_id)
                 and training_state(i.exercise_id) = 'planned'))
  with check (exists (select 1 from training_inject i where i.id = inject_id and training_runs(i.exercise_id)));
create policy burial on training_expected for delete using (
  exists (select 1 from training_inject i where i.id = inject_id and training_runs(i.exercise_id)
          and training_state(i.exercise_id) = 'planned'));
grant select, insert, delete on training_expected to port2port_app;
grant update (lines) on training_expected to port2port_app;

alter table training_clockevent enable row level security;
create policy sight on training_clockevent for select using (training_sees(exercise_id));
create policy birth on training_clockevent for insert with check (false);  -- training_tick
create policy burial on training_clockevent for delete using (false);
grant select on training_clockevent to port2port_app;

alter table training_release enable row level security;
create policy sight on training_release for select using (exists (select 1 from training_inject i where i.id = inject_id));
create policy birth on training_release for insert with check (false);  -- training_release_one
create policy burial on training_release for delete using (false);
grant select on training_release to port2port_app;

alter table training_reaction enable row level security;
create policy sight on training_reaction for select using (
  person_id = (select acting_person()) and training_sees(exercise_id)
  or exercise_id in (select m.exercise from training_mine() m where m.kind <> 'player')
  or training_is_closed(exercise_id) and training_sees(exercise_id));
create policy birth on training_reaction for insert with check (
  person_id = (select acting_person()) and guest_id is null and role = training_role_of(exercise_id)
  and training_state(exercise_id) in ('running', 'paused')
  and exists (select 1 from training_inject i where i.id = inject_id and i.exercise_id = training_reaction.exercise_id));
create policy burial on training_reaction for delete using (false);
grant select, insert on training_reaction to port2port_app;

alter table training_observation enable row level security;
create policy sight on training_observation for select using (
  training_staff(exercise_id) or training_sees(exercise_id) and training_state(exercise_id) = 'closed');
create policy birth on training_observation for insert with check (
  person_id = (select acting_person()) and training_staff(exercise_id)
  and training_state(exercise_id) in ('running', 'paused', 'ended'));
create policy burial on training_observation for delete using (
  person_id = (select acting_person()) and training_staff(exercise_id) and training_state(exercise_id) in ('running', 'paused', 'ended'));
grant select, insert, delete on training_observation to port2port_app;

-- A sheet is its observer's own until the exercise is closed; who runs it reads the medians from all of them.
alter table training_score enable row level security;
create policy sight on training_score for select using (
  training_staff(exercise_id) and (person_id = (select acting_person()) or training_runs(exercise_id))
  or training_sees(exercise_id) and training_state(exercise_id) = 'closed' and person_id = (select acting_person()));
create policy birth on training_score for insert with check (
  person_id = (select acting_person()) and training_staff(exercise_id)
  and training_state(exercise_id) in ('running', 'paused', 'ended'));
create policy burial on training_score for delete using (
  person_id = (select acting_person()) and training_staff(exercise_id) and training_state(exercise_id) in ('running', 'paused', 'ended'));
grant select, insert, delete on training_score to port2port_app;

alter table training_lesson enable row level security;
create policy sight on training_lesson for select using (
  training_staff(exercise_id) or training_sees(exercise_id) and training_state(exercise_id) = 'closed');
create policy birth on training_lesson for insert with check (
  person_id = (select acting_person()) and training_staff(exercise_id)
  and training_state(exercise_id) in ('running', 'paused', 'ended', 'closed'));
create policy burial on training_lesson for delete using (false);
grant select, insert on training_lesson to port2port_app;

-- Guests: made and ended by who runs it; secrets are hashes and stand in no grant.
alter table training_guest enable row level security;
create policy sight on training_guest for select using (training_staff(exercise_id));
create policy birth on training_guest for insert with check (
  training_runs(exercise_id) and made_by_id = (select acting_person()) and device is null and opened_at is null and ended_at is null
  and training_state(exercise_id) in ('planned', 'running', 'paused'));
create policy ending on training_guest for update using (training_runs(exercise_id)) with check (training_runs(exercise_id));
create policy burial on training_guest for delete using (false);
grant select (id, exercise_id, role, function, opened_at, ended_at, made_by_id, made_at) on training_guest to port2port_app;
grant insert on training_guest to port2port_app;
grant update (ended_at) on training_guest to port2port_app;

-- Exactly those who take part: checked at the commit, as for operations (decision 0029), until it is closed.
create function training_exact() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  x uuid := case tg_table_name when 'sharing_record' then (to_jsonb(new) ->> 'id')::uuid else (to_jsonb(new) ->> 'exercise_id')::uuid end;
  r sharing_record;
  parts uuid[];
begin
  select * into r from sharing_record where id = x and kind = 'exercise';
  if r.id is null or r.withdrawn_at is not null or exists (select 1 from training_exercise where record_id = x and state = 'closed') then
    return null;
  end if;
  select array_agg(distinct organisation_id) into parts from training_part where exercise_id = x;
  if parts is null or r.tlp < 2 or exists (
    select 1 from unnest(r.audience) k
    where k <> r.author_id and not exists (select 1 from members_circle c where c.id = k and c.kind = 'organisation'
                                           and c.organisation_id = any(parts || r.owner_id)))
  then
    raise exception 'an exercise is seen by those who take part alone' using errcode = 'PP422', column = 'audience';
  end if;
  if exists (select 1 from unnest(parts) p where not exists (select 1 from unnest(r.audience) k where members_key_within(k, p))) then
    raise exception 'who takes part sees it' using errcode = 'PP422', column = 'parts';
  end if;
  return null;
end $$;
create constraint trigger training_exact after insert or update of audience, tlp, owner_id, withdrawn_at on sharing_record
  deferrable initially deferred for each row when (new.kind = 'exercise') execute function training_exact();
create constraint trigger exact after insert on training_part
  deferrable initially deferred for each row execute function training_exact();

-- Whom an inject of these roles reaches: players, guests, and its staff.
create function training_reached(x uuid, to_roles varchar[]) returns uuid[]
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(k), '{}') from (
    select person_id k from training_seat where exercise_id = x and (kind <> 'player' or 'all' = any(to_roles) or role = any(to_roles))
    union select id from training_guest where exercise_id = x and ended_at is null and device is not null
      and ('all' = any(to_roles) or role = any(to_roles))) found
$$;

-- An inject comes once, whoever tries and however often: the row in training_release is what decides. The state is held while it
-- is written, so that nothing comes after a pause. By the worker when its second has come, by hand by who runs it. It is held until
-- the commit by one at a time: what comes in an exercise is committed in the order of its `at`, so who sees one sees all before it,
-- and a screen that asks for what came after its newest misses nothing. No clock that is set back changes that.
create function training_release_one(i uuid, at_second integer, by_how text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  one training_inject;
  of_state text;
  made integer;
  r sharing_record;
begin
  select * into one from training_inject where id = i;
  if one.id is null or not (acting_scope() = 'worker' and by_how = 'clock' or acting_scope() = 'member'
      and by_how in ('clock', 'hand', 'skipped')
      and exists (select 1 from training_seat s where s.exercise_id = one.exercise_id and s.person_id = acting_person()
                  and s.kind in ('lead', 'control'))) then
    raise exception 'no such inject' using errcode = 'PP404';
  end if;
  if acting_scope() = 'member' then
    perform training_guarded(one.exercise_id);
  end if;
  select state into of_state from training_exercise where record_id = one.exercise_id for no key update;
  select * into r from sharing_record where id = one.exercise_id;
  if r.withdrawn_at is not null or by_how = 'clock' and (of_state <> 'running' or one.second > at_second)
     or of_state not in ('running', 'paused') then
    return false;
  end if;
  insert into training_release (inject_id, exercise_id, at, second, how)
    values (i, one.exercise_id, greatest(clock_timestamp(), (select max(d.at) + interval '1 microsecond' from training_release d
      where d.exercise_id = one.exercise_id and d.how <> 'skipped')), at_second, by_how) on conflict (inject_id) do nothing;
  get diagnostics made = row_count;
  if made = 1 and by_how <> 'skipped' then
    perform sharing_emit(r, 'inject', training_reached(one.exercise_id, one.roles));
  end if;
  return made = 1;
end $$;

-- What the worker needs to know of time: the clock of what runs, and when the rest comes. Not what comes, nor to whom.
create function training_running()
returns table (exercise uuid, ticks jsonb, pending jsonb)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker conducts' using errcode = 'PP403';
  end if;
  return query select x.record_id,
      (select coalesce(jsonb_agg(jsonb_build_object('at', c.at, 'act', c.act, 'minute', c.minute) order by c.at, c.id), '[]')
       from training_clockevent c where c.exercise_id = x.record_id),
      (select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'second', i.second)), '[]') from training_inject i
       where i.exercise_id = x.record_id and not exists (select 1 from training_release d where d.inject_id = i.id))
    from training_exercise x join sharing_record r on r.id = x.record_id and r.withdrawn_at is null and r.expires_at > now()
    where x.state = 'running';
end $$;

-- The one way of moving the clock, and of turning the state. `held_at`: when, by the clock of who acts.
create function training_tick(x uuid, what text, held_at timestamptz, to_minute integer) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  r sharing_record := training_guarded(x);
  of_state text;
begin
  if not coalesce(training_seat_of(x) in ('lead', 'control'), false) then
    raise exception 'only who runs it' using errcode = 'PP403';
  end if;
  select state into of_state from training_exercise where record_id = x for update;
  if r.withdrawn_at is not null or not ((what, of_state) in (('start', 'planned'), ('pause', 'running'), ('resume', 'paused'),
      ('jump', 'running'), ('jump', 'paused'), ('end', 'running'), ('end', 'paused')))
     or held_at > now() + interval '1 minute' or exists (select 1 from training_clockevent c where c.exercise_id = x and c.at > held_at) then
    raise exception 'not in this state' using errcode = 'PP409';
  end if;
  insert into training_clockevent (id, exercise_id, at, act, minute, person_id)
    values (new_uuid7(), x, held_at, what, to_minute, acting_person());
  if what = 'jump' then  -- what lies between is left out, and does not come all at once
    insert into training_release (inject_id, exercise_id, at, second, how)
      select i.id, x, held_at, to_minute * 60, 'skipped' from training_inject i
      where i.exercise_id = x and i.second < to_minute * 60 on conflict (inject_id) do nothing;
  else
    update training_exercise set turned_at = held_at,
      state = case what when 'start' then 'running' when 'pause' then 'paused' when 'resume' then 'running' else 'ended' end
      where record_id = x;
  end if;
  perform sharing_emit(r, 'clock', r.audience || array(select g.id from training_guest g where g.exercise_id = x and g.device is not null));
end $$;

-- Called off before it begins; closed with its report once it has ended.
create function training_turn(x uuid, to_state text, said text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  r sharing_record := training_guarded(x);
  of_state text;
begin
  if not coalesce(training_seat_of(x) in ('lead', 'control'), false) or not sharing_is_steward(r.owner_id, r.author_id) then
    raise exception 'only who runs it' using errcode = 'PP403';
  end if;
  select state into of_state from training_exercise where record_id = x for update;
  if r.withdrawn_at is not null or (of_state, to_state) not in (('planned', 'called_off'), ('ended', 'closed')) then
    raise exception 'not in this state' using errcode = 'PP409';
  end if;
  update training_exercise set state = to_state, turned_at = now(), why = case to_state when 'called_off' then said else why end
    where record_id = x;
end $$;

revoke execute on all functions in schema public from public;
grant execute on function training_sees(uuid), training_steward(uuid), training_staff(uuid), training_runs(uuid), training_state(uuid),
  training_seat_of(uuid), training_role_of(uuid), training_mine(), training_is_closed(uuid), training_came(uuid), training_release_one(uuid, integer, text), training_running(),
  training_tick(uuid, text, timestamptz, integer), training_turn(uuid, text, text) to port2port_app;
