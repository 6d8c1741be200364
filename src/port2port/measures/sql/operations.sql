-- Coordinated operations. Until one runs it is seen by exactly those who take part: the database holds its audience to
-- them at every commit, whoever writes it. States and answers are turned by the functions below and by nothing else.

alter table measures_operation enable row level security;
create policy sight on measures_operation for select using (measures_sees(record_id));
create policy birth on measures_operation for insert with check (
  state = 'planned' and turned_at is null and exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'operation'
    and sharing_is_steward(r.owner_id, r.author_id)));
create policy stewardship on measures_operation for update
  using (state = 'planned' and measures_steward(record_id)) with check (state = 'planned' and measures_steward(record_id));
create policy burial on measures_operation for delete using (false);
grant select, insert on measures_operation to port2port_app;
grant update (kind, title, plan, language, starts_at, ends_at) on measures_operation to port2port_app;

insert into sharing_kind (kind, holds) values ('operation', 'measures_operation');

alter table measures_participation enable row level security;
create policy sight on measures_participation for select using (measures_sees(operation_id));
-- The owner's own part is agreed by planning it; each other organisation answers for itself.
create policy birth on measures_participation for insert with check (
  measures_steward(operation_id)
  and exists (select 1 from measures_operation o where o.record_id = operation_id and o.state = 'planned')
  and case when organisation_id = (select acting_organisation())
    then answer = 'accepted' and person_id = (select acting_person()) else answer = 'asked' end);
create policy burial on measures_participation for delete using (false);
grant select, insert on measures_participation to port2port_app;

-- May the actor write down what was counted: its organisation takes part there, and it runs or has just ended.
create function measures_may_count(op uuid, p uuid) returns boolean language sql stable as $$
  select acting_may('report') and exists (
    select 1 from measures_participation x join measures_operation o on o.record_id = x.operation_id
    where x.operation_id = op and x.port_id = p and x.organisation_id = acting_organisation() and x.answer = 'accepted'
      and o.state in ('running', 'ended'))
$$;
alter table measures_entry enable row level security;
create policy sight on measures_entry for select using (measures_sees(operation_id));
create policy birth on measures_entry for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person())
  and measures_may_count(operation_id, port_id)
  and exists (select 1 from measures_operation o where o.record_id = operation_id
    and day between (o.starts_at at time zone 'Europe/Brussels')::date and (o.ends_at at time zone 'Europe/Brussels')::date));
create policy burial on measures_entry for delete using (
  organisation_id = (select acting_organisation()) and measures_may_count(operation_id, port_id));
grant select, insert, delete on measures_entry to port2port_app;

-- A link is seen by who sees both ends: not even the number of reports is told to others.
alter table measures_foundreport enable row level security;
create policy sight on measures_foundreport for select using (measures_sees(operation_id) and measures_sees(report_id));
create policy birth on measures_foundreport for insert with check (
  organisation_id = (select acting_organisation())
  and exists (select 1 from measures_participation x join measures_operation o on o.record_id = x.operation_id
    where x.operation_id = measures_foundreport.operation_id and x.organisation_id = (select acting_organisation())
      and x.answer = 'accepted' and o.state in ('running', 'ended', 'evaluated'))
  and (select acting_may('report'))
  and exists (select 1 from sharing_record r where r.id = report_id and r.kind = 'report'));
create policy burial on measures_foundreport for delete using (
  organisation_id = (select acting_organisation()) and (select acting_may('report')));
grant select, insert, delete on measures_foundreport to port2port_app;

