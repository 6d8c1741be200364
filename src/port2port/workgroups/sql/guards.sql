-- What holds whoever writes: minutes that were approved stay, votes come to what the rule says, calendars can follow.

-- A change that only lets go of a record that has expired.
create function workgroups_lets_go(was jsonb, becomes jsonb, variadic names text[]) returns boolean language sql immutable as $$
  select was - names = becomes - names and (select bool_and(becomes -> n in ('null'::jsonb, was -> n)) from unnest(names) n)
$$;

create function workgroups_meeting_guard() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if old.state = 'approved' then
    if workgroups_lets_go(to_jsonb(old), to_jsonb(new), 'approved_in_id') then
      return new;
    end if;
    raise exception 'approved minutes stay as they are' using errcode = 'PP409';
  end if;
  if new.state = 'approved' then
    if old.state <> 'planned' or old.ends_at > now() and old.starts_at > now() then
      raise exception 'it has not been held' using errcode = 'PP409';
    end if;
    if not exists (select 1 from workgroups_meeting m where m.record_id = new.approved_in_id and m.group_id = old.group_id
        and m.starts_at > old.starts_at and m.state <> 'cancelled' and m.starts_at < now() + interval '1 hour') then
      raise exception 'minutes are approved at a later meeting' using errcode = 'PP422', column = 'meeting';
    end if;
    new.approved_at := now();
    new.approved_by_id := acting_person();
  end if;
  -- approving is nothing that a calendar shows
  if (new.title, new.starts_at, new.ends_at, new.place) is distinct from (old.title, old.starts_at, old.ends_at, old.place)
     or (new.state = 'cancelled') <> (old.state = 'cancelled') then
    new.sequence := old.sequence + 1;
  end if;
  return new;
end $$;
create trigger guard before update on workgroups_meeting for each row execute function workgroups_meeting_guard();

-- Agenda, minutes and attendance stand still once the minutes are approved or the meeting is cancelled.
create function workgroups_frozen(m uuid) returns void
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if (select state from workgroups_meeting where record_id = m) in ('approved', 'cancelled') then
    raise exception 'this meeting is over' using errcode = 'PP409';
  end if;
end $$;
create function workgroups_item_guard() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform workgroups_frozen(new.meeting_id);
  return new;
end $$;
create trigger guard before insert or update on workgroups_item for each row execute function workgroups_item_guard();
create function workgroups_attendance_guard() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform workgroups_frozen(new.meeting_id);
  if tg_op = 'INSERT' and not exists (select 1 from workgroups_meeting m cross join lateral workgroups_current(m.group_id) s
      where m.record_id = new.meeting_id and s.person = new.person_id and s.organisation = new.organisation_id) then
    raise exception 'not of this group' using errcode = 'PP422', column = 'person';
  end if;
  return new;
end $$;
create trigger guard before insert or update on workgroups_attendance for each row execute function workgroups_attendance_guard();

-- What votes come to: the same as `rules.outcome`, by multiplying instead of dividing.
create function workgroups_reached(kind text, majority_of integer, majority_in integer, quorum_of integer, quorum_in integer,
  votes jsonb, organisations integer) returns boolean language sql immutable as $$
  select n > 0 and n * quorum_in >= quorum_of * organisations and yes + no > 0
    and case kind when 'consensus' then no = 0 else yes * majority_in >= majority_of * (yes + no) end
  from (select count(*) as n, count(*) filter (where v = 'for') as yes, count(*) filter (where v = 'against') as no
        from jsonb_each_text(votes) e(k, v)) counted
$$;

create function workgroups_decision_guard() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  r workgroups_rule;
  seated uuid[];
