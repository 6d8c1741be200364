-- How often somebody tried to sign in, counted by all serving processes together, and codes already used.
-- Keys are HMACs (no address, no account in clear), values moments. Open to the scope in which signing in runs.
create table members_throttle (
  key bytea primary key,
  value text not null,
  until timestamptz not null
);
create index members_throttle_until on members_throttle (until);
alter table members_throttle enable row level security;
create policy identity on members_throttle using ((select acting_scope()) = 'identity');
grant select, insert, update, delete on members_throttle to port2port_app;
comment on table members_throttle is 'policy: only while signing in (scope identity); keys are HMACs, values are moments';
