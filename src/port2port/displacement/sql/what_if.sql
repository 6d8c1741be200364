-- What if: where would crime go? Whoever reads the answer knows where to strike next, so it is TLP:RED in the strict sense:
-- for the one analyst who asked, as long as that person is one, and is verified, and reads what it was made of (decision 0036).
create function displacement_supposes(sight text) returns boolean language sql stable as $$
  select displacement_reads(sight) and acting_ceiling() >= 4 and acting_may('suppose') and acting_organisation() is not null
$$;

alter table displacement_whatif enable row level security;
create policy sight on displacement_whatif for select using (
  person_id = (select acting_person()) and organisation_id is not distinct from (select acting_organisation())
    and displacement_supposes(sight)
  or (select acting_scope()) = 'worker');
create policy birth on displacement_whatif for insert with check (
  state = 'queued' and result is null and not stop and progress = 0 and ended_at is null and problems = '[]'
  and displacement_supposes(sight) and person_id = (select acting_person())
  and organisation_id = (select acting_organisation())
  and exists (select 1 from displacement_run r
    where r.id = run_id and r.sight = displacement_whatif.sight and r.state = 'done'));
create policy work on displacement_whatif for update
  using (state in ('queued', 'running') and ((select acting_scope()) = 'worker'
    or displacement_supposes(sight) and person_id = (select acting_person())))
  with check ((select acting_scope()) = 'worker' or displacement_supposes(sight) and person_id = (select acting_person()));
create policy burial on displacement_whatif for delete using (
  (select acting_scope()) = 'worker'
  or state not in ('queued', 'running') and displacement_supposes(sight) and person_id = (select acting_person()));
grant select, insert, delete on displacement_whatif to port2port_app;
grant update (state, step, progress, stop, ended_at, problems, result) on displacement_whatif to port2port_app;

-- One role serves both: what comes out is the worker's to say, and a person only asks it to stop.
create function displacement_whatif_before() returns trigger language plpgsql as $$
begin
  if acting_scope() <> 'worker' and (new.state, new.step, new.progress, new.ended_at, new.problems, new.result)
      is distinct from (old.state, old.step, old.progress, old.ended_at, old.problems, old.result) then
    raise exception 'only the worker says what came out' using errcode = 'PP403';
  end if;
  return new;
end $$;
create trigger hold before update on displacement_whatif for each row execute function displacement_whatif_before();

revoke execute on function displacement_supposes(text), displacement_whatif_before() from public;
grant execute on function displacement_supposes(text) to port2port_app;
