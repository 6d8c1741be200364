-- The help desk. A case is seen exactly when its envelope is, and what is said in it with it, but for a desk's own notes.
-- Nobody writes these tables by hand: cases are opened and turned by the functions below, which know who acts.

grant select on helpdesk_desk to port2port_app;

alter table helpdesk_case enable row level security;
create policy sight on helpdesk_case for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy stewardship on helpdesk_case for update
  using (exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)))
  with check (exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id))
    and (lesson is null or exists (select 1 from sharing_record l where l.id = lesson and l.kind = 'lesson'
         and l.owner_id = acting_organisation())));
grant select on helpdesk_case to port2port_app;
grant update (lesson) on helpdesk_case to port2port_app;

alter table helpdesk_message enable row level security;
create policy sight on helpdesk_message for select using (
  (not internal or organisation_id = (select acting_organisation()))
  and exists (select 1 from sharing_record r where r.id = case_id));
grant select on helpdesk_message to port2port_app;

-- Codes of senders from outside, hashed: in no grant and under no policy that lets anybody in.
alter table helpdesk_receipt enable row level security;

alter table helpdesk_lesson enable row level security;
create policy sight on helpdesk_lesson for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy birth on helpdesk_lesson for insert with check (
  exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'lesson' and sharing_is_steward(r.owner_id, r.author_id)));
grant select, insert on helpdesk_lesson to port2port_app;

insert into sharing_kind (kind, holds) values ('case', 'helpdesk_case'), ('lesson', 'helpdesk_lesson');

-- Who turns which state into which: the same table as `helpdesk.rules.next_state` (a test walks both).
create function helpdesk_next(side text, act text, state text) returns text language sql immutable as $$
  select case
    when state = 'closed' then case when side = 'desk' and act = 'reopen' then 'in_hand' when side = 'desk' and act = 'note' then 'closed' end
    when side = 'sender' and act = 'write' then case when state in ('waiting', 'answered') then 'in_hand' else state end
    when side = 'other' and act = 'write' then state
    when side in ('sender', 'desk') and act = 'close' then 'closed'
    when side <> 'desk' then null
    when act = 'ask' then 'waiting'
    when act = 'answer' then 'answered'
    when act = 'note' then state
    when act = 'take' then case when state in ('new', 'escalated') then 'in_hand' else state end
    when act = 'escalate' then 'escalated'
  end
$$;

