-- What a person follows is that person's alone. A record is followed by whom sees it; that it is no longer seen ends no row
-- at once (one may act under another hat tomorrow), but nothing is shown of it: the envelope is asked each time.
alter table home_follow enable row level security;
create policy own on home_follow for select using (person_id = (select acting_person()));
create policy birth on home_follow for insert with check (
  person_id = (select acting_person())
  and case when subject = 'record' then exists (select 1 from sharing_record r where r.id = key::uuid) else true end);
create policy ending on home_follow for delete using (person_id = (select acting_person()));
grant select, insert, delete on home_follow to port2port_app;

-- Take away the follows of records that their person sees under no hat any more, and of those that are gone.
create function home_sweep_follows() returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  swept integer;
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker sweeps' using errcode = 'PP403';
  end if;
  delete from home_follow f where f.subject = 'record' and not exists (
    select 1 from sharing_record r join members_membership m on m.person_id = f.person_id
    cross join lateral members_sight(f.person_id, m.id) s
    where r.id = f.key::uuid and r.expires_at > now() and r.audience && s.keys
      and (r.tlp <= s.ceiling or r.author_id = f.person_id));
  get diagnostics swept = row_count;
  return swept;
end $$;
revoke execute on function home_sweep_follows() from public;
grant execute on function home_sweep_follows() to port2port_app;
