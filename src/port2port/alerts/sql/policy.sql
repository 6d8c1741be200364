-- An alert is seen exactly when its envelope is, and is never changed: no column stands in a grant of update.
alter table alerts_alert enable row level security;
create policy sight on alerts_alert for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy birth on alerts_alert for insert with check (
  exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'alert' and sharing_is_steward(r.owner_id, r.author_id))
  and (report_id is null or exists (select 1 from sharing_record r where r.id = report_id)));
create policy frozen on alerts_alert for update using (false);
create policy burial on alerts_alert for delete using (false);
grant select, insert on alerts_alert to port2port_app;
insert into sharing_kind (kind, holds) values ('alert', 'alerts_alert');

-- What follows an alert: a message of the same kind of reality, to nobody less than those who were warned. The old one
-- is turned here and nowhere else, once.
create function alerts_follow() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  warned sharing_record;
  was alerts_alert;
begin
  if new.state <> (case new.message when 'Cancel' then 'cancelled' else 'raised' end) then
    raise exception 'a message begins in its own state' using errcode = 'PP422', column = 'state';
  end if;
  if new.follows is null then
    return null;
  end if;
  warned := sharing_stewarded(new.follows, 'report');
  select * into was from alerts_alert where record_id = new.follows for update;
  if was.record_id is null then
    raise exception 'no such alert' using errcode = 'PP404';
  end if;
  if was.state <> 'raised' or warned.withdrawn_at is not null or was.valid_until <= now() then
    raise exception 'it is over, or was followed before' using errcode = 'PP409';
  end if;
  if was.status <> new.status then
    raise exception 'an exercise stays an exercise' using errcode = 'PP422', column = 'status';
  end if;
  if was.series <> new.series then
    raise exception 'not of this series' using errcode = 'PP422', column = 'series';
  end if;
  update sharing_record r set tlp = least(r.tlp, warned.tlp),
    audience = array(select distinct k from unnest(r.audience || warned.audience) k),
    addressed = array(select distinct k from unnest(r.addressed || warned.addressed) k)
  where r.id = new.record_id and not (r.audience @> warned.audience and r.addressed @> warned.addressed and r.tlp <= warned.tlp);
  update alerts_alert set state = case new.message when 'Cancel' then 'cancelled' else 'updated' end where record_id = new.follows;
  update sharing_record set version = version + 1, updated_at = now() where id = new.follows;
  return null;
end $$;
create trigger follow after insert on alerts_alert for each row execute function alerts_follow();

-- An acknowledgement belongs to a desk. One reads those of the own organisation, writes for the own desk, and may add
-- what was done; when and by whom it was acknowledged first stays.
create function alerts_desk() returns uuid language sql stable
as $$ select m.facility_id from members_membership m where m.id = nullif(current_setting('p2p.hat'), '')::uuid $$;
alter table alerts_acknowledgement enable row level security;
create policy sight on alerts_acknowledgement for select using (
  organisation_id = (select acting_organisation()) and exists (select 1 from sharing_record r where r.id = alert_id));
create policy birth on alerts_acknowledgement for insert with check (
  person_id = (select acting_person()) and organisation_id = (select acting_organisation()) and facility_id is not distinct from (select alerts_desk())
  and exists (select 1 from sharing_record r where r.id = alert_id));
create policy adding on alerts_acknowledgement for update
  using (organisation_id = (select acting_organisation()) and facility_id is not distinct from (select alerts_desk()))
  with check (organisation_id = (select acting_organisation()) and facility_id is not distinct from (select alerts_desk()));
create policy burial on alerts_acknowledgement for delete using (false);
grant select, insert on alerts_acknowledgement to port2port_app;
grant update (done) on alerts_acknowledgement to port2port_app;

-- A desk has acknowledged: the open screens of who raised it and of the colleagues who see it are told, each by an event of
-- its own, since an event's keys are read by all whom it reaches. Who raised what is for a topic is not told who answers.
create function alerts_tell() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  r sharing_record;
  colleagues uuid[];
begin
  select * into r from sharing_record where id = new.alert_id;
  select array_agg(distinct m.person_id) into colleagues
  from members_membership m cross join lateral members_sight(m.person_id, m.id) s
  where m.organisation_id = new.organisation_id and (m.until is null or m.until > now()) and not m.shielded
    and s.keys && r.audience and s.ceiling >= r.tlp and m.person_id <> r.author_id;
  if colleagues is not null then
    perform sharing_emit(r, 'acknowledged', colleagues);
  end if;
  if new.organisation_id = r.owner_id or not exists (select 1 from unnest(r.audience) k where members_is_topic(k)) then
    perform sharing_emit(r, 'acknowledged', array[r.author_id]);
  end if;
  return null;
end $$;
create trigger tell after insert or update of done on alerts_acknowledgement for each row execute function alerts_tell();

-- The desks that an alert reached, and what each answered: for who looks after it and sees it, as far as it may know who
-- is reached (as `sharing_preview`); for everybody else the own organisation's answers.
create function alerts_recipients(a uuid)
returns table (organisation uuid, facility uuid, at timestamptz, done text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  r sharing_record;
  shown uuid[];
begin
  select * into r from sharing_record s where s.id = a and s.kind = 'alert' and s.audience && acting_keys()
    and (s.tlp <= acting_ceiling() or s.author_id = acting_person()) and s.expires_at > now();
  if r.id is null then
    return;
  end if;
  if not sharing_is_steward(r.owner_id, r.author_id) then
    return query select k.organisation_id, k.facility_id, k.at, k.done::text from alerts_acknowledgement k
      where k.alert_id = a and k.organisation_id = acting_organisation();
    return;
  end if;
  select coalesce(array_agg(k), '{}') into shown from unnest(r.audience) k
  where (k = any(acting_keys()) or members_addressable(k))
    and not members_conceals(k);
  return query
    with desks as (
      select distinct h.organisation, m.facility_id from members_holders(shown) h join members_membership m on m.id = h.hat
      where h.ceiling >= r.tlp and h.organisation <> r.owner_id
    )
    select d.organisation, d.facility_id, k.at, k.done::text from desks d left join alerts_acknowledgement k
      on k.alert_id = a and k.organisation_id = d.organisation and k.facility_id is not distinct from d.facility_id;
end $$;

-- How many other organisations have answered what is for a topic, in whole fives, for who looks after it and sees it: under
-- five it says nothing, and one answer more or less never shows.
create function alerts_answered(a uuid) returns integer
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  r sharing_record;
begin
  select * into r from sharing_record s where s.id = a and s.kind = 'alert' and s.audience && acting_keys()
    and (s.tlp <= acting_ceiling() or s.author_id = acting_person()) and s.expires_at > now();
  if r.id is null or not sharing_is_steward(r.owner_id, r.author_id)
     or not exists (select 1 from unnest(r.audience) k where members_is_topic(k)) then
    return null;
  end if;
  return (select count(distinct k.organisation_id) / 5 * 5 from alerts_acknowledgement k
    where k.alert_id = a and k.organisation_id <> r.owner_id);
end $$;

-- A report that goes leaves the alerts that were raised from it.
create function alerts_forget_report() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update alerts_alert set report_id = null where report_id = old.record_id;
  return null;
end $$;
create trigger forget after delete on reports_report for each row execute function alerts_forget_report();

revoke execute on all functions in schema public from public;
grant execute on function alerts_desk(), alerts_recipients(uuid), alerts_answered(uuid) to port2port_app;