-- What is said is found by its words, and tells the screens of those who see it. A note does neither beyond its writers.
create function helpdesk_said(e sharing_record, words text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update sharing_searchable s set words = left(s.words || ' ' || helpdesk_said.words, 400000) where s.record_id = e.id;
  update sharing_record r set version = r.version + 1, updated_at = now() where r.id = e.id;
end $$;

-- Bring a question to a desk. Asked by a member: for its own organisation, which reads the case with the desk. Asked by the
-- system principal `helpdesk`: for a sender from outside, who holds the code of which `receipt` is the hash; the same code
-- opens one case, however often and from how many sides it is sent. The desk's organisation looks after the case.
create function helpdesk_submit(desk uuid, at_port uuid, topic text, title text, lang text, body text, words text, purpose text,
  basis text, personal text, keep_days integer, receipt bytea, source text)
returns table (record uuid, fresh boolean, opened_at timestamptz, same boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  d helpdesk_desk;
  made uuid := new_uuid7();
  said uuid := new_uuid7();
  asking uuid := acting_organisation();
  outside boolean := acting_scope() = 'helpdesk';
  own uuid;
begin
  if outside then
    if receipt is null or length(receipt) <> 32 then
      raise exception 'a sender from outside holds a receipt' using errcode = 'PP422', column = 'text';
    end if;
    asking := null;
  elsif acting_scope() <> 'member' or asking is null or not acting_may('report') or receipt is not null then
    raise exception 'this role asks nothing' using errcode = 'PP403';
  end if;
  select * into d from helpdesk_desk h where h.id = desk and h.closed_at is null;
  if d.id is null then
    raise exception 'no such desk' using errcode = 'PP422', column = 'port';
  end if;
  if asking = d.organisation_id then
    raise exception 'this desk is one''s own' using errcode = 'PP422', column = 'port';
  end if;
  if body !~ '\S' or length(body) > 8000 or length(title) > 120 or keep_days not between 1 and 3650 or source not in ('member', 'invented') then
    raise exception 'this cannot be taken' using errcode = 'PP422', column = 'text';
  end if;
  if outside then
    insert into helpdesk_receipt (hash, case_id, message_id, opens) values (receipt, made, null, true) on conflict do nothing;
    if not found then
      return query select k.case_id, false, m.at, m.text = body from helpdesk_receipt k
        join helpdesk_message m on m.case_id = k.case_id and m.act = 'open' where k.hash = receipt and k.opens;
      return;
    end if;
  end if;
  select c.id into own from members_circle c where c.organisation_id = asking and c.kind = 'organisation' and c.closed_at is null;
  insert into sharing_record (id, kind, owner_id, author_id, audience, addressed, tlp, pap, purpose, legal_basis, personal_data,
    provenance, origin, origin_id, port_id, threat, at, updated_at, expires_at, version)
  values (made, 'case', d.organisation_id, acting_person(),
    array_remove(array[d.circle_id, own, case when asking is not null then acting_person() end], null), array_remove(array[d.circle_id, own], null),
    2, 2, purpose, basis, personal, source, '', '', at_port, '', now(), now(), now() + make_interval(days => keep_days), 1);
  insert into sharing_searchable (record_id, words) values (made, words);
  insert into helpdesk_case (record_id, desk_id, company_id, topic, title, language, state, state_at, first_answer_due, closing_due)
  values (made, d.id, asking, topic, title, lang, 'new', now(),
    now() + make_interval(hours => d.first_answer_hours), now() + make_interval(hours => d.closing_hours));
  insert into helpdesk_message (id, case_id, at, act, side, person_id, organisation_id, text, internal)
  values (said, made, now(), 'open', 'sender', case when asking is not null then acting_person() end, asking, body, false);
  return query select made, true, now(), true;
end $$;

-- Say or do something in a case that one sees: as its desk (whose organisation owns it; stewards), as the company that asked,
-- or as somebody it was sent on to. The state follows from who did what.
create function helpdesk_act(c uuid, new_act text, body text, words text, to_circle uuid) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  e sharing_record;
  k helpdesk_case;
  acting_side text;
  turned text;
  said uuid := new_uuid7();
begin
  select * into e from sharing_record r where r.id = c and r.kind = 'case' and r.audience && acting_keys()
    and (r.tlp <= acting_ceiling() or r.author_id = acting_person()) and r.expires_at > now() for update;
  if e.id is null then
    raise exception 'no such case' using errcode = 'PP404';
  end if;
  if acting_organisation() is null or not acting_may('report') then
    raise exception 'this role says nothing' using errcode = 'PP403';
  end if;
  if e.withdrawn_at is not null then
    raise exception 'it was withdrawn' using errcode = 'PP409';
  end if;
  select * into k from helpdesk_case h where h.record_id = c for update;
  acting_side := case when e.owner_id = acting_organisation() then 'desk' when k.company_id = acting_organisation() then 'sender' else 'other' end;
  if acting_side = 'desk' and not acting_may(case when new_act = 'escalate' then 'share' else 'steward' end) then
    raise exception 'only the desk''s stewards do this' using errcode = 'PP403';
  end if;
  if not exists (select 1 from unnest(array['new', 'in_hand', 'waiting', 'escalated', 'answered', 'closed']) s
                 where helpdesk_next(acting_side, new_act, s) is not null) then
    raise exception 'not for this side' using errcode = 'PP403';
  end if;
  turned := helpdesk_next(acting_side, new_act, k.state);
  if turned is null then
    raise exception 'the state does not allow it' using errcode = 'PP409';
  end if;
  if length(body) > 8000 or (body !~ '\S' and (new_act in ('write', 'ask', 'answer', 'note', 'escalate')
      or new_act = 'close' and acting_side = 'desk' and k.first_answer_at is null)) then
    raise exception 'this cannot be said' using errcode = 'PP422', column = 'text';
  end if;
  if (to_circle is not null) <> (new_act = 'escalate') then
    raise exception 'what is sent on goes to a circle' using errcode = 'PP422', column = 'circle';
  end if;
  insert into helpdesk_message (id, case_id, at, act, side, person_id, organisation_id, text, internal, circle_id)
  values (said, c, now(), new_act, acting_side, acting_person(), acting_organisation(), body, new_act = 'note', to_circle);
  update helpdesk_case h set state = turned,
    state_at = case when turned = h.state then h.state_at else now() end,
    closed_at = case when turned = 'closed' then coalesce(h.closed_at, now()) end,
    first_answer_at = case when acting_side = 'desk' and (new_act in ('ask', 'answer') or new_act = 'close' and body ~ '\S')
      then coalesce(h.first_answer_at, now()) else h.first_answer_at end,
    holder_id = case when new_act in ('take', 'reopen') or acting_side = 'desk' and new_act in ('ask', 'answer') and h.holder_id is null
      then acting_person() else h.holder_id end
  where h.record_id = c;
  if new_act = 'note' then
    perform sharing_emit(e, 'changed', array(select x from unnest(e.audience) x where members_key_within(x, acting_organisation())));
  else
    perform helpdesk_said(e, words);
  end if;
  return said;
end $$;

-- Whoever takes over a case starts without a holder: the person that had it in hand is another organisation's.
create function helpdesk_handed() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update helpdesk_case set holder_id = null where record_id = new.id;
  return null;
end $$;
create trigger helpdesk_handed after update of owner_id on sharing_record for each row
  when (new.kind = 'case' and new.owner_id <> old.owner_id) execute function helpdesk_handed();

-- The case of a receipt, while it can be read: absent, wrong, withdrawn, expired and long closed are the same nothing.
create function helpdesk_held(receipt bytea, days integer) returns uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select k.case_id from helpdesk_receipt k join sharing_record e on e.id = k.case_id join helpdesk_case c on c.record_id = k.case_id
  where k.hash = receipt and k.opens and acting_scope() = 'helpdesk' and e.withdrawn_at is null and e.expires_at > now()
    and (c.closed_at is null or c.closed_at > now() - make_interval(days => days))
$$;

-- What a sender from outside reads with the code: the conversation without notes and without names of persons.
create function helpdesk_read(receipt bytea, days integer)
returns table (state text, topic text, opened_at timestamptz, closed_at timestamptz, desk jsonb, first_answer_due timestamptz,
  first_answer_at timestamptz, said jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.state::text, c.topic::text, e.at, c.closed_at, d.names, c.first_answer_due, c.first_answer_at,
    (select jsonb_agg(jsonb_build_object('at', m.at, 'act', m.act, 'side', m.side, 'text', m.text, 'organisation',
        case when m.side <> 'sender' then o.names end, 'circle', case when i.kind in ('organisation', 'port') then i.names end) order by m.at, m.id)
     from helpdesk_message m left join members_organisation o on o.id = m.organisation_id left join members_circle i on i.id = m.circle_id
     where m.case_id = c.record_id and not m.internal)
  from helpdesk_case c join sharing_record e on e.id = c.record_id join helpdesk_desk d on d.id = c.desk_id
  where c.record_id = helpdesk_held(receipt, days)
$$;

-- A sender from outside says more. `form`: the hash of the form it was written in, which says it once.
create function helpdesk_write(receipt bytea, days integer, form bytea, body text, words text)
returns table (record uuid, fresh boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  c uuid := helpdesk_held(receipt, days);
  e sharing_record;
  said uuid := new_uuid7();
  turned text;
begin
  if c is null then
    raise exception 'no such case' using errcode = 'PP404';
  end if;
  if length(form) <> 32 or body !~ '\S' or length(body) > 8000 then
    raise exception 'this cannot be said' using errcode = 'PP422', column = 'text';
  end if;
  select * into e from sharing_record r where r.id = c for update;
  insert into helpdesk_receipt (hash, case_id, message_id, opens) values (form, c, said, false) on conflict do nothing;
  if not found then
    return query select c, false;
    return;
  end if;
  select helpdesk_next('sender', 'write', h.state) into turned from helpdesk_case h where h.record_id = c for update;
  if turned is null then
    raise exception 'it is closed' using errcode = 'PP409';
  end if;
  insert into helpdesk_message (id, case_id, at, act, side, text, internal) values (said, c, now(), 'write', 'sender', body, false);
  update helpdesk_case h set state = turned, state_at = case when turned = h.state then h.state_at else now() end where h.record_id = c;
  perform helpdesk_said(e, words);
  return query select c, true;
end $$;

-- Mail: that something waits, never what. Queued with the message; whom to tell is looked up when it is sent.
create function helpdesk_tell() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.act in ('open', 'write', 'ask', 'answer', 'escalate', 'close') then
    perform procrastinate_defer_jobs_v1(array[row('mail', 'helpdesk.tell', 0, null, null,
      jsonb_build_object('event', new.id), null)::procrastinate_job_to_defer_v1]);
  end if;
  return null;
end $$;
create trigger tell after insert on helpdesk_message for each row execute function helpdesk_tell();

-- The people of the desk of a case who may work on it: those of its owner who see it and may steward.
create function helpdesk_stewards(e sharing_record) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct h.person from members_holders(e.audience) h join members_membership m on m.id = h.hat
  where h.organisation = e.owner_id and h.ceiling >= e.tlp
    and exists (select 1 from members_role r where r.code = any(m.roles) and 'steward' = any(r.acts))
$$;

create function helpdesk_people(said uuid) returns table (person uuid, email text, language text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  m helpdesk_message;
  e sharing_record;
  c helpdesk_case;
begin
  if acting_scope() <> 'worker' then
    raise exception 'the worker asks this' using errcode = 'PP403';
  end if;
  select * into m from helpdesk_message x where x.id = said and not x.internal;
  select * into e from sharing_record r where r.id = m.case_id and r.withdrawn_at is null and r.expires_at > now();
  select * into c from helpdesk_case x where x.record_id = m.case_id;
  return query select p.id, a.email::text, p.language::text from members_person p join members_account a on a.person_id = p.id and a.is_active
    where p.active and p.kind = 'human' and p.id is distinct from m.person_id and case
      when m.side = 'desk' then p.id = e.author_id and exists (select 1 from members_membership s
        where s.person_id = p.id and s.organisation_id = c.company_id and (s.until is null or s.until > now()))
      when c.holder_id is not null then p.id = c.holder_id and p.id in (select helpdesk_stewards(e))
      else p.id in (select helpdesk_stewards(e)) end;
end $$;

-- Who looks after cases that are late, and how many.
create function helpdesk_overdue_people() returns table (person uuid, email text, language text, late integer)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'the worker asks this' using errcode = 'PP403';
  end if;
  return query
    select p.id, a.email::text, p.language::text, count(*)::integer from helpdesk_case c
    join sharing_record e on e.id = c.record_id and e.withdrawn_at is null and e.expires_at > now()
    cross join lateral helpdesk_stewards(e) s
    join members_person p on p.id = s and p.active and p.kind = 'human' join members_account a on a.person_id = p.id and a.is_active
    where c.closed_at is null and case when c.first_answer_at is null then c.first_answer_due else c.closing_due end < now()
      and (c.holder_id is null or c.holder_id = p.id or c.holder_id not in (select helpdesk_stewards(e)))
    group by p.id, a.email, p.language;
end $$;

revoke execute on all functions in schema public from public;
grant execute on function helpdesk_submit(uuid, uuid, text, text, text, text, text, text, text, text, integer, bytea, text),
  helpdesk_act(uuid, text, text, text, uuid), helpdesk_read(bytea, integer), helpdesk_write(bytea, integer, bytea, text, text),
  helpdesk_people(uuid), helpdesk_overdue_people() to port2port_app;
