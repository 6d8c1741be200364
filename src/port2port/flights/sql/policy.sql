-- A flight is seen exactly when its envelope is. What was entered stays: only its state is turned.
alter table flights_flight enable row level security;
create policy sight on flights_flight for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy birth on flights_flight for insert with check (
  state = 'planned'
  and exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'flight' and sharing_is_steward(r.owner_id, r.author_id)));
create policy stewardship on flights_flight for update
  using (exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)))
  with check (exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)));
create policy burial on flights_flight for delete using (false);
grant select, insert on flights_flight to port2port_app;
grant update (state, starts_at, ends_at) on flights_flight to port2port_app;
insert into sharing_kind (kind, holds) values ('flight', 'flights_flight');

-- What is over stays over, and a flight is never made longer than it was entered: nobody stretches a plan over a sighting.
create function flights_turn() returns trigger language plpgsql as $$
begin
  if (old.state, new.state) not in (('planned', 'flying'), ('planned', 'cancelled'), ('planned', 'done'), ('flying', 'done')) then
    raise exception 'a flight does not turn so' using errcode = 'PP409', column = 'state';
  end if;
  if new.ends_at > old.ends_at or new.starts_at < old.starts_at - interval '1 hour' or new.starts_at > old.starts_at then
    raise exception 'a flight keeps its time' using errcode = 'PP422', column = 'ends_at';
  end if;
  return new;
end $$;
create trigger turn before update on flights_flight for each row execute function flights_turn();

-- The own organisation, and of it those who read what is its own (not the people of one of its facilities alone).
alter table flights_flightidentifier enable row level security;
create policy sight on flights_flightidentifier for select using (
  organisation_id = (select acting_organisation())
  and exists (select 1 from members_circle c where c.kind = 'organisation' and c.organisation_id = flights_flightidentifier.organisation_id
              and c.id = any((select acting_keys())::uuid[]))
  and exists (select 1 from sharing_record r where r.id = flight_id and r.owner_id = (select acting_organisation())));
create policy birth on flights_flightidentifier for insert with check (
  organisation_id = (select acting_organisation())
  and exists (select 1 from sharing_record r where r.id = flight_id and r.kind = 'flight'
              and r.owner_id = (select acting_organisation()) and sharing_is_steward(r.owner_id, r.author_id)));
create policy frozen on flights_flightidentifier for update using (false);
create policy burial on flights_flightidentifier for delete using (false);
grant select, insert on flights_flightidentifier to port2port_app;

-- One counts for oneself, once a flight; who looks after the flight learns how many and when, never who.
alter table flights_recognition enable row level security;
create policy sight on flights_recognition for select using (
  person_id = (select acting_person())
  or exists (select 1 from sharing_record r where r.id = flight_id and sharing_is_steward(r.owner_id, r.author_id)));
create policy birth on flights_recognition for insert with check (
  person_id = (select acting_person()) and exists (select 1 from sharing_record r where r.id = flight_id and r.kind = 'flight'));
create policy frozen on flights_recognition for update using (false);
create policy burial on flights_recognition for delete using (false);
grant select (id, flight_id, at), insert (id, flight_id, person_id, at) on flights_recognition to port2port_app;

revoke execute on all functions in schema public from public;
