-- Delivery of alerts. The serving role writes what people and organisations wish; notices on their way are made, claimed
-- and settled by functions for the worker, which hand out addresses, never a text.

-- What a person wishes is that person's alone.
alter table alerts_preference enable row level security;
create policy own on alerts_preference for all using (person_id = (select acting_person())) with check (person_id = (select acting_person()));
grant select, insert, delete on alerts_preference to port2port_app;
grant update (wanted, urgent_only, address) on alerts_preference to port2port_app;

alter table alerts_quiet enable row level security;
create policy own on alerts_quiet for all using (person_id = (select acting_person())) with check (person_id = (select acting_person()));
grant select, insert, delete on alerts_quiet to port2port_app;
grant update (from_time, to_time, urgent_overrides, digest) on alerts_quiet to port2port_app;

alter table alerts_subscription enable row level security;
create policy own on alerts_subscription for all using (person_id = (select acting_person())) with check (person_id = (select acting_person()));
grant select, insert, delete on alerts_subscription to port2port_app;
grant update (p256dh, auth, made_at, gone_at) on alerts_subscription to port2port_app;

-- A deputy is a colleague of the own organisation.
create function alerts_own_people() returns setof uuid language sql stable security definer set search_path = public, pg_temp
as $$ select m.person_id from members_membership m join members_person p on p.id = m.person_id and p.active and p.kind = 'human'
  where m.organisation_id = acting_organisation() and (m.until is null or m.until > now()) $$;
alter table alerts_leave enable row level security;
create policy own on alerts_leave for all using (person_id = (select acting_person()))
  with check (person_id = (select acting_person()) and deputy_id in (select alerts_own_people()));
grant select, insert, delete on alerts_leave to port2port_app;

-- What an organisation wishes is set by its administrators.
alter table alerts_webhook enable row level security;
create policy own on alerts_webhook for all using (organisation_id = (select acting_organisation()) and (select acting_may('administer')))
  with check (organisation_id = (select acting_organisation()) and (select acting_may('administer')) and made_by_id is not null);
create policy maker on alerts_webhook as restrictive for insert with check (made_by_id = (select acting_person()));
grant select (id, organisation_id, url, name, made_by_id, made_at, paused_at, failing_since, rotated_at, tested_at, test_code)
  on alerts_webhook to port2port_app;
grant insert, delete on alerts_webhook to port2port_app;
grant update (name, paused_at) on alerts_webhook to port2port_app;

alter table alerts_reach enable row level security;
create policy seen on alerts_reach for select using (organisation_id = (select acting_organisation()));
create policy birth on alerts_reach for insert with check (organisation_id = (select acting_organisation()) and (select acting_may('administer')));
create policy change on alerts_reach for update using (organisation_id = (select acting_organisation()) and (select acting_may('administer')));
grant select, insert on alerts_reach to port2port_app;
grant update (push_allowed, step_minutes) on alerts_reach to port2port_app;

alter table alerts_contact enable row level security;
create policy seen on alerts_contact for select using (organisation_id = (select acting_organisation()));
create policy birth on alerts_contact for insert with check (organisation_id = (select acting_organisation())
  and (select acting_may('administer')) and person_id in (select alerts_own_people()));
create policy burial on alerts_contact for delete using (organisation_id = (select acting_organisation()) and (select acting_may('administer')));
grant select, insert, delete on alerts_contact to port2port_app;

-- A notice is read by whom it is for; webhooks and failures by the organisation's administrators, but for TLP:RED. Which
-- alert it was stands in no grant: it would tell of alerts that the reader does not see.
alter table alerts_delivery enable row level security;
create policy sight on alerts_delivery for select using (person_id = (select acting_person())
  or (organisation_id = (select acting_organisation()) and (select acting_may('administer')) and not private
      and (channel = 'webhook' or state in ('failed', 'gone', 'dead'))));
grant select (id, organisation_id, person_id, channel, target, step, attempts, state, code, made_at, next_at, ended_at)
  on alerts_delivery to port2port_app;

-- procrastinate asks of each job whether another of its lock goes before it, and its own index begins with the id: with ten
-- thousand notices waiting each fetch read them all, five notices a second.
create index alerts_jobs_by_lock on procrastinate_jobs (lock) where status in ('todo', 'doing') and lock is not null;

create function alerts_only_worker() returns void language plpgsql stable as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker delivers' using errcode = 'PP403';
  end if;
