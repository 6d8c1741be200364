-- Working together on a report. What is said is seen with the report; a link is seen by who sees both its reports, and
-- says which other report an update speaks of. Updates and answers are written by the functions below only: they tell
-- the audience's screens. The report's version stays: an update is no change of it.

alter table reports_update enable row level security;
create policy sight on reports_update for select using (exists (select 1 from sharing_record r where r.id = report_id));
grant select on reports_update to port2port_app;

alter table reports_link enable row level security;
create policy sight on reports_link for select using (
  exists (select 1 from sharing_record r where r.id = a_id) and exists (select 1 from sharing_record r where r.id = b_id));
create policy making on reports_link for insert with check (
  made_by_id = (select acting_person()) and organisation_id = (select acting_organisation())
  and undone_at is null and undone_by_id is null
  and exists (select 1 from sharing_record r where r.id = a_id) and exists (select 1 from sharing_record r where r.id = b_id)
  and exists (select 1 from sharing_record r where r.id in (a_id, b_id) and sharing_is_steward(r.owner_id, r.author_id))
  and (merged_id is null or not exists (
    select 1 from sharing_record r where r.id in (a_id, b_id) and not sharing_is_steward(r.owner_id, r.author_id)))
  and (told_id is null or exists (select 1 from reports_update u where u.id = told_id and u.report_id in (a_id, b_id)
    and u.author_id = (select acting_person()))));
create policy undoing on reports_link for update
  using (undone_at is null and exists (
    select 1 from sharing_record r where r.id in (a_id, b_id) and sharing_is_steward(r.owner_id, r.author_id)))
  with check (undone_by_id = (select acting_person()) and undone_at is not null);
grant select, insert on reports_link to port2port_app;
grant update (undone_at, undone_by_id) on reports_link to port2port_app;

alter table reports_feedback enable row level security;
create policy sight on reports_feedback for select using (exists (select 1 from sharing_record r where r.id = report_id));
grant select on reports_feedback to port2port_app;

alter table reports_lesson enable row level security;
create policy sight on reports_lesson for select using (exists (select 1 from sharing_record r where r.id = report_id));
create policy birth on reports_lesson for insert with check (by_id = (select acting_person())
  and exists (select 1 from sharing_record r where r.id = report_id and sharing_is_steward(r.owner_id, r.author_id)));
create policy rewriting on reports_lesson for update
  using (exists (select 1 from sharing_record r where r.id = report_id and sharing_is_steward(r.owner_id, r.author_id)))
  with check (by_id = (select acting_person()));
grant select, insert on reports_lesson to port2port_app;
grant update (text, at, by_id) on reports_lesson to port2port_app;

-- Whose report it is in the eyes of who answers: its owner's, or who owned it before it was first handed over. As text:
-- a history that was tampered with must not become an error for its readers.
create function reports_reporter(r uuid) returns text language sql stable as $$
  select coalesce((select v.before ->> 'owner' from reports_revision v
    where v.report_id = e.id and v.act = 'handed_over' order by v.version limit 1), e.owner_id::text)
  from sharing_record e where e.id = r
$$;

-- The session may give the answer that a reporter is owed: for an authority or port that is not the reporter's own.
create function reports_may_answer(r uuid) returns boolean language sql stable as $$
  select acting_may('steward') and coalesce(reports_reporter(r) <> acting_organisation()::text, false) and exists (
    select 1 from members_organisation o where o.id = acting_organisation() and o.kind in
      ('port_authority', 'police', 'customs', 'national_maritime_security_authority', 'drug_commissioner'))
$$;

-- A report that the session sees and may say something about.
create function reports_spoken_of(r uuid) returns sharing_record
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  found_row sharing_record;
begin
  select e.* into found_row from sharing_record e where e.id = r and e.kind = 'report' and reports_seen(e);
  if found_row.id is null then
    raise exception 'no such report' using errcode = 'PP404';
  end if;
  if not acting_may('report') or acting_organisation() is null then
    raise exception 'this role says nothing' using errcode = 'PP403';
  end if;
  if found_row.withdrawn_at is not null then
    raise exception 'it was withdrawn' using errcode = 'PP409';
  end if;
  return found_row;
end $$;

-- Say something about a report, in one's own name. An answer answers a question; `let_in` proposes an organisation.
create function reports_say(r uuid, new_kind text, words text, reply uuid, let_in uuid) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  e sharing_record := reports_spoken_of(r);
  said uuid := new_uuid7();
