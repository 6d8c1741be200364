-- Routing by rule. What a rule proposes is worked out on reading; these tables hold what people did and signed.

-- A signature is a public agreement between members: everyone signed in reads it, whoever speaks for an organisation
-- signs and withdraws for it alone. A withdrawn one stays withdrawn; signing again is a new row.
alter table reports_ruletrust enable row level security;
create policy agreement on reports_ruletrust for select using ((select acting_organisation()) is not null);
create policy signing on reports_ruletrust for insert with check (
  organisation_id = (select acting_organisation()) and signed_by_id = (select acting_person())
  and (select acting_may('speak')) and withdrawn_at is null);
create policy withdrawing on reports_ruletrust for update
  using (organisation_id = (select acting_organisation()) and (select acting_may('speak')) and withdrawn_at is null)
  with check (organisation_id = (select acting_organisation()) and withdrawn_at is not null);
grant select, insert on reports_ruletrust to port2port_app;
grant update (withdrawn_at) on reports_ruletrust to port2port_app;

-- What was done about a report is for those who look after it: the rows say what its owner holds to be its duty, whom
-- else it told, under which reference and why not. Who merely sees the report has no part in that; a policy cannot leave
-- columns out, so that the receiver's one line ("sent to you, under this rule") comes from the function below.
alter table reports_routing enable row level security;
create policy stewards on reports_routing for select using (
  exists (select 1 from sharing_record r where r.id = report_id and sharing_is_steward(r.owner_id, r.author_id)));
create policy deciding on reports_routing for insert with check (
  by_id = (select acting_person())
  and exists (select 1 from sharing_record r where r.id = report_id and sharing_is_steward(r.owner_id, r.author_id)));
create policy turning on reports_routing for update
  using (exists (select 1 from sharing_record r where r.id = report_id and sharing_is_steward(r.owner_id, r.author_id)))
  with check (by_id = (select acting_person())
    and exists (select 1 from sharing_record r where r.id = report_id and sharing_is_steward(r.owner_id, r.author_id)));
grant select, insert on reports_routing to port2port_app;
grant update (due_at, state, sent_at, by_id, reference, note) on reports_routing to port2port_app;

-- What an organisation says of itself stays with it: that it is no entity under a law is nobody else's business.
alter table reports_organisationfact enable row level security;
create policy own on reports_organisationfact for select using (organisation_id = (select acting_organisation()));
create policy saying on reports_organisationfact for insert with check (
  organisation_id = (select acting_organisation()) and set_by_id = (select acting_person())
  and ((select acting_may('administer')) or (select acting_may('speak'))));
create policy changing on reports_organisationfact for update
  using (organisation_id = (select acting_organisation()) and ((select acting_may('administer')) or (select acting_may('speak'))))
  with check (organisation_id = (select acting_organisation()) and set_by_id = (select acting_person()));
grant select, insert on reports_organisationfact to port2port_app;
grant update (nis2_scope, critical_entity, set_by_id, set_at) on reports_organisationfact to port2port_app;

-- Under which rules a report that the session sees was sent to its own organisation, and when; nothing of others.
create function reports_routed_to_us(of_report uuid)
returns table (rule text, version integer, step text, sent_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select g.rule::text, g.version::integer, g.step::text, g.sent_at
  from reports_routing g join sharing_record r on r.id = g.report_id and reports_seen(r)
  where g.report_id = of_report and g.organisation_id = acting_organisation() and g.form = '' and g.state in ('sent', 'done')
  order by g.sent_at, g.rule, g.step
$$;
revoke execute on function reports_routed_to_us(uuid) from public;
grant execute on function reports_routed_to_us(uuid) to port2port_app;