end $$;

-- Put notices into the queue: those that are due under the lock of their receiver, so that a slow one never has two at
-- once. Those for later wait without the lock: procrastinate lets no later job pass an earlier one of the same lock,
-- also one for tomorrow. A receiver that fails comes after all others.
create function alerts_queue(ids uuid[]) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
  select procrastinate_defer_jobs_v1(array_agg(
    case when d.next_at <= now() then
      row('deliver', 'alerts.deliver',
        case when a.urgency = 'Immediate' then 20 else 0 end + case when d.channel in ('sms', 'voice') then 5 else 0 end
          - case when d.attempts > 0 or w.failing_since is not null then 40 else 0 end,
        d.channel || ':' || d.target, null, jsonb_build_object('request', d.id), null)::procrastinate_job_to_defer_v1
    else
      row('deliver', 'alerts.wake', 50, null, null, jsonb_build_object('request', d.id), d.next_at)::procrastinate_job_to_defer_v1
    end order by d.id))
  from alerts_delivery d join alerts_alert a on a.record_id = d.alert_id
  left join alerts_webhook w on d.channel = 'webhook' and w.id = d.target::uuid
  where d.id = any(ids) and d.state = 'waiting' and d.next_at is not null
  having count(*) > 0
$$;

-- By which ways a person can be told; push only where an organisation of theirs allows it.
create function alerts_ways(p uuid, push boolean) returns table (channel text, target text, urgent_only boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select 'mail', p::text, coalesce(f.urgent_only, false)
  from members_account c left join alerts_preference f on f.person_id = p and f.channel = 'mail'
  where c.person_id = p and c.is_active and coalesce(f.wanted, true)
  union all
  select 'push', s.id::text, coalesce(f.urgent_only, false)
  from alerts_subscription s left join alerts_preference f on f.person_id = p and f.channel = 'push'
  where s.person_id = p and s.gone_at is null and push and coalesce(f.wanted, true)
  union all
  select f.channel, p::text, f.urgent_only from alerts_preference f
  where f.person_id = p and f.channel in ('sms', 'voice') and f.wanted and f.address is not null
$$;

-- Who is told in a person's place today: a deputy who sees it too and is there; else nobody.
create function alerts_deputy(p uuid, today date, seers uuid[]) returns uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select l.deputy_id from alerts_leave l
  where l.person_id = p and today between l.from_day and l.to_day and l.deputy_id = any(seers)
    and not exists (select 1 from alerts_leave away where away.person_id = l.deputy_id and today between away.from_day and away.to_day)
  order by l.from_day desc, l.id limit 1
$$;

-- Whom an alert can reach, by which ways, with what they wish. A webhook is reached by what its organisation as such
-- sees, never by what is for single persons.
create function alerts_candidates(a uuid, today date)
returns table (organisation uuid, person uuid, channel text, target text, urgency text, urgent_only boolean,
  quiet_from time, quiet_to time, urgent_overrides boolean, digest boolean)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  r sharing_record;
  level text;
  seers uuid[];
begin
  perform alerts_only_worker();
  select * into r from sharing_record s where s.id = a and s.kind = 'alert' and s.withdrawn_at is null and s.expires_at > now();
  select x.urgency into level from alerts_alert x where x.record_id = r.id and x.valid_until > now();
  if level is null then
    return;
  end if;
  return query
    with seen as materialized (
      select h.person, h.organisation from members_holders(r.audience) h where h.ceiling >= r.tlp group by h.person, h.organisation
    ), everyone as materialized (
      select array_agg(distinct s.person) as all_of_them from seen s
    ), told as (
      select distinct coalesce(alerts_deputy(s.person, today, e.all_of_them), s.person) as person
      from seen s, everyone e where s.person <> r.author_id
    ), reached as (
      select t.person, (array_agg(s.organisation order by s.organisation))[1] as organisation, bool_or(coalesce(o.push_allowed, false)) as push
      from told t join seen s on s.person = t.person left join alerts_reach o on o.organisation_id = s.organisation
      where t.person <> r.author_id group by t.person
    )
    select p.organisation, p.person, w.channel, w.target, level, w.urgent_only, q.from_time, q.to_time, q.urgent_overrides, q.digest
    from reached p cross join lateral alerts_ways(p.person, p.push) w left join alerts_quiet q on q.person_id = p.person
    union all
    select w.organisation_id, null::uuid, 'webhook', w.id::text, level, false, null::time, null::time, null::boolean, null::boolean
    from alerts_webhook w where alerts_organisation_sees(w.organisation_id, r);
end $$;

create function alerts_organisation_sees(o uuid, r sharing_record) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select r.tlp < 4 and exists (
    select 1 from members_circle c left join members_circlemember m on m.circle_id = c.id and m.organisation_id = o
      and m.since <= now() and (m.until is null or m.until > now())
    where c.id = any(r.audience) and c.closed_at is null and c.kind <> 'sealed'
      and (m.id is not null or (c.organisation_id = o and c.kind in ('organisation', 'facility')))
    union all
    select 1 from members_topic t where t.organisation_id = o and t.key = any(r.audience))
    and exists (select 1 from members_membership b join members_organisation g on g.id = b.organisation_id and g.left_at is null
      where b.organisation_id = o and (b.until is null or b.until > now()) and (r.tlp < 2 or b.verified_until >= current_date))
$$;

-- Make the notices of an alert, once each, and queue them; without a moment: now. Picked from the candidates; anything
-- else is passed over.
create function alerts_plan(e uuid, today date, channels text[], targets text[], moments timestamptz[]) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  a uuid;
  made uuid[];
begin
  perform alerts_only_worker();
  select record into a from sharing_event where id = e and kind = 'alert';
  with picked as (
    select k.channel, k.target, k.moment from unnest(channels, targets, moments) k(channel, target, moment)
  ), fresh as (
    insert into alerts_delivery (id, alert_id, event, organisation_id, person_id, channel, target, step, attempts, state, code,
      held, private, made_at, next_at)
    select new_uuid7(), a, e, c.organisation, c.person, c.channel, c.target, 0, 0, 'waiting', '',
      coalesce(k.moment > now(), false), r.tlp = 4, now(), greatest(k.moment, now())
    from picked k join alerts_candidates(a, today) c on c.channel = k.channel and c.target = k.target
    join sharing_record r on r.id = a
    on conflict (alert_id, channel, target, step) do nothing
    returning id
  )
  select array_agg(id) into made from fresh;
  -- Of a webhook one notice at a time stands in the queue, whose every fetch reads all of it; the others follow one by one
  -- (alerts_release). The row lock lets this and the end of a try see each other. Behind a receiver that fails they wait
  -- for the one that is tried again, or each would hang on it; after a minute a new alert has a try of its own.
  perform 1 from alerts_webhook w where w.id::text = any(targets) order by w.id for update;
  update alerts_delivery d set next_at = null, code = 'behind' from alerts_webhook w
  where d.id = any(made) and d.channel = 'webhook' and w.id = d.target::uuid
    and coalesce(w.failed_at > now() - interval '1 minute', true) and exists (
      select 1 from alerts_delivery x where x.channel = 'webhook' and x.target = d.target and x.state = 'waiting'
        and x.next_at is not null and x.id <> d.id);
  perform alerts_queue(made);
  return coalesce(cardinality(made), 0);
end $$;

create function alerts_event_alert(e uuid) returns uuid
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform alerts_only_worker();
  return (select record from sharing_event where id = e and kind = 'alert');
end $$;

-- Its time has come; woken too early (by another clock), it waits on.
create function alerts_wake(d uuid) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  perform alerts_only_worker();
  perform alerts_queue(array[d]);
end $$;

-- Begin a try: count it, and hand out what the sender needs. Nothing comes out when there is nothing to send any more.
create function alerts_claim(d uuid)
returns table (channel text, target text, attempt integer, alert uuid, message text, urgency text, status text,
  valid_until timestamptz, address text, language text, p256dh text, auth text, form text, secrets bytea[])
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  n alerts_delivery;
  a alerts_alert;
  r sharing_record;
  w alerts_webhook;
  s alerts_subscription;
  why text := '';
begin
  perform alerts_only_worker();
  select * into n from alerts_delivery where id = d and state = 'waiting' and next_at <= now() for update;
  if n.id is null then
    return;
  end if;
  select * into a from alerts_alert where record_id = n.alert_id;
  select * into r from sharing_record where id = n.alert_id;
  if n.channel = 'webhook' then
    select * into w from alerts_webhook where id = n.target::uuid;
  elsif n.channel = 'push' then
    select * into s from alerts_subscription where id = n.target::uuid and gone_at is null;
  end if;
  why := case
    when r.withdrawn_at is not null then 'withdrawn'
    when a.valid_until <= now() then 'over'
    when n.channel <> 'webhook' and a.message <> 'Cancel' and a.state <> 'raised' then 'followed'
    when n.step > 0 and exists (select 1 from alerts_acknowledgement k where k.alert_id = n.alert_id and k.organisation_id = n.organisation_id)
      then 'acknowledged'
    when n.channel = 'webhook' and (w.id is null or not alerts_organisation_sees(w.organisation_id, r)) then 'unseen'
    when n.channel <> 'webhook' and not exists (
      select 1 from members_membership m cross join lateral members_sight(m.person_id, m.id) k
      where m.person_id = n.person_id and k.keys && r.audience and k.ceiling >= r.tlp and (n.channel <> 'push'
        or exists (select 1 from alerts_reach o where o.organisation_id = m.organisation_id and o.push_allowed))) then 'unseen'
    when n.channel = 'push' and s.id is null then 'unsubscribed'
    when n.channel = 'mail' and not exists (select 1 from members_account c where c.person_id = n.person_id and c.is_active)
      then 'unreachable'
    when n.channel in ('mail', 'push') and exists (select 1 from alerts_preference f
      where f.person_id = n.person_id and f.channel = n.channel and not f.wanted) then 'unwanted'
    when n.channel in ('sms', 'voice') and not exists (select 1 from alerts_preference f
      where f.person_id = n.person_id and f.channel = n.channel and f.wanted and f.address is not null) then 'unwanted'
    else '' end;
  if why <> '' then
    update alerts_delivery set state = 'void', code = why, ended_at = now(), next_at = null where id = d;
    perform alerts_release(n.target) where n.channel = 'webhook';
    return;
  end if;
  if w.paused_at is not null then
    update alerts_delivery set next_at = null, code = 'paused' where id = d;
    return;
  end if;
  if n.attempts >= 15 then  -- the tries themselves broke off, again and again
    update alerts_delivery set state = 'dead', code = 'broken', ended_at = now(), next_at = null where id = d;
    return;
  end if;
  update alerts_delivery set attempts = n.attempts + 1, claimed_at = clock_timestamp() where id = d;
  return query select n.channel::text, n.target::text, n.attempts + 1, n.alert_id, a.message::text, a.urgency::text, a.status::text, a.valid_until,
    case n.channel when 'webhook' then w.url::text when 'push' then s.endpoint::text
      when 'mail' then (select c.email::text from members_account c where c.person_id = n.person_id and c.is_active)
      else (select f.address::text from alerts_preference f where f.person_id = n.person_id and f.channel = n.channel) end,
    coalesce((select p.language::text from members_person p where p.id = n.person_id), 'en'),
    s.p256dh::text, s.auth::text, w.form::text,
    array_remove(array[w.secret, case when w.rotated_at > now() - interval '24 hours' then w.old_secret end], null);
end $$;

-- Queue the next that waits behind a webhook, urgent ones first, unless it is paused or one is on its way.
create function alerts_release(w text) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  next uuid;
begin
  select d.id into next from alerts_delivery d join alerts_alert a on a.record_id = d.alert_id join alerts_webhook h on h.id = d.target::uuid
  where d.channel = 'webhook' and d.target = w and d.state = 'waiting' and d.next_at is null and h.paused_at is null
    and not exists (select 1 from alerts_delivery x where x.channel = 'webhook' and x.target = w and x.state = 'waiting'
      and x.next_at is not null)
  order by a.urgency <> 'Immediate', d.id limit 1 for update of d;
  update alerts_delivery set next_at = now(), code = '' where id = next;
  perform alerts_queue(array[next]);
end $$;

-- End a try. A delivered one counts whichever try it was; a try that was overtaken by another changes nothing else. One
-- summons stands for all that were put off to the same moment: it says nothing of either.
create function alerts_settle(d uuid, attempt integer, outcome text, why text, again_at timestamptz) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  n alerts_delivery;
begin
  perform alerts_only_worker();
  perform 1 from alerts_webhook w join alerts_delivery x on x.channel = 'webhook' and x.target = w.id::text where x.id = d for update of w;
  select * into n from alerts_delivery where id = d and state = 'waiting' and (outcome = 'delivered' or attempts = attempt) for update;
  if n.id is null then
    return;
  end if;
  if outcome = 'again' then
    update alerts_delivery set code = why, next_at = again_at where id = d;
    update alerts_webhook set failing_since = coalesce(failing_since, now()), failed_at = now()
    where n.channel = 'webhook' and id::text = n.target;
    perform alerts_queue(array[d]);
    return;
  end if;
  update alerts_delivery set state = outcome, code = why, next_at = null, ended_at = now() where id = d;
  if n.channel = 'webhook' then
    update alerts_webhook set failing_since = case when outcome = 'delivered' then null else coalesce(failing_since, now()) end,
      failed_at = case when outcome = 'delivered' then null else now() end,
      paused_at = case when outcome = 'gone' then now() else paused_at end
    where id::text = n.target and (outcome <> 'delivered' or failing_since is not null);
    perform alerts_release(n.target);
  elsif outcome = 'gone' and n.channel = 'push' then
    update alerts_subscription set gone_at = now() where id::text = n.target;
  elsif outcome = 'delivered' and n.held then
    update alerts_delivery set state = 'delivered', code = 'gathered', next_at = null, ended_at = now()
    where channel = n.channel and target = n.target and state = 'waiting' and held and attempts = 0 and next_at <= n.claimed_at;
  end if;
end $$;

-- Each minute: the next of the chain is called where an urgent alert is in force that the organisation has not
-- acknowledged; and what lost its job (a restored backup, a broken try) is queued again.
create function alerts_escalate(today date) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  made uuid[];
  lost uuid[];
begin
  perform alerts_only_worker();
  with urgent as materialized (
    select r.*, a.record_id from alerts_alert a join sharing_record r on r.id = a.record_id
    where a.state = 'raised' and a.urgency = 'Immediate' and a.status <> 'Test' and a.valid_until > now() and r.withdrawn_at is null
      and r.expires_at > now()
  ), seen as materialized (
    select u.id as alert, u.tlp, u.at, h.organisation, h.person from urgent u cross join lateral members_holders(u.audience) h
    where h.ceiling >= u.tlp and h.organisation <> u.owner_id group by u.id, u.tlp, u.at, h.organisation, h.person
  ), desks as materialized (
    select s.alert, s.tlp, s.at, s.organisation, array_agg(s.person) as seers from seen s
    where not exists (select 1 from alerts_acknowledgement k where k.alert_id = s.alert and k.organisation_id = s.organisation)
    group by s.alert, s.tlp, s.at, s.organisation
  ), chain as (
    select d.*, c.person_id, row_number() over (partition by d.alert, d.organisation order by c.position) as step,
      coalesce(o.step_minutes, 10) as minutes, coalesce(o.push_allowed, false) as push
    from desks d join alerts_contact c on c.organisation_id = d.organisation and c.person_id = any(d.seers)
    left join alerts_reach o on o.organisation_id = d.organisation
  ), fresh as (
    insert into alerts_delivery (id, alert_id, organisation_id, person_id, channel, target, step, attempts, state, code, held, private,
      made_at, next_at)
    select new_uuid7(), c.alert, c.organisation, p.person, w.channel, w.target, c.step, 0, 'waiting', '', false, c.tlp = 4, now(), now()
    from chain c cross join lateral (select coalesce(alerts_deputy(c.person_id, today, c.seers), c.person_id) as person) p
    cross join lateral alerts_ways(p.person, c.push) w
    where c.at + make_interval(mins => (c.minutes * c.step)::integer) <= now()
    on conflict (alert_id, channel, target, step) do nothing
    returning id
  )
  select array_agg(id) into made from fresh;
  perform alerts_queue(made);
  select array_agg(d.id) into lost from (select x.id from alerts_delivery x
    where x.state = 'waiting' and x.next_at < now() - interval '5 minutes' and not exists (
      select 1 from procrastinate_jobs j where j.status in ('todo', 'doing') and j.queue_name = 'deliver'
        and j.args ->> 'request' = x.id::text)
    order by x.next_at limit 1000) d;
  perform alerts_queue(lost);
  -- The one that the others wait behind was lost: the next takes its place.
  perform alerts_release(w.target) from (
    select distinct x.target from alerts_delivery x where x.channel = 'webhook' and x.state = 'waiting' and x.next_at is null) w;
  return coalesce(cardinality(made), 0);
end $$;

-- An administrator sends again what failed, under the same message id.
create function alerts_replay(d uuid) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  update alerts_delivery set state = 'waiting', code = 'replayed', attempts = 0, held = false, next_at = now(), ended_at = null
  where id = d and organisation_id = acting_organisation() and acting_may('administer') and not private
    and state in ('failed', 'gone', 'dead');
  if not found then
    raise exception 'no such failure' using errcode = 'PP404';
  end if;
  perform alerts_queue(array[d]);
end $$;

-- A webhook gets a new secret; for a day both sign.
create function alerts_rotate(w uuid, fresh bytea) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  update alerts_webhook set old_secret = secret, secret = fresh, rotated_at = now()
  where id = w and organisation_id = acting_organisation() and acting_may('administer');
  if not found then
    raise exception 'no such webhook' using errcode = 'PP404';
  end if;
end $$;

-- What a webhook is tested with, and what came of it.
create function alerts_webhook_opened(w uuid) returns table (url text, secrets bytea[])
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform alerts_only_worker();
  return query select k.url::text, array_remove(array[k.secret, case when k.rotated_at > now() - interval '24 hours' then k.old_secret end], null)
    from alerts_webhook k where k.id = w;
end $$;
create function alerts_webhook_tested(w uuid, code text) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  perform alerts_only_worker();
  update alerts_webhook set tested_at = now(), test_code = left(code, 64) where id = w;
end $$;

-- What waited while a webhook was paused goes on.
create function alerts_resume() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform alerts_release(new.id::text);
  return null;
end $$;
create trigger resume after update of paused_at on alerts_webhook for each row
  when (old.paused_at is not null and new.paused_at is null) execute function alerts_resume();

-- Shared or shared further: the worker plans who is told.
create function alerts_announce() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform procrastinate_defer_jobs_v1(array[row('deliver', 'alerts.plan', 60, null, null,
    jsonb_build_object('event', new.id), null)::procrastinate_job_to_defer_v1]);
  return null;
end $$;
create trigger announce after insert on sharing_event for each row
  when (new.kind = 'alert' and new.act in ('shared', 'widened')) execute function alerts_announce();

-- How far the notices of an alert have come, per organisation, as far as its stewards may know who is reached (as
-- `alerts_recipients`). A person who was told by one way counts as told.
create function alerts_delivery_state(a uuid) returns table (organisation uuid, told integer, waiting integer, failed integer)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  r sharing_record;
  shown uuid[];
begin
  select * into r from sharing_record s where s.id = a and s.kind = 'alert' and s.audience && acting_keys()
    and (s.tlp <= acting_ceiling() or s.author_id = acting_person()) and s.expires_at > now();
  if r.id is null or not sharing_is_steward(r.owner_id, r.author_id) then
    return;
  end if;
  select coalesce(array_agg(k), '{}') into shown from unnest(r.audience) k
  where (k = any(acting_keys()) or members_addressable(k))
    and not members_conceals(k);
  return query
    with open as materialized (
      select distinct h.person, h.organisation from members_holders(shown) h where h.ceiling >= r.tlp
    ), receivers as (
      select d.organisation_id, coalesce(d.person_id::text, d.target) as who, bool_or(d.state = 'delivered') as told,
        bool_or(d.state = 'waiting') as waiting, bool_or(d.state in ('failed', 'gone', 'dead')) as failed
      from alerts_delivery d
      where d.alert_id = a and (d.person_id in (select o.person from open o)
        or (d.person_id is null and d.organisation_id in (select o.organisation from open o)))
      group by 1, 2
    )
    select q.organisation_id, (count(*) filter (where q.told))::integer, (count(*) filter (where q.waiting and not q.told))::integer,
      (count(*) filter (where q.failed and not q.told and not q.waiting))::integer
    from receivers q group by q.organisation_id;
end $$;

revoke execute on all functions in schema public from public;
grant execute on function alerts_own_people(), alerts_event_alert(uuid), alerts_candidates(uuid, date),
  alerts_plan(uuid, date, text[], text[], timestamptz[]), alerts_wake(uuid), alerts_claim(uuid),
  alerts_settle(uuid, integer, text, text, timestamptz), alerts_escalate(date), alerts_replay(uuid), alerts_rotate(uuid, bytea),
  alerts_webhook_opened(uuid), alerts_webhook_tested(uuid, text), alerts_delivery_state(uuid) to port2port_app;
