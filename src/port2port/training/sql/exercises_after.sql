-- What comes of exercises: proofs for the security files, and what was made of lessons.

-- A form that was sent proves what is owed: written once, by whoever says so under the own name, never changed.
alter table training_sent enable row level security;
create policy sight on training_sent for select using (exists (select 1 from training_part p where p.id = part_id));
create policy birth on training_sent for insert with check (
  by_id = (select acting_person()) and exists (select 1 from training_part p where p.id = part_id
    and training_state(p.exercise_id) in ('planned', 'running', 'paused', 'ended', 'closed')));
create policy burial on training_sent for delete using (false);
grant select, insert on training_sent to port2port_app;

-- What a lesson became is seen by who sees both; it is said by whoever wrote the other record, of a lesson that one sees.
alter table training_became enable row level security;
create policy sight on training_became for select using (
  exists (select 1 from training_lesson l where l.id = lesson_id) and exists (select 1 from sharing_record r where r.id = target_id));
create policy birth on training_became for insert with check (
  by_id = (select acting_person()) and exists (select 1 from training_lesson l where l.id = lesson_id)
  and exists (select 1 from sharing_record r where r.id = target_id and r.kind = training_became.kind
    and r.author_id = (select acting_person())));
create policy burial on training_became for delete using (false);
grant select, insert on training_became to port2port_app;
