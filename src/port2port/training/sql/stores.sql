-- Statements to the learning record store of an organisation, about its own people. The address and what goes there are its
-- administrators' to say; who did what is read by the worker alone, and goes nowhere else.

create function training_store_ours(o uuid) returns boolean language sql stable as $$
  select o is not distinct from acting_organisation() and acting_scope() = 'member' and acting_may('administer')
$$;

alter table training_recordstore enable row level security;
create policy sight on training_recordstore for select using (training_store_ours(organisation_id));
create policy birth on training_recordstore for insert with check (
  training_store_ours(organisation_id) and made_by_id = (select acting_person()));
create policy changing on training_recordstore for update
  using (training_store_ours(organisation_id)) with check (training_store_ours(organisation_id));
create policy burial on training_recordstore for delete using (training_store_ours(organisation_id));
-- The secret goes in and never comes out again.
grant select (id, organisation_id, url, way, version, actor, since, failed_from, made_by_id, made_at, paused_at, due_at, tried_at,
  sent_at, failures, code) on training_recordstore to port2port_app;
grant insert, delete on training_recordstore to port2port_app;
grant update (url, way, secret, version, actor, since, failed_from, paused_at, due_at, failures, code)
  on training_recordstore to port2port_app;

-- Of another address nothing is known yet.
create function training_store_moved() returns trigger language plpgsql as $$
begin
  if new.url <> old.url then
    new.tried_at := null;
    new.sent_at := null;
  end if;
  return new;
end $$;
create trigger moved before update of url on training_recordstore for each row execute function training_store_moved();

-- That a statement went, for the numbers on the page; of whom it is, and what it says, is in no grant.
alter table training_toldstatement enable row level security;
create policy sight on training_toldstatement for select using (exists (select 1 from training_recordstore s where s.id = store_id));
create policy birth on training_toldstatement for insert with check (false);  -- training_store_keep
create policy changing on training_toldstatement for update using (false);  -- training_store_settle
create policy burial on training_toldstatement for delete using (false);
grant select (id, store_id, state, code, at) on training_toldstatement to port2port_app;

-- What is told of oneself when one fails, said before one begins.
create function training_tells_failed() returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from training_recordstore s where s.organisation_id = acting_organisation() and s.failed_from is not null)
$$;

-- What waits says how a person is named there, or that somebody failed: once that is chosen otherwise, it is not sent.
create function training_store_chosen() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from training_toldstatement t where t.store_id = new.id and t.state = 'waiting'
    and (new.actor <> old.actor or t.verb = 'failed' and new.failed_from is null);
  return null;
end $$;
create trigger chosen after update of actor, failed_from on training_recordstore for each row execute function training_store_chosen();

create function training_store_worker() returns void language plpgsql stable as $$
begin
  if acting_scope() is distinct from 'worker' then
    raise exception 'only the worker' using errcode = 'PP403';
  end if;
end $$;

create function training_stores_due(held_at timestamptz)
returns table (store uuid, url text, way text, secret bytea, version text, failures integer)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform training_store_worker();
  return query select s.id, s.url::text, s.way::text, s.secret, s.version::text, s.failures::integer
    from training_recordstore s where s.paused_at is null and s.due_at <= held_at order by s.due_at, s.id;
end $$;

