-- Packages of an organisation (SCORM), and how far its people are in them. A package is seen by the own organisation, how far
-- somebody is by that person alone. What a run comes to is the word of the player's browser, and is called so.

alter table training_package enable row level security;
alter table training_package add constraint training_package_shape check (address ~ '^[0-9a-f]{64}$' and launch <> '' and files > 0);
create policy sight on training_package for select using (
  organisation_id is not distinct from (select acting_organisation()) and (select acting_scope()) = 'member');
-- The organisation is bound into the encryption: who learns another's address cannot open it with a row of one's own.
create policy birth on training_package for insert with check (
  (select training_trains()) and organisation_id is not distinct from (select acting_organisation())
  and made_by_id = (select acting_person())
  and exists (select 1 from training_edition e where e.id = edition_id
    and e.organisation_id is not distinct from (select acting_organisation())));
create policy changing on training_package for update using (false);
create policy burial on training_package for delete using (false);
grant select, insert on training_package to port2port_app;

alter table training_run enable row level security;
create policy sight on training_run for select using (person_id = (select acting_person()));
create policy birth on training_run for insert with check (false);  -- training_run_open
create policy changing on training_run for update using (false);  -- training_run_open, training_run_keep
create policy burial on training_run for delete using (false);
grant select on training_run to port2port_app;

-- Open it, going on where one was, in any browser; `anew` forgets that. A window opened before may keep nothing any more.
create function training_run_open(e uuid, anew boolean, held_at timestamptz) returns uuid
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  made uuid;
begin
  if not exists (select 1 from training_package k join training_edition x on x.id = k.edition_id
      where k.edition_id = e and x.counts_until is null and x.retired_at is null and k.organisation_id = acting_organisation()) then
    raise exception 'no such package' using errcode = 'PP404';
  end if;
  if acting_scope() <> 'member' or not training_ours(acting_person()) then
    raise exception 'only who works there' using errcode = 'PP403';
  end if;
  if held_at > now() + interval '1 minute' then
    raise exception 'not at this time' using errcode = 'PP409';
  end if;
  insert into training_run as r (id, person_id, organisation_id, edition_id, number, kept, outcome, begun_at, updated_at)
    values (new_uuid7(), acting_person(), acting_organisation(), e, 1, '{}', 'going', held_at, held_at)
    on conflict (person_id, edition_id) do update set number = r.number + 1, updated_at = held_at,
      kept = case when anew then '{}' else r.kept end, outcome = case when anew then 'going' else r.outcome end,
      begun_at = case when anew then held_at else r.begun_at end, completed_at = case when anew then null else r.completed_at end
    returning id into made;
  return made;
end $$;

-- What a package keeps and comes to. Done is done: what comes after it takes nothing back. Returns whether it was this that did it.
create function training_run_keep(r uuid, n integer, told jsonb, came_to text, held_at timestamptz) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  run training_run;
  edition training_edition;
begin
  select * into run from training_run where id = r and person_id = acting_person() for update;
  if run.id is null then
    raise exception 'no such run' using errcode = 'PP404';
  end if;
  if run.organisation_id is distinct from acting_organisation() or not training_ours(acting_person()) then
    raise exception 'only who works there' using errcode = 'PP403';
  end if;
  if run.number <> n or held_at > now() + interval '1 minute' or jsonb_typeof(told) <> 'object' or length(told::text) > 400000 then
    raise exception 'opened elsewhere since' using errcode = 'PP409';
  end if;
  select * into edition from training_edition where id = run.edition_id;
  update training_run set kept = told, outcome = case run.outcome when 'done' then 'done' else came_to end, updated_at = held_at,
    completed_at = case when came_to = 'done' then coalesce(completed_at, held_at) else completed_at end where id = r;
  if came_to = 'done' and run.completed_at is null then
    perform training_complete(edition, run.person_id, run.organisation_id, 'package', null, held_at);
    return true;
  end if;
  return false;
end $$;

-- The second origin: which package a launch opens, to who holds an address signed by the platform. No person, nothing kept.
create function training_run_served(r uuid)
returns table (organisation uuid, address text, standard text, title text, launch text, parameters text, passing double precision,
  threshold double precision, data text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'public' then
    raise exception 'only the second origin' using errcode = 'PP403';
  end if;
  return query select k.organisation_id, k.address::text, k.standard::text, k.title::text, k.launch::text, k.parameters::text,
      k.passing, k.threshold, k.data::text
    from training_run x join training_package k on k.edition_id = x.edition_id where x.id = r;
end $$;

create function training_runs_forget(days integer) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  number integer;
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker' using errcode = 'PP403';
  end if;
  delete from training_run where updated_at < now() - make_interval(days => days);
  get diagnostics number = row_count;
  return number;
end $$;

-- Which of these places in the vault a row still refers to: as before, and those of packages.
create or replace function reports_kept_addresses(addresses text[]) returns setof text
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker clears the vault' using errcode = 'PP403';
  end if;
  return query select x from unnest(addresses) x
    where exists (select 1 from reports_attachment a where a.address = x) or exists (select 1 from reports_original o where o.address = x)
      or exists (select 1 from knowledge_practicefile f where f.address = x) or exists (select 1 from training_coursemedium m where m.address = x)
      or exists (select 1 from training_package k where k.address = x);
end $$;

revoke execute on function training_run_open(uuid, boolean, timestamptz), training_run_keep(uuid, integer, jsonb, text, timestamptz),
  training_run_served(uuid), training_runs_forget(integer) from public;
grant execute on function training_run_open(uuid, boolean, timestamptz), training_run_keep(uuid, integer, jsonb, text, timestamptz),
  training_run_served(uuid), training_runs_forget(integer) to port2port_app;
