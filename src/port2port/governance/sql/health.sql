-- The last access review of the acting organisation, for all its members: which quarter, due when, done when. Whose access
-- was decided on is the administrators' own.
create function governance_last_review() returns table (quarter text, due date, done_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select r.quarter::text, r.due, r.done_at from members_accessreview r
  where r.organisation_id = acting_organisation() and acting_scope() = 'member' order by r.quarter desc limit 1
$$;

revoke execute on all functions in schema public from public;
grant execute on function governance_last_review() to port2port_app;