-- Exactly those who take part. Checked at the commit, when envelope and parts both stand; before the start nothing else
-- is let in, whatever function or role writes it. An own circle stands for its organisation, a person for where it works.
create function measures_operation_exact(op uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  r sharing_record;
  o measures_operation;
  parts uuid[];
begin
  select * into r from sharing_record where id = op and kind = 'operation';
  if r.id is null or r.withdrawn_at is not null then
    return;
  end if;
  select * into o from measures_operation where record_id = op;
  if o.state in ('running', 'ended', 'evaluated') then
    return;
  end if;
  select array_agg(distinct organisation_id) into parts from measures_participation
    where operation_id = op and answer <> 'declined';
  if o.record_id is null or parts is null or r.tlp < 2 then
    raise exception 'a plan is for those who take part' using errcode = 'PP422', column = 'audience';
  end if;
  if exists (
    select 1 from unnest(r.audience) k
    where not exists (select 1 from members_circle c where c.id = k and c.kind = 'organisation'
                      and c.organisation_id = any(parts || r.owner_id))
      and not exists (select 1 from members_membership m where m.person_id = k and m.organisation_id = any(parts || r.owner_id)
                      and (m.until is null or m.until > now()))
      and k <> r.author_id)
  then
    raise exception 'a plan is seen by those who take part alone' using errcode = 'PP422', column = 'audience';
  end if;
  if exists (
    select 1 from unnest(parts) p where not exists (
      select 1 from unnest(r.audience) k where members_key_within(k, p)))
  then
    raise exception 'who takes part sees the plan' using errcode = 'PP422', column = 'parts';
  end if;
end $$;
create function measures_operation_envelope() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform measures_operation_exact(new.id);
  return null;
end $$;
create function measures_operation_part() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform measures_operation_exact(new.operation_id);
  return null;
end $$;
create constraint trigger measures_exact after insert or update of audience, tlp, owner_id, withdrawn_at on sharing_record
  deferrable initially deferred for each row when (new.kind = 'operation') execute function measures_operation_envelope();
create constraint trigger exact after insert or update on measures_participation
  deferrable initially deferred for each row execute function measures_operation_part();

-- The one way of turning a state: by a steward who sees it, along planned -> called off | running -> ended -> evaluated.
create function measures_operation_turn(op uuid, to_state text, said text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  o measures_operation;
begin
  perform measures_guarded(op);
  select * into o from measures_operation where record_id = op for update;
  if o.record_id is null then
    raise exception 'no such operation' using errcode = 'PP404';
  end if;
  if not exists (select 1 from sharing_record r where r.id = op and sharing_is_steward(r.owner_id, r.author_id) and r.withdrawn_at is null) then
    raise exception 'only its stewards turn an operation' using errcode = 'PP403';
  end if;
  if not ((o.state, to_state) in (('planned', 'called_off'), ('running', 'ended'), ('ended', 'evaluated'), ('evaluated', 'evaluated'))
          or (o.state, to_state) = ('planned', 'running') and now() >= o.starts_at) then
    raise exception 'not in this state' using errcode = 'PP409';
  end if;
  update measures_operation set state = to_state, turned_at = now(),
    why = case to_state when 'called_off' then said else why end,
    learned = case to_state when 'evaluated' then said else learned end
  where record_id = op;
end $$;

-- An organisation's answer. Who declines for all its ports takes part no longer, and loses sight of the plan in the same
-- moment; the organisation that owns it takes part as long as it stands.
create function measures_operation_answer(part uuid, accept boolean) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  x measures_participation;
  r sharing_record;
  kept uuid[];
begin
  select * into x from measures_participation where id = part and organisation_id = acting_organisation() for update;
  if x.id is null then
    raise exception 'no such part' using errcode = 'PP404';
  end if;
  perform measures_guarded(x.operation_id);
  if not (acting_may('steward') or acting_may('speak')) then
    raise exception 'answered by who steward or speaks' using errcode = 'PP403';
  end if;
  select * into r from sharing_record where id = x.operation_id for update;
  if not exists (select 1 from measures_operation o where o.record_id = r.id
                 and (o.state = 'planned' or o.state = 'running' and x.answer = 'asked' and accept)) then
    raise exception 'not in this state' using errcode = 'PP409';
  end if;
  update measures_participation set answer = case when accept then 'accepted' else 'declined' end,
    person_id = acting_person(), answered_at = now() where id = part;
  if accept or r.owner_id = x.organisation_id or exists (select 1 from measures_participation y
      where y.operation_id = r.id and y.organisation_id = x.organisation_id and y.answer <> 'declined') then
    return x.operation_id;
  end if;
  select array_agg(k) into kept from unnest(r.audience) k where k = r.author_id or not members_key_within(k, x.organisation_id)
    or exists (select 1 from measures_participation y where y.operation_id = r.id and y.answer <> 'declined'
               and members_key_within(k, y.organisation_id));
  update sharing_record set audience = kept, addressed = array(select k from unnest(r.addressed) k where k = any(kept)),
    version = r.version + 1, updated_at = now() where id = r.id;
  return x.operation_id;
end $$;

-- What the displacement monitor may know of effort: monthly totals of each port and kind, of operations that have ended.
-- Not of which, nor by whom; and of those still to come or running nothing.
create function measures_effort(since date, until date)
returns table (port uuid, month date, kind text, amount numeric)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker reads totals' using errcode = 'PP403';
  end if;
  return query
    select e.port_id, date_trunc('month', e.day)::date, e.kind::text, sum(e.amount)
    from measures_entry e join measures_operation o on o.record_id = e.operation_id and o.state in ('ended', 'evaluated')
    join sharing_record r on r.id = o.record_id and r.withdrawn_at is null and r.expires_at > now()
    where not e.found and e.day >= since and e.day < until
    group by 1, 2, 3 order by 1, 2, 3;
end $$;
