-- Courses. An attempt and its answers are the person's own, and nobody else's; that somebody took part is seen by that
-- person and by who trains the people of the own organisation. Questions are drawn, and answers judged, here alone.

-- Who trains: by role, not by an act, since stewards of records are many and this is about colleagues.
create function training_trains() returns boolean language sql stable as $$
  select acting_scope() = 'member' and exists (select 1 from members_membership m
    where m.id = nullif(current_setting('p2p.hat'), '')::uuid and not m.shielded and m.roles && array['port_security_officer',
      'deputy_port_security_officer', 'facility_security_officer', 'coordinator']::varchar[])
$$;
create function training_ours(p uuid) returns boolean language sql stable as $$
  select exists (select 1 from members_membership m where m.person_id = p and m.organisation_id = acting_organisation()
    and (m.until is null or m.until > now()) and not m.shielded)
$$;

-- What ships with the program is the same for everybody, written by the owner who migrates. An organisation's own is read by all
-- who work there, and by who took it and works elsewhere now.
alter table training_edition enable row level security;
create policy sight on training_edition for select using (
  organisation_id is null or organisation_id = (select acting_organisation()) and (select acting_scope()) = 'member'
  or exists (select 1 from training_completion c where c.edition_id = training_edition.id and c.person_id = (select acting_person())));
create policy birth on training_edition for insert with check (false);  -- training_publish
create policy retiring on training_edition for update
  using (organisation_id = (select acting_organisation()) and (select training_trains()) and counts_until is null) with check (true);
create policy burial on training_edition for delete using (false);
grant select on training_edition to port2port_app;
grant update (retired_at) on training_edition to port2port_app;

-- As it is being written: of who trains there.
alter table training_owncourse enable row level security;
create policy sight on training_owncourse for select using (
  organisation_id = (select acting_organisation()) and (select training_trains()));
create policy birth on training_owncourse for insert with check (
  organisation_id = (select acting_organisation()) and (select training_trains()) and changed_by_id = (select acting_person()));
create policy changing on training_owncourse for update
  using (organisation_id = (select acting_organisation()) and (select training_trains())) with check (changed_by_id = (select acting_person()));
create policy burial on training_owncourse for delete using (
  organisation_id = (select acting_organisation()) and (select training_trains())
  and not exists (select 1 from training_edition e where e.slug = training_owncourse.slug));
grant select, insert, delete on training_owncourse to port2port_app;
grant update (content, sequence, changed_by_id, changed_at) on training_owncourse to port2port_app;

-- What is written becomes an edition, whole, as it was read by who decided (`seen`); passes of the one before count on for the days
-- that it says. Definer: editions are written by nobody else.
create function training_publish(o uuid, seen integer, held_at timestamptz) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  own training_owncourse;
  made uuid;
begin
  select * into own from training_owncourse where id = o and organisation_id = acting_organisation() for update;
  if own.id is null then
    raise exception 'no such course' using errcode = 'PP404';
  end if;
  if not training_trains() then
    raise exception 'only who trains' using errcode = 'PP403';
  end if;
  if own.sequence <> seen or held_at > now() + interval '1 minute' then
    raise exception 'not as it was read' using errcode = 'PP409';
  end if;
  update training_edition set counts_until = (held_at at time zone 'Europe/Brussels')::date
      + (own.content -> 'head' ->> 'grace_days')::integer where slug = own.slug and counts_until is null;
  insert into training_edition (id, organisation_id, slug, version, content, published_at)
    select new_uuid7(), own.organisation_id, own.slug, v.n, jsonb_set(own.content, '{head,version}', to_jsonb(v.n)), held_at
    from (select coalesce(max(version), 0) + 1 as n from training_edition where slug = own.slug) v
    returning id into made;
  return made;
end $$;

alter table training_attempt enable row level security;
create policy sight on training_attempt for select using (person_id = (select acting_person()));
create policy birth on training_attempt for insert with check (false);  -- training_begin
create policy changing on training_attempt for update using (false);  -- training_hand_in
create policy burial on training_attempt for delete using (false);
grant select on training_attempt to port2port_app;

