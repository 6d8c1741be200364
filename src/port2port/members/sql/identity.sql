-- What signing in needs: readable as the system principal `identity`, and each account's own rows.
create function members_own_account() returns uuid
language sql stable security definer set search_path = public, pg_temp
as $$ select id from members_account where person_id = acting_person() $$;
grant execute on function members_own_account() to port2port_app;

do $$
declare
  t text;
begin
  foreach t in array array['account_emailaddress', 'mfa_authenticator', 'socialaccount_socialaccount'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy own on %I using ((select acting_scope()) = ''identity'' or user_id = (select members_own_account()))', t);
    execute format('grant select, insert, update, delete on %I to port2port_app', t);
    execute format('grant usage on sequence %I to port2port_app', t || '_id_seq');
  end loop;
  foreach t in array array['account_emailconfirmation', 'socialaccount_socialtoken', 'socialaccount_socialapp',
                           'socialaccount_socialapp_sites'] loop
    if to_regclass(t) is null then continue; end if;
    execute format('alter table %I enable row level security', t);
    execute format('create policy identity on %I using ((select acting_scope()) = ''identity'')', t);
    execute format('grant select, insert, update, delete on %I to port2port_app', t);
    execute format('grant usage on sequence %I to port2port_app', t || '_id_seq');
  end loop;
end $$;
grant select on django_migrations to port2port_app;
