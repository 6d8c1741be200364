-- A group is seen by who is in its circle; what it writes are records, each seen exactly when its envelope is. Written it
-- is by chair and secretaries, of whatever organisation: owning an envelope does not give that, sitting in the group does.

-- Who sits in a group now: the seat, the person and the membership it is held for have not ended.
create function workgroups_current(g uuid) returns table (person uuid, organisation uuid, office text, since timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.person_id, s.organisation_id, s.office::text, s.since from workgroups_seat s
  join members_person p on p.id = s.person_id and p.active
  where s.group_id = g and s.until is null and exists (select 1 from members_membership m
    where m.person_id = s.person_id and m.organisation_id = s.organisation_id and (m.until is null or m.until > now()))
$$;

-- Does the actor, under this hat, sit in a group that is not closed; as chair or secretary.
create function workgroups_in(g uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from workgroups_current(g) s join workgroups_group k on k.id = g and k.closed_at is null
    where s.person = acting_person() and s.organisation = acting_organisation())
$$;
create function workgroups_keeps(g uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from workgroups_current(g) s join workgroups_group k on k.id = g and k.closed_at is null
    where s.person = acting_person() and s.organisation = acting_organisation() and s.office in ('chair', 'secretary'))
$$;

-- The same people with their names, for who is in the group.
create function workgroups_seats(g uuid)
returns table (person uuid, name text, organisation uuid, office text, since timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.person, p.name::text, s.organisation, s.office, s.since
  from workgroups_current(g) s join members_person p on p.id = s.person join workgroups_group k on k.id = g
  where k.circle_id = any(acting_keys()) or s.person = acting_person()
$$;

-- Which group a record of ours belongs to.
create function workgroups_group_of(r uuid) returns uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select group_id from workgroups_meeting where record_id = r
  union all select m.group_id from workgroups_item i join workgroups_meeting m on m.record_id = i.meeting_id where i.record_id = r
  union all select group_id from workgroups_paper where record_id = r
  union all select group_id from workgroups_decision where record_id = r
  union all select group_id from workgroups_action where record_id = r
$$;

-- May the actor write what it sees: chair and secretaries; of a proposal or paper its author, of an action its owner.
create function workgroups_writes(r uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select workgroups_keeps(workgroups_group_of(r))
    or workgroups_in(workgroups_group_of(r)) and (
      exists (select 1 from workgroups_action a where a.record_id = r and a.owner_id = acting_person()
        and a.organisation_id = acting_organisation())
      or exists (select 1 from workgroups_decision d join sharing_record s on s.id = d.record_id
        where d.record_id = r and d.state = 'proposed' and s.author_id = acting_person()))
$$;

-- Does everybody of a group read a record: asked by who sits in it and reads the record, before its name is written where all
-- of the group reads it.
create function workgroups_all_read(g uuid, r uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select workgroups_in(g) and exists (select 1 from sharing_record e where e.id = r and e.audience && acting_keys()
      and (e.tlp <= acting_ceiling() or e.author_id = acting_person()) and e.expires_at > now()
      and not exists (select 1 from workgroups_current(g) s where not exists (
        select 1 from members_holders(e.audience) h
        where h.person = s.person and h.organisation = s.organisation and (h.ceiling >= e.tlp or e.author_id = s.person))))
$$;

-- The next version of a record of a group, and its words for the search (null: as they are). Two secretaries of different
-- organisations write the same minutes: who comes second is told so.
create function workgroups_touch(r uuid, expected integer, new_words text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  s sharing_record;
begin
  select * into s from sharing_record where id = r and audience && acting_keys()
    and (tlp <= acting_ceiling() or author_id = acting_person()) and expires_at > now() for update;
  if s.id is null or workgroups_group_of(r) is null then
    raise exception 'no such record' using errcode = 'PP404';
  end if;
  if not workgroups_writes(r) then
    raise exception 'only chair and secretaries may do this' using errcode = 'PP403';
  end if;
  if s.version <> expected or s.withdrawn_at is not null then
    raise exception 'it was changed meanwhile' using errcode = 'PP409';
  end if;
  update sharing_record set version = version + 1, updated_at = now() where id = r;
  if new_words is not null then
    update sharing_searchable set words = new_words where record_id = r;
  end if;
end $$;

-- A new group with its circle of persons and its first chair: whoever founds it. The circle's level is the community's:
-- people sit in it by name, directors and coordinators beside security officers.
create function workgroups_found(of_name text, of_label text, of_remit text, of_language text, of_tlp smallint, is_invented boolean)
returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  c uuid := new_uuid7();
  g uuid := new_uuid7();
begin
  if acting_organisation() is null or not (acting_may('steward') or acting_may('speak')) then
    raise exception 'none of the roles may found a group' using errcode = 'PP403';
  end if;
  insert into members_circle (id, slug, names, kind, of, level, membership, addressed_by)
  values (c, 'workgroup-' || c, jsonb_build_object('en', of_name), 'workgroup', 'persons', 'community', 'open', 'members');
  insert into members_circlemember (id, circle_id, person_id, since) values (new_uuid7(), c, acting_person(), now());
  insert into workgroups_group (id, circle_id, organisation_id, name, label, remit, language, tlp, version, invented, founded_at)
  values (g, c, acting_organisation(), of_name, of_label, of_remit, of_language, of_tlp, 1, is_invented, now());
  insert into workgroups_seat (id, group_id, person_id, organisation_id, office, since)
  values (new_uuid7(), g, acting_person(), acting_organisation(), 'chair', now());
  return g;
end $$;

-- A person takes a seat or another office, for an organisation that the person is in. The chair hands the chair over.
create function workgroups_seat(g uuid, p uuid, org uuid, of_office text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  c uuid := (select circle_id from workgroups_group where id = g);
  chair uuid := (select person_id from workgroups_seat where group_id = g and office = 'chair' and until is null);
begin
  if not workgroups_keeps(g) then
    raise exception 'only chair and secretaries may do this' using errcode = 'PP403';
  end if;
  if (of_office = 'chair' or p = chair) and acting_person() <> chair and exists (
      select 1 from workgroups_current(g) s where s.person = chair) then
    raise exception 'the chair hands the chair over' using errcode = 'PP403';
  end if;
  if p = chair and of_office <> 'chair' then
    raise exception 'a group has a chair: name the next one' using errcode = 'PP409';
  end if;
  if not exists (select 1 from members_membership m join members_role r on r.code = any(m.roles)
      join members_person x on x.id = p and x.active and x.kind = 'human'
      where m.person_id = p and m.organisation_id = org and (m.until is null or m.until > now()) and 'community' = any(r.levels))
     or (p not in (select members_colleagues()) and p <> acting_person()
         and not exists (select 1 from workgroups_current(g) s where s.person = p)) then
    raise exception 'no such person' using errcode = 'PP422', column = 'person';
  end if;
  if of_office = 'chair' and chair <> p then
    update workgroups_seat set until = now() where group_id = g and person_id = chair and until is null;
    insert into workgroups_seat (id, group_id, person_id, organisation_id, office, since)
    select new_uuid7(), g, chair, s.organisation_id, 'member', now() from workgroups_seat s
    where s.group_id = g and s.person_id = chair order by s.since desc limit 1;
  end if;
  update workgroups_seat set until = now() where group_id = g and person_id = p and until is null;
  insert into workgroups_seat (id, group_id, person_id, organisation_id, office, since)
  values (new_uuid7(), g, p, org, of_office, now());
  if not exists (select 1 from members_circlemember where circle_id = c and person_id = p and until is null) then
    insert into members_circlemember (id, circle_id, person_id, since) values (new_uuid7(), c, p, now());
  end if;
end $$;

-- A person leaves the group: by chair or secretaries, or by the own wish; the chair first hands the chair over.
create function workgroups_unseat(g uuid, p uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not workgroups_keeps(g) and not (p = acting_person() and workgroups_in(g)) then
    raise exception 'only chair and secretaries may do this' using errcode = 'PP403';
  end if;
  if exists (select 1 from workgroups_seat where group_id = g and person_id = p and until is null and office = 'chair') then
    raise exception 'a group has a chair: name the next one' using errcode = 'PP409';
  end if;
  update workgroups_seat set until = now() where group_id = g and person_id = p and until is null;
  if not found then
    raise exception 'no such person' using errcode = 'PP404';
  end if;
  update members_circlemember cm set until = now() from workgroups_group k
  where k.id = g and cm.circle_id = k.circle_id and cm.person_id = p and cm.until is null;
end $$;

alter table workgroups_group enable row level security;
create policy sight on workgroups_group for select using (circle_id = any((select acting_keys())::uuid[]) or workgroups_in(id));
create policy keeping on workgroups_group for update using (workgroups_keeps(id)) with check (true);
grant select on workgroups_group to port2port_app;
grant update (name, label, remit, language, tlp, version, closed_at) on workgroups_group to port2port_app;
create function workgroups_rename() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update members_circle set names = jsonb_build_object('en', new.name) where id = new.circle_id;
  return null;
end $$;
create trigger rename after update of name on workgroups_group for each row execute function workgroups_rename();

alter table workgroups_seat enable row level security;
create policy sight on workgroups_seat for select using (exists (select 1 from workgroups_group g where g.id = group_id));
grant select on workgroups_seat to port2port_app;

alter table workgroups_meeting enable row level security;
create policy sight on workgroups_meeting for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy birth on workgroups_meeting for insert with check (workgroups_keeps(group_id)
  and state = 'planned' and sequence = 0 and approved_at is null and approved_by_id is null and approved_in_id is null
  and exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'meeting' and r.author_id = (select acting_person())));
create policy keeping on workgroups_meeting for update using (workgroups_keeps(group_id)) with check (workgroups_keeps(group_id));
grant select, insert on workgroups_meeting to port2port_app;
grant update (title, starts_at, ends_at, place, language, state, approved_at, approved_by_id, approved_in_id)
  on workgroups_meeting to port2port_app;

alter table workgroups_item enable row level security;
create policy sight on workgroups_item for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy birth on workgroups_item for insert with check (
  exists (select 1 from workgroups_meeting m where m.record_id = meeting_id and workgroups_keeps(m.group_id))
  and exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'minutes' and r.author_id = (select acting_person()))
  and (target is null or exists (select 1 from sharing_record r where r.id = target)));
create policy keeping on workgroups_item for update
  using (exists (select 1 from workgroups_meeting m where m.record_id = meeting_id and workgroups_keeps(m.group_id)))
  with check (target is null or exists (select 1 from sharing_record r where r.id = target));
grant select, insert on workgroups_item to port2port_app;
grant update (position, title, minutes, language, edited_by_id, edited_at, dropped_at) on workgroups_item to port2port_app;

alter table workgroups_correction enable row level security;
create policy sight on workgroups_correction for select using (exists (select 1 from workgroups_item i where i.record_id = item_id));
create policy birth on workgroups_correction for insert with check (by_id = (select acting_person())
  and exists (select 1 from workgroups_item i join workgroups_meeting m on m.record_id = i.meeting_id
    where i.record_id = item_id and m.state = 'approved' and workgroups_keeps(m.group_id)));
grant select, insert on workgroups_correction to port2port_app;

alter table workgroups_attendance enable row level security;
create policy sight on workgroups_attendance for select using (exists (select 1 from workgroups_meeting m where m.record_id = meeting_id));
create policy birth on workgroups_attendance for insert with check (
  exists (select 1 from workgroups_meeting m where m.record_id = meeting_id and workgroups_keeps(m.group_id)));
create policy keeping on workgroups_attendance for update
  using (exists (select 1 from workgroups_meeting m where m.record_id = meeting_id and workgroups_keeps(m.group_id))) with check (true);
-- Whoever sits in the group excuses oneself, until the meeting is over, and takes that back; nobody speaks for another.
create policy excusing on workgroups_attendance for insert with check (
  person_id = (select acting_person()) and organisation_id = (select acting_organisation()) and state = 'excused' and replaced_by = ''
  and exists (select 1 from workgroups_meeting m where m.record_id = meeting_id and workgroups_in(m.group_id)
    and m.state = 'planned' and m.ends_at > now()));
create policy coming on workgroups_attendance for delete using (
  person_id = (select acting_person()) and organisation_id = (select acting_organisation()) and state = 'excused'
  and exists (select 1 from workgroups_meeting m where m.record_id = meeting_id and workgroups_in(m.group_id)
    and m.state = 'planned' and m.ends_at > now()));
grant select, insert, delete on workgroups_attendance to port2port_app;
grant update (state, replaced_by) on workgroups_attendance to port2port_app;

alter table workgroups_paper enable row level security;
create policy sight on workgroups_paper for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy birth on workgroups_paper for insert with check (workgroups_in(group_id)
  and exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'paper' and r.author_id = (select acting_person()))
  and (meeting_id is null or exists (select 1 from workgroups_meeting m where m.record_id = meeting_id and m.group_id = workgroups_paper.group_id)));
grant select, insert on workgroups_paper to port2port_app;

alter table workgroups_decision enable row level security;
create policy sight on workgroups_decision for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy birth on workgroups_decision for insert with check (workgroups_in(group_id) and state = 'proposed'
  and exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'decision' and r.author_id = (select acting_person()))
  and (meeting_id is null or exists (select 1 from workgroups_meeting m where m.record_id = meeting_id and m.group_id = workgroups_decision.group_id))
  and (item_id is null or exists (select 1 from workgroups_item i where i.record_id = item_id and i.meeting_id = workgroups_decision.meeting_id)));
create policy keeping on workgroups_decision for update using (workgroups_writes(record_id))
  with check ((workgroups_keeps(group_id) or workgroups_in(group_id) and state = 'proposed')
  and (meeting_id is null or exists (select 1 from workgroups_meeting m where m.record_id = meeting_id and m.group_id = workgroups_decision.group_id))
  and (item_id is null or exists (select 1 from workgroups_item i where i.record_id = item_id and i.meeting_id = workgroups_decision.meeting_id)));
grant select, insert on workgroups_decision to port2port_app;
grant update (title, text, language, state, votes, rule_id, meeting_id, item_id) on workgroups_decision to port2port_app;

alter table workgroups_rule enable row level security;
create policy sight on workgroups_rule for select using (
  exists (select 1 from workgroups_group g where g.id = group_id) or exists (select 1 from workgroups_decision d where d.rule_id = workgroups_rule.id));
create policy birth on workgroups_rule for insert with check (workgroups_keeps(group_id) and by_id = (select acting_person()));
grant select, insert on workgroups_rule to port2port_app;

alter table workgroups_action enable row level security;
create policy sight on workgroups_action for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy birth on workgroups_action for insert with check (workgroups_keeps(group_id)
  and state = 'open' and sequence = 0
  and exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'action' and r.author_id = (select acting_person()))
  and (meeting_id is null or exists (select 1 from workgroups_meeting m where m.record_id = meeting_id and m.group_id = workgroups_action.group_id))
  and (item_id is null or exists (select 1 from workgroups_item i where i.record_id = item_id and i.meeting_id = workgroups_action.meeting_id)));
create policy doing on workgroups_action for update using (workgroups_writes(record_id)) with check (true);
grant select, insert on workgroups_action to port2port_app;
grant update (text, language, owner_id, organisation_id, due, state, outcome, ended_at) on workgroups_action to port2port_app;

-- A link is there for who sees both its ends, and tells nobody else that the other end exists.
alter table workgroups_link enable row level security;
create policy sight on workgroups_link for select using (
  exists (select 1 from sharing_record r where r.id = record_id) and exists (select 1 from sharing_record r where r.id = target));
create policy birth on workgroups_link for insert with check (by_id = (select acting_person()) and workgroups_writes(record_id)
  and exists (select 1 from sharing_record r where r.id = record_id and r.kind in ('decision', 'action'))
  and exists (select 1 from sharing_record r where r.id = target and r.kind = workgroups_link.kind));
create policy taking_off on workgroups_link for delete using (workgroups_writes(record_id));
grant select, insert, delete on workgroups_link to port2port_app;

insert into sharing_kind (kind, holds) values ('meeting', 'workgroups_meeting'), ('minutes', 'workgroups_item'),
  ('paper', 'workgroups_paper'), ('decision', 'workgroups_decision'), ('action', 'workgroups_action');