-- Definer, since the policy of answers asks it at each of them: one look by key.
create function training_answers(a uuid, q text) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from training_attempt t where t.id = a and t.person_id = acting_person() and t.submitted_at is null
    and t.questions @> jsonb_build_array(jsonb_build_object('code', q)))
$$;
alter table training_answer enable row level security;
create policy sight on training_answer for select using (
  exists (select 1 from training_attempt t where t.id = attempt_id and t.person_id = (select acting_person())));
create policy birth on training_answer for insert with check (training_answers(attempt_id, question));
create policy changing on training_answer for update
  using (training_answers(attempt_id, question)) with check (training_answers(attempt_id, question));
create policy burial on training_answer for delete using (false);
grant select, insert on training_answer to port2port_app;
grant update (chosen, at) on training_answer to port2port_app;

alter table training_completion enable row level security;
create policy sight on training_completion for select using (
  person_id = (select acting_person())
  or organisation_id is not distinct from (select acting_organisation()) and (select training_trains()));
create policy birth on training_completion for insert with check (false);  -- training_hand_in, training_hold
create policy withdrawing on training_completion for update
  using (withdrawn_at is null and organisation_id is not distinct from (select acting_organisation()) and (select training_trains()))
  with check (withdrawn_at is not null and why ~ '\S');
create policy burial on training_completion for delete using (false);
grant select on training_completion to port2port_app;
grant update (withdrawn_at, why) on training_completion to port2port_app;

alter table training_enrolment enable row level security;
create policy sight on training_enrolment for select using (
  person_id = (select acting_person())
  or organisation_id is not distinct from (select acting_organisation()) and (select training_trains()));
create policy birth on training_enrolment for insert with check (
  (select training_trains()) and organisation_id is not distinct from (select acting_organisation())
  and by_id = (select acting_person()) and training_ours(person_id));
create policy changing on training_enrolment for update
  using ((select training_trains()) and organisation_id is not distinct from (select acting_organisation()))
  with check (by_id = (select acting_person()));
create policy burial on training_enrolment for delete using (
  (select training_trains()) and organisation_id is not distinct from (select acting_organisation()));
grant select, insert, delete on training_enrolment to port2port_app;
grant update (due, by_id, at) on training_enrolment to port2port_app;

-- Definer: a policy cannot ask its own table.
create function training_session_ours(s uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from training_session x where x.id = s and x.organisation_id = acting_organisation())
$$;
alter table training_session enable row level security;
create policy sight on training_session for select using (
  organisation_id is not distinct from (select acting_organisation()) and (select acting_scope()) = 'member');
create policy birth on training_session for insert with check (
  (select training_trains()) and organisation_id is not distinct from (select acting_organisation()) and state = 'planned'
  and made_by_id = (select acting_person())
  and (replaces_id is null or training_session_ours(replaces_id)));
create policy changing on training_session for update
  using ((select training_trains()) and organisation_id is not distinct from (select acting_organisation()) and state = 'planned')
  with check (state in ('planned', 'called_off'));
create policy burial on training_session for delete using (false);
grant select, insert on training_session to port2port_app;
grant update (starts_at, minutes, place, seats, state, why, updated_at, sequence) on training_session to port2port_app;

-- One books oneself, who trains books colleagues; who came is written down by who trains, until the session is closed.
create function training_planned(s uuid) returns boolean language sql stable
as $$ select exists (select 1 from training_session x where x.id = s and x.state = 'planned') $$;
alter table training_booking enable row level security;
create policy sight on training_booking for select using (
  person_id = (select acting_person())
  or organisation_id is not distinct from (select acting_organisation()) and (select training_trains()));
create policy birth on training_booking for insert with check (
  came is null and organisation_id is not distinct from (select acting_organisation()) and training_planned(session_id)
  and training_ours(person_id) and (person_id = (select acting_person()) or (select training_trains())));
create policy attendance on training_booking for update
  using ((select training_trains()) and organisation_id is not distinct from (select acting_organisation()) and training_planned(session_id))
  with check (true);