begin
  if new_kind not in ('note', 'question', 'answer') or words !~ '\S' or length(words) > 2000 then
    raise exception 'this cannot be said' using errcode = 'PP422', column = 'text';
  end if;
  if reply is not null and not exists (select 1 from reports_update u where u.id = reply and u.report_id = r and u.withdrawn_at is null) then
    raise exception 'no such update' using errcode = 'PP404';
  end if;
  if new_kind = 'answer' and not exists (select 1 from reports_update u where u.id = reply and u.kind = 'question') then
    raise exception 'an answer answers a question' using errcode = 'PP422', column = 'reply_to';
  end if;
  if let_in is not null and (new_kind <> 'question' or not exists (
      select 1 from members_organisation o where o.id = let_in and o.left_at is null)) then
    raise exception 'no such organisation' using errcode = 'PP422', column = 'organisation';
  end if;
  insert into reports_update (id, report_id, author_id, organisation_id, at, kind, text, reply_to_id, about_id)
  values (said, r, acting_person(), acting_organisation(), now(), new_kind, words, reply, let_in);
  perform sharing_emit(e, 'changed', e.audience);
  return said;
end $$;

-- Take back what one said: that it was said stays, what it said goes.
create function reports_unsay(said uuid) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  e sharing_record;
begin
  select r.* into e from reports_update u join sharing_record r on r.id = u.report_id and reports_seen(r)
  where u.id = said and u.author_id = acting_person() and u.organisation_id = acting_organisation() and u.withdrawn_at is null
  for update of u;
  if e.id is null then
    raise exception 'no such update' using errcode = 'PP404';
  end if;
  update reports_update set text = '', about_id = null, withdrawn_at = now() where id = said;
  perform sharing_emit(e, 'changed', e.audience);
  return e.id;
end $$;

-- Tell those who see a report that it was seen elsewhere too: unsigned and without a word. By whom, where and what
-- stands in the sighting, which the link shows to who sees it.
create function reports_tell_sighting(r uuid, sighting uuid) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  e sharing_record := reports_spoken_of(r);
  said uuid := new_uuid7();
begin
  if r = sighting or not exists (select 1 from sharing_record s where s.id = sighting and s.kind = 'report' and reports_seen(s)
      and s.author_id = acting_person() and s.owner_id is not distinct from acting_organisation()) then
    raise exception 'no such report of yours' using errcode = 'PP404';
  end if;
  insert into reports_update (id, report_id, at, kind, text) values (said, r, now(), 'seen_too', '');
  insert into reports_link (id, a_id, b_id, kind, told_id, made_by_id, organisation_id, at)
  values (new_uuid7(), least(r, sighting), greatest(r, sighting), 'seen_too', said, acting_person(), acting_organisation(), now());
  perform sharing_emit(e, 'changed', e.audience);
  return said;
end $$;

-- The answer that a reporter is owed: the first one counts.
create function reports_answer(r uuid, new_verdict text, words text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  e sharing_record := reports_spoken_of(r);
begin
  if not reports_may_answer(r) then
    raise exception 'another authority or port answers' using errcode = 'PP403';
  end if;
  if new_verdict not in ('used', 'not_used', 'useful_cannot_say') or length(words) > 2000 then
    raise exception 'no such answer' using errcode = 'PP422', column = 'verdict';
  end if;
  insert into reports_feedback (report_id, answered_at, answered_by_id, organisation_id, verdict, text)
  values (r, now(), acting_person(), acting_organisation(), new_verdict, words) on conflict do nothing;
  if not found then
    raise exception 'answered already' using errcode = 'PP409';
  end if;
  perform sharing_emit(e, 'changed', e.audience);
end $$;

-- A sighting that was withdrawn, or whose link was undone, was none.
create function reports_sighting_gone() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_table_name = 'reports_link' then
    update reports_update set withdrawn_at = now() where id = new.told_id and kind = 'seen_too' and withdrawn_at is null;
    return null;
  end if;
  update reports_update u set withdrawn_at = now() from reports_link l
  where l.told_id = u.id and new.id in (l.a_id, l.b_id) and u.report_id <> new.id and u.kind = 'seen_too' and u.withdrawn_at is null;
  return null;
end $$;
create trigger sighting_gone after update of withdrawn_at on sharing_record
  for each row when (new.kind = 'report' and new.withdrawn_at is not null and old.withdrawn_at is null)
  execute function reports_sighting_gone();
create trigger sighting_gone after update of undone_at on reports_link
  for each row when (new.undone_at is not null and new.told_id is not null) execute function reports_sighting_gone();

revoke execute on all functions in schema public from public;
grant execute on function reports_reporter(uuid), reports_may_answer(uuid), reports_say(uuid, text, text, uuid, uuid), reports_unsay(uuid),
  reports_tell_sighting(uuid, uuid), reports_answer(uuid, text, text) to port2port_app;