-- What is to be said and was not yet: by the quiz passed, by a session attended and completed, by a package completed; not what the organisation noted
-- itself, which its own store may have said to us. Who failed, only where that is told, of attempts begun since. What was
-- withdrawn after it was said is voided.
create function training_store_facts(o uuid, most integer)
returns table (source uuid, verb text, person uuid, email text, slug text, edition integer, names jsonb, at timestamptz,
  session uuid, minutes integer, about uuid)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform training_store_worker();
  return query
  with store as (
    select * from training_recordstore s where s.id = o and s.paused_at is null
  ), said as (
    select c.id as source, v.verb, c.organisation_id as organisation, c.person_id, c.edition_id, c.at, c.session_id, null::uuid as about
      from store s join training_completion c on c.organisation_id = s.organisation_id and c.at >= s.since and c.withdrawn_at is null
      cross join lateral (values ('passed', 'quiz'), ('attended', 'session'), ('completed', 'session'), ('completed', 'package')) as v(verb, how)
      where c.how = v.how and (v.verb <> 'attended' or c.session_id is not null)
    union all
    select a.id, 'failed', a.organisation_id, a.person_id, a.edition_id, a.submitted_at, null, null
      from store s join training_attempt a on a.organisation_id = s.organisation_id and a.started_at >= s.failed_from
      where a.submitted_at is not null and not a.passed
    union all
    select c.id, 'voided-' || t.verb, c.organisation_id, c.person_id, c.edition_id, c.withdrawn_at, c.session_id, t.id
      from store s join training_completion c on c.organisation_id = s.organisation_id and c.withdrawn_at is not null
      join training_toldstatement t on t.completion_id = c.id and t.store_id = s.id and t.state = 'sent' and t.verb not like 'voided-%'
  )
  select f.source, f.verb, f.person_id,
    (select c.email::text from members_account c join members_membership m on m.person_id = c.person_id
      where c.person_id = f.person_id and c.is_active and m.organisation_id = f.organisation and m.until is null
        and (select s.actor from store s) = 'mail' limit 1),
    e.slug::text, e.version::integer, e.content -> 'head' -> 'names', f.at, f.session_id, z.minutes::integer, f.about
  from said f join training_edition e on e.id = f.edition_id left join training_session z on z.id = f.session_id
  where not exists (select 1 from training_toldstatement t where t.store_id = o and t.verb = f.verb
    and coalesce(t.completion_id, t.attempt_id) = f.source)
  order by f.at, f.source, f.verb limit most;
end $$;

-- Written down before it is sent, in the words in which it is sent again: an id means one statement for ever.
create function training_store_keep(o uuid, told jsonb) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  number integer;
begin
  perform training_store_worker();
  insert into training_toldstatement (id, store_id, verb, completion_id, attempt_id, body, state, code, at)
    select (x ->> 'id')::uuid, o, x ->> 'verb', c.id, a.id, x ->> 'body', 'waiting', '', now()
    from training_recordstore s cross join jsonb_array_elements(told) x
    left join training_completion c on c.id = (x ->> 'source')::uuid
    left join training_attempt a on a.id = (x ->> 'source')::uuid
    where s.id = o and coalesce(c.organisation_id, a.organisation_id) = s.organisation_id
    on conflict do nothing;
  get diagnostics number = row_count;
  return number;
end $$;

create function training_store_waiting(o uuid, most integer) returns table (id uuid, body text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform training_store_worker();
  return query select t.id, t.body from training_toldstatement t join training_recordstore s on s.id = t.store_id
    where t.store_id = o and t.state = 'waiting' and s.paused_at is null order by t.at, t.id limit most;
end $$;

-- What became of statements: what was taken is kept no longer, only that it went.
create function training_store_settle(o uuid, told uuid[], outcome text, why text) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  perform training_store_worker();
  update training_toldstatement t set state = outcome, code = left(why, 64), body = '', at = now()
    where t.store_id = o and t.id = any(told) and t.state = 'waiting';
  update training_recordstore s set sent_at = now() where s.id = o and outcome = 'sent';
end $$;

create function training_store_tried(o uuid, why text, next timestamptz) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  perform training_store_worker();
  update training_recordstore s set tried_at = now(), code = left(why, 64), due_at = next,
    failures = case why when '' then 0 else least(s.failures + 1, 1000) end where s.id = o;
end $$;

revoke execute on function training_store_ours(uuid), training_tells_failed(), training_store_chosen(), training_store_worker(), training_stores_due(timestamptz),
  training_store_facts(uuid, integer), training_store_keep(uuid, jsonb), training_store_waiting(uuid, integer),
  training_store_settle(uuid, uuid[], text, text), training_store_tried(uuid, text, timestamptz) from public;
grant execute on function training_store_ours(uuid), training_tells_failed(), training_store_worker(), training_stores_due(timestamptz),
  training_store_facts(uuid, integer), training_store_keep(uuid, jsonb), training_store_waiting(uuid, integer),
  training_store_settle(uuid, uuid[], text, text), training_store_tried(uuid, text, timestamptz) to port2port_app;
