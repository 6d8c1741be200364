-- The queue: job arguments are opaque ids only (a lint holds us to it), so these tables need no policy.
do $$
declare
  r record;
begin
  for r in select c.oid::regclass as name, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = 'public' and c.relname like 'procrastinate%' and c.relkind in ('r', 'S') loop
    if r.relkind = 'S' then
      execute format('grant usage, select on sequence %s to port2port_app', r.name);
    else
      execute format('grant select, insert, update, delete on %s to port2port_app', r.name);
    end if;
  end loop;
  for r in select p.oid::regprocedure as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
           where n.nspname = 'public' and p.proname like 'procrastinate%' loop
    execute format('grant execute on function %s to port2port_app', r.name);
  end loop;
end $$;