create policy burial on training_booking for delete using (
  training_planned(session_id) and came is null and (person_id = (select acting_person())
    or (select training_trains()) and organisation_id is not distinct from (select acting_organisation())));
grant select, insert, delete on training_booking to port2port_app;
grant update (came) on training_booking to port2port_app;

-- No more than there are seats, also when many book at once: the session's row is the queue.
create function training_booking_before() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  most integer;
begin
  select seats into most from training_session where id = new.session_id and organisation_id = new.organisation_id for update;
  if most is null or (select count(*) from training_booking b where b.session_id = new.session_id) >= most then
    raise exception 'no seat' using errcode = 'PP409';
  end if;
  return new;
end $$;
create trigger seats before insert on training_booking for each row execute function training_booking_before();

alter table training_tally enable row level security;
create policy sight on training_tally for select using (false);  -- training_items
create policy birth on training_tally for insert with check (false);
create policy changing on training_tally for update using (false);
create policy burial on training_tally for delete using (false);

-- The options that are right, as `courses.rules.key_of`.
create function training_key(question jsonb) returns text[] language sql immutable as $$
  select coalesce(array_agg(o ->> 'code' order by n), '{}') from jsonb_array_elements(question -> 'options') with ordinality as x(o, n)
  where question ->> 'kind' = 'order' or (o ->> 'right')::boolean
$$;
create function training_right(question jsonb, chosen text[]) returns boolean language sql immutable as $$
  select case question ->> 'kind' when 'order' then chosen = training_key(question)
    else array(select x from unnest(chosen) x order by x) = array(select x from unnest(training_key(question)) x order by x) end
$$;

-- Begin, or go on where one was, in any browser. One question of each module first, then by lot; all in an order by lot.
create function training_begin(e uuid, held_at timestamptz) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  edition training_edition;
  made uuid;
begin
  select * into edition from training_edition where id = e and counts_until is null and retired_at is null
    and jsonb_array_length(content -> 'questions') > 0 and (organisation_id is null or organisation_id = acting_organisation());
  if edition.id is null then
    raise exception 'no such course' using errcode = 'PP404';
  end if;
  if acting_scope() <> 'member' or acting_organisation() is null or not training_ours(acting_person()) then
    raise exception 'only who works somewhere' using errcode = 'PP403';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('training ' || acting_person() || edition.slug, 0));
  select id into made from training_attempt where person_id = acting_person() and edition_id = e and submitted_at is null;
  if made is not null then
    return made;
  end if;
  if held_at > now() + interval '1 minute' or (select count(*) from training_attempt t join training_edition x on x.id = t.edition_id
      where t.person_id = acting_person() and x.slug = edition.slug and t.started_at > held_at - interval '1 day') >= 3 then
    raise exception 'enough for today' using errcode = 'PP409';
  end if;
  insert into training_attempt (id, person_id, organisation_id, edition_id, questions, started_at, results)
    select new_uuid7(), acting_person(), acting_organisation(), e, jsonb_agg(jsonb_build_object('code', d.code, 'options', d.options)
      order by random()), held_at, '{}'
    from (
      select q ->> 'code' as code, (select jsonb_agg(o ->> 'code' order by random()) from jsonb_array_elements(q -> 'options') o) as options
      from (select q, row_number() over (partition by q ->> 'module' order by random()) as place
            from jsonb_array_elements(edition.content -> 'questions') q) pool
      order by place > 1, random() limit (edition.content -> 'head' ->> 'draw')::integer
    ) d
    returning id into made;
  return made;
end $$;