begin
  if tg_op = 'INSERT' then
    if new.meeting_id is not null then
      perform workgroups_frozen(new.meeting_id);
    end if;
    return new;
  end if;
  if old.state <> 'proposed' and old.meeting_id is not null
     and (select state from workgroups_meeting where record_id = old.meeting_id) = 'approved' or old.state <> 'proposed' and old.meeting_id is null then
    if workgroups_lets_go(to_jsonb(old), to_jsonb(new), 'meeting_id', 'item_id') then
      return new;
    end if;
    raise exception 'approved minutes stay as they are' using errcode = 'PP409';
  end if;
  if workgroups_lets_go(to_jsonb(old), to_jsonb(new), 'meeting_id', 'item_id') and new.meeting_id is null then
    return new;
  end if;
  if new.meeting_id is not null then
    perform workgroups_frozen(new.meeting_id);
  end if;
  if new.state = 'proposed' then
    if old.state <> 'proposed' then
      raise exception 'what was decided is no proposal any more' using errcode = 'PP409';
    end if;
    return new;
  end if;
  if new.meeting_id is null then
    raise exception 'decided where' using errcode = 'PP422', column = 'meeting';
  end if;
  select * into r from workgroups_rule where group_id = new.group_id order by number desc limit 1;
  select array_agg(distinct s.organisation) into seated from workgroups_current(new.group_id) s;
  if jsonb_typeof(new.votes) <> 'object' or exists (select 1 from jsonb_each_text(new.votes) v(k, vote)
      where vote not in ('for', 'against', 'abstain') or k <> all(array(select o::text from unnest(seated) o))) then
    raise exception 'not a vote of this group' using errcode = 'PP422', column = 'votes';
  end if;
  if new.rule_id is distinct from r.id or (new.state = 'reached') <> workgroups_reached(r.kind, r.majority_of, r.majority_in,
      r.quorum_of, r.quorum_in, new.votes, cardinality(seated)) then
    raise exception 'the rule says otherwise' using errcode = 'PP422', column = 'votes';
  end if;
  new.organisations := cardinality(seated);
  new.decided_at := now();
  return new;
end $$;
create trigger guard before insert or update on workgroups_decision for each row execute function workgroups_decision_guard();

-- An action belongs to somebody of the group who sees it. Its owner says what came of it and changes nothing else.
create function workgroups_action_guard() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'UPDATE' then
    if workgroups_lets_go(to_jsonb(old), to_jsonb(new), 'meeting_id', 'item_id') then
      return new;
    end if;
    if not workgroups_keeps(old.group_id) and (new.text, new.language, new.owner_id, new.organisation_id, new.due)
        is distinct from (old.text, old.language, old.owner_id, old.organisation_id, old.due) then
      raise exception 'only chair and secretaries change an action' using errcode = 'PP403';
    end if;
    new.sequence := old.sequence + 1;
  end if;
  if (tg_op = 'INSERT' or new.owner_id <> old.owner_id or new.organisation_id <> old.organisation_id) and (
      not exists (select 1 from workgroups_current(new.group_id) s where s.person = new.owner_id and s.organisation = new.organisation_id)
      or not exists (select 1 from sharing_record r cross join lateral members_holders(r.audience) h
        where r.id = new.record_id and h.person = new.owner_id and (h.ceiling >= r.tlp or r.author_id = new.owner_id))) then
    raise exception 'nobody of the group who sees it' using errcode = 'PP422', column = 'owner';
  end if;
  return new;
end $$;
create trigger guard before insert or update on workgroups_action for each row execute function workgroups_action_guard();

-- Whom to remind of what is due on these days: addresses, never what it is.
create function workgroups_due(days date[]) returns table (person uuid, email text, language text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker sends mail' using errcode = 'PP403';
  end if;
  return query select distinct p.id, c.email::text, p.language::text
    from workgroups_action a
    join sharing_record r on r.id = a.record_id and r.withdrawn_at is null and r.expires_at > now()
    join workgroups_group g on g.id = a.group_id and g.closed_at is null
    cross join lateral workgroups_current(a.group_id) s
    join members_person p on p.id = a.owner_id and p.active
    join members_account c on c.person_id = p.id and c.is_active
    where a.state = 'open' and a.due = any(days) and s.person = a.owner_id and s.organisation = a.organisation_id;
end $$;

revoke execute on all functions in schema public from public;
grant execute on function workgroups_in(uuid), workgroups_keeps(uuid), workgroups_seats(uuid), workgroups_writes(uuid), workgroups_all_read(uuid, uuid),
  workgroups_touch(uuid, integer, text), workgroups_found(text, text, text, text, smallint, boolean),
  workgroups_seat(uuid, uuid, uuid, text), workgroups_unseat(uuid, uuid), workgroups_due(date[]),
  workgroups_reached(text, integer, integer, integer, integer, jsonb, integer) to port2port_app;
