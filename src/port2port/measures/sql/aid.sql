-- Mutual aid. A request is seen with its envelope; an offer lies between who offers and who asked. How many were accepted
-- stands on the request, so that others see what is still missing without seeing from whom it comes.

alter table measures_aid enable row level security;
create policy sight on measures_aid for select using (measures_sees(record_id));
create policy birth on measures_aid for insert with check (
  covered = 0 and closed_at is null and exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'aid'
    and sharing_is_steward(r.owner_id, r.author_id)));
create policy stewardship on measures_aid for update using (measures_steward(record_id)) with check (measures_steward(record_id));
create policy burial on measures_aid for delete using (false);
grant select, insert on measures_aid to port2port_app;
grant update (closed_at) on measures_aid to port2port_app;

insert into sharing_kind (kind, holds) values ('aid', 'measures_aid');

create function measures_asked_aid(a uuid) returns boolean language sql stable as $$
  select exists (select 1 from sharing_record r where r.id = a and r.owner_id is not distinct from acting_organisation())
$$;
alter table measures_offer enable row level security;
create policy sight on measures_offer for select using (
  measures_sees(aid_id) and (organisation_id = (select acting_organisation()) or measures_asked_aid(aid_id)));
create policy birth on measures_offer for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person()) and (select acting_may('report'))
  and state = 'offered' and accepted = 0 and turned_at is null and not measures_asked_aid(aid_id)
  and exists (select 1 from measures_aid a where a.record_id = aid_id and a.closed_at is null and a.until_at > now()));
create policy burial on measures_offer for delete using (false);
grant select, insert on measures_offer to port2port_app;

-- The one way of turning an offer: accepted (also in part) or not by who asked, sent or taken back by who lends, back said by
-- either.
create function measures_offer_turn(offer uuid, to_state text, number integer) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  f measures_offer;
  asker boolean;
  lender boolean;
begin
  select * into f from measures_offer where id = offer for update;
  if f.id is null then
    raise exception 'no such offer' using errcode = 'PP404';
  end if;
  perform measures_guarded(f.aid_id);
  asker := exists (select 1 from sharing_record r where r.id = f.aid_id and r.owner_id is not distinct from acting_organisation());
  lender := f.organisation_id = acting_organisation();
  if not (asker or lender) then
    raise exception 'no such offer' using errcode = 'PP404';
  end if;
  if not acting_may('report') then
    raise exception 'turned by who may report' using errcode = 'PP403';
  end if;
  if not (asker and (f.state, to_state) in (('offered', 'accepted'), ('offered', 'declined'), ('accepted', 'declined'), ('on_way', 'returned'))
          or lender and (f.state, to_state) in (('offered', 'taken_back'), ('accepted', 'taken_back'), ('accepted', 'on_way'), ('on_way', 'returned'))) then
    raise exception 'not in this state' using errcode = 'PP409';
  end if;
  if to_state = 'accepted' and (number between 1 and f.amount) is not true then
    raise exception 'not more than is offered' using errcode = 'PP422', column = 'amount';
  end if;
  update measures_offer set state = to_state, turned_at = now(),
    accepted = case to_state when 'accepted' then number when 'declined' then 0 when 'taken_back' then 0 else accepted end
  where id = offer;
  update measures_aid set covered = (select coalesce(sum(x.accepted), 0) from measures_offer x where x.aid_id = f.aid_id)
  where record_id = f.aid_id;
  return f.aid_id;
end $$;

-- Reminders, made by the worker, each person once: what is lent and not back when the time is over (both sides); an operation
-- that asks for an answer, or whose window has passed without its end being said. Only who sees it is reminded.
create function measures_operations_remind(answer_days integer) returns setof uuid
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker reminds' using errcode = 'PP403';
  end if;
  return query
    with thing as (
      select f.id as about, a.record_id as record, a.until_at::date as due, side.organisation
      from measures_offer f join measures_aid a on a.record_id = f.aid_id join sharing_record r on r.id = a.record_id
      cross join lateral (values (f.organisation_id), (r.owner_id)) side (organisation)
      where f.state in ('accepted', 'on_way') and a.until_at < now()
      union all
      select x.id, x.operation_id, o.starts_at::date, x.organisation_id
      from measures_participation x join measures_operation o on o.record_id = x.operation_id
      where x.answer = 'asked' and o.state = 'planned' and o.starts_at <= now() + make_interval(days => answer_days) and o.ends_at > now()
      union all
      select o.record_id, o.record_id, o.ends_at::date, r.owner_id
      from measures_operation o join sharing_record r on r.id = o.record_id
      where o.state in ('planned', 'running') and o.ends_at < now()
    ), due as (
      select distinct m.person_id, t.about, t.due
      from thing t join sharing_record r on r.id = t.record and r.expires_at > now() and r.withdrawn_at is null
      join lateral members_holders(r.audience) s on s.organisation = t.organisation and s.ceiling >= r.tlp
      join members_membership m on m.id = s.hat
      join members_person p on p.id = m.person_id and p.kind = 'human'
      where exists (select 1 from members_role q where q.code = any(m.roles) and q.acts && array['steward', 'speak']::varchar[])
    ), made as (
      insert into measures_reminder (person_id, about, due) select * from due on conflict do nothing returning person_id
    )
    select distinct person_id from made;
end $$;

revoke execute on all functions in schema public from public;
grant execute on function measures_may_count(uuid, uuid), measures_operation_turn(uuid, text, text),
  measures_operation_answer(uuid, boolean), measures_effort(date, date), measures_asked_aid(uuid),
  measures_offer_turn(uuid, text, integer), measures_operations_remind(integer) to port2port_app;