create function training_complete(e training_edition, p uuid, org uuid, by_how text, s uuid, held_at timestamptz) returns void
language sql security definer set search_path = public, pg_temp as $$
  insert into training_completion (id, person_id, organisation_id, edition_id, how, session_id, at, valid_until, code, why)
    values (new_uuid7(), p, org, e.id, by_how, s, held_at, ((held_at at time zone 'Europe/Brussels')::date
      + make_interval(months => (e.content -> 'head' ->> 'valid_months')::integer))::date,
      -- 96 random bits: of each UUID the half that holds no version
      upper(substr(replace(gen_random_uuid()::text, '-', ''), 1, 12) || substr(replace(gen_random_uuid()::text, '-', ''), 1, 12)), '');
  -- what was noted from before somebody was asked does not answer that
  delete from training_enrolment t where t.person_id = p and t.organisation_id = org and t.slug = e.slug and (by_how <> 'noted'
    or (t.at at time zone 'Europe/Brussels')::date <= (held_at at time zone 'Europe/Brussels')::date);
$$;

-- Handed in once: judged, and a pass becomes a completion. Again, it changes nothing.
create function training_hand_in(a uuid, held_at timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  attempt training_attempt;
  edition training_edition;
  judged jsonb;
  good integer;
begin
  select * into attempt from training_attempt where id = a and person_id = acting_person() for update;
  if attempt.id is null then
    raise exception 'no such attempt' using errcode = 'PP404';
  end if;
  if attempt.submitted_at is not null then
    return;
  end if;
  if held_at > now() + interval '1 minute' or held_at < attempt.started_at then
    raise exception 'not at this time' using errcode = 'PP409';
  end if;
  select * into edition from training_edition where id = attempt.edition_id;
  select jsonb_object_agg(q ->> 'code', coalesce(training_right(q, w.chosen::text[]), false)), count(*) filter (where training_right(q, w.chosen::text[]))
    into judged, good
    from jsonb_array_elements(edition.content -> 'questions') q
    join jsonb_array_elements(attempt.questions) d on d ->> 'code' = q ->> 'code'
    left join training_answer w on w.attempt_id = a and w.question = q ->> 'code';
  update training_attempt set submitted_at = held_at, results = judged,
      passed = good * 100 >= jsonb_array_length(attempt.questions) * (edition.content -> 'head' ->> 'pass_percent')::integer
    where id = a returning * into attempt;
  if attempt.passed then
    perform training_complete(edition, attempt.person_id, attempt.organisation_id, 'quiz', null, held_at);
  end if;
end $$;

-- A session is over: who came took part.
create function training_hold(s uuid, held_at timestamptz) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  held training_session;
  edition training_edition;
  one training_booking;
  number integer := 0;
begin
  select * into held from training_session where id = s and organisation_id is not distinct from acting_organisation() for update;
  if held.id is null then
    raise exception 'no such session' using errcode = 'PP404';
  end if;
  if not training_trains() then
    raise exception 'only who trains' using errcode = 'PP403';
  end if;
  if held.state <> 'planned' or held.starts_at > held_at or held_at > now() + interval '1 minute' then
    raise exception 'not in this state' using errcode = 'PP409';
  end if;
  -- the newest that was there on that day
  select * into edition from training_edition x where x.slug = held.slug
    and (x.organisation_id is null or x.organisation_id = held.organisation_id) order by x.version desc limit 1;
  for one in select * from training_booking b where b.session_id = s and b.came loop
    perform training_complete(edition, one.person_id, one.organisation_id, 'session', s, held.starts_at);
    number := number + 1;
  end loop;
  update training_session set state = 'held', updated_at = held_at, sequence = sequence + 1 where id = s;
  return number;
end $$;

-- What anybody may know who holds a code: what it stands for. No person, no organisation.
create function training_certificate(of_code text)
returns table (content jsonb, version integer, how text, at timestamptz, valid_until date, counts_until date, withdrawn boolean)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'public' then
    raise exception 'only the page for everybody' using errcode = 'PP403';
  end if;
  return query select jsonb_build_object('slug', e.slug, 'names', e.content -> 'head' -> 'names'), e.version::integer, c.how::text, c.at,
      c.valid_until, e.counts_until, c.withdrawn_at is not null
    from training_completion c join training_edition e on e.id = c.edition_id where c.code = of_code;
end $$;

create function training_sums(e uuid, before timestamptz)
returns table (question text, takers integer, good integer, rest double precision, rest_squared double precision, rest_when_right double precision)
language sql stable security definer set search_path = public, pg_temp as $$
  select i.key, count(*)::integer, count(*) filter (where i.hit)::integer, sum(i.share), sum(i.share ^ 2), coalesce(sum(i.share) filter (where i.hit), 0)
  from (
    select r.key, r.value::boolean as hit, (t.good - r.value::boolean::integer)::double precision / greatest(t.asked - 1, 1) as share
    from (select a.results, count(*) as asked, count(*) filter (where v.value::boolean) as good
          from training_attempt a, jsonb_each_text(a.results) v
          where a.edition_id = e and a.submitted_at is not null and (before is null or a.submitted_at < before) group by a.id) t,
      jsonb_each_text(t.results) r
  ) i group by i.key
$$;

-- Sums over takers, of at least ten; no person, no single attempt.
create function training_items(e uuid)
returns table (question text, takers integer, good integer, rest double precision, rest_squared double precision, rest_when_right double precision)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if not coalesce((select case when x.organisation_id is null then acting_may('operate')
      else x.organisation_id = acting_organisation() and training_trains() end from training_edition x where x.id = e), false) then
    raise exception 'only who keeps the course' using errcode = 'PP403';
  end if;
  return query select x.question, sum(x.takers)::integer, sum(x.good)::integer, sum(x.rest), sum(x.rest_squared), sum(x.rest_when_right)
    from (select * from training_sums(e, null) union all
      select t.question::text, t.takers, t.right, t.rest, t.rest_squared, t.rest_when_right from training_tally t where t.edition_id = e) x
    group by x.question having sum(x.takers) >= 10 order by x.question;
end $$;

-- Over how many took a course: at least ten persons of at least three organisations, else nothing.
create function training_taken() returns table (slug text, people integer)
language sql stable security definer set search_path = public, pg_temp as $$
  select e.slug::text, count(distinct c.person_id)::integer from training_completion c join training_edition e on e.id = c.edition_id
  where c.withdrawn_at is null and least(c.valid_until, coalesce(e.counts_until, c.valid_until)) >= current_date
  group by e.slug having count(distinct c.person_id) >= 10 and count(distinct c.organisation_id) >= 3
$$;

-- What is over is forgotten: attempts become sums without persons; completions, sessions and enrolments go.
create function training_forget(attempt_days integer, open_days integer, kept_days integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  until timestamptz := now() - make_interval(days => attempt_days);
  number integer;
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker' using errcode = 'PP403';
  end if;
  insert into training_tally (id, edition_id, question, takers, "right", rest, rest_squared, rest_when_right)
    select new_uuid7(), e.id, s.* from training_edition e, training_sums(e.id, until) s
    on conflict (edition_id, question) do update set takers = training_tally.takers + excluded.takers,
      "right" = training_tally."right" + excluded."right", rest = training_tally.rest + excluded.rest,
      rest_squared = training_tally.rest_squared + excluded.rest_squared,
      rest_when_right = training_tally.rest_when_right + excluded.rest_when_right;
  delete from training_attempt where submitted_at < until
    or submitted_at is null and started_at < now() - make_interval(days => open_days);
  get diagnostics number = row_count;
  delete from training_completion where valid_until < current_date - kept_days;
  delete from training_session where starts_at < now() - make_interval(days => kept_days);
  delete from training_enrolment where due < current_date - kept_days;
  delete from training_declined where at < now() - make_interval(days => kept_days);
  delete from training_takenstatement where at < now() - make_interval(days => kept_days);
  return number;
end $$;

revoke execute on all functions in schema public from public;
grant execute on function training_trains(), training_ours(uuid), training_answers(uuid, text), training_planned(uuid),
  training_session_ours(uuid), training_publish(uuid, integer, timestamptz), training_key(jsonb), training_right(jsonb, text[]), training_begin(uuid, timestamptz), training_hand_in(uuid, timestamptz),
  training_hold(uuid, timestamptz), training_certificate(text), training_items(uuid), training_taken(),
  training_forget(integer, integer, integer) to port2port_app;
