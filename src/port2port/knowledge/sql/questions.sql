-- Questions to the network. A question is seen exactly when its envelope is, and what is answered with it. Who asked it (and
-- stewards of that organisation) may change its words; answers and states come by one function, which knows who acts.

alter table knowledge_question enable row level security;
create policy sight on knowledge_question for select using (exists (select 1 from sharing_record r where r.id = record_id));
create policy birth on knowledge_question for insert with check (
  state = 'open' and answers = 0 and first_answer_at is null and accepted is null and merged_into is null
  and exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'question' and sharing_is_steward(r.owner_id, r.author_id)));
create policy stewardship on knowledge_question for update
  using (exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)))
  with check (exists (select 1 from sharing_record r where r.id = record_id and sharing_is_steward(r.owner_id, r.author_id)));
grant select, insert on knowledge_question to port2port_app;
grant update (topic, title, text, language) on knowledge_question to port2port_app;

alter table knowledge_questionevent enable row level security;
create policy sight on knowledge_questionevent for select using (exists (select 1 from sharing_record r where r.id = question_id));
grant select on knowledge_questionevent to port2port_app;

-- Whom a question was told, known to each of them alone; told by who asks, of those whose declaration the asker sees.
alter table knowledge_told enable row level security;
create policy sight on knowledge_told for select using (person_id = (select acting_person()));
create policy telling on knowledge_told for insert with check (
  person_id <> (select acting_person())
  and exists (select 1 from knowledge_question k join sharing_record r on r.id = k.record_id
    where k.record_id = question_id and k.asked_of = 'expertise' and sharing_is_steward(r.owner_id, r.author_id))
  and exists (select 1 from knowledge_expert e where e.person_id = knowledge_told.person_id));
grant select, insert on knowledge_told to port2port_app;

insert into sharing_kind (kind, holds) values ('question', 'knowledge_question');

-- Who turns which state into which: the same table as `questions.rules.next_state` (a test walks both).
create function knowledge_next(act text, state text, asker boolean, accepted boolean) returns text language sql immutable as $$
  select case
    when act = 'retract' then state
    when act = 'answer' and state in ('open', 'answered') then state
    when not asker then null
    when act = 'reopen' and state = 'closed' or act = 'unmerge' and state = 'merged' then case when accepted then 'answered' else 'open' end
    when act = 'accept' and state in ('open', 'answered') then 'answered'
    when act = 'unaccept' and state = 'answered' then 'open'
    when act = 'close' and state in ('open', 'answered') then 'closed'
    when act = 'merge' and state in ('open', 'answered') then 'merged'
  end
$$;

-- A question that the session sees, as the policy of envelopes says it; nothing for any other.
create function knowledge_asked(q uuid) returns sharing_record
language sql stable security definer set search_path = public, pg_temp as $$
  select r from sharing_record r where r.id = q and r.kind = 'question' and r.audience && acting_keys()
    and (r.tlp <= acting_ceiling() or r.author_id = acting_person()) and r.expires_at > now()
$$;

-- Answer a question that one sees, or turn it: accept, close, merge by who asked it; take an answer back by who gave it.
-- `target`: the answer meant, or the question that this one is merged into. `expected`: with `retract` the words are all
-- that is left to be found by, so they must have been made of this version.
create function knowledge_act(q uuid, new_act text, body text, lang text, words text, target uuid, expected integer) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  e sharing_record;
  k knowledge_question;
  of_target knowledge_questionevent;
  into_target knowledge_question;
  asker boolean;
  turned text;
  said uuid := new_uuid7();
begin
  -- both in the order of their ids, so that two that merge into each other wait instead of failing
  perform 1 from sharing_record r where r.id in ((knowledge_asked(q)).id, case when new_act = 'merge' then (knowledge_asked(target)).id end)
    order by r.id for update;
  e := knowledge_asked(q);
  if e.id is null then
    raise exception 'no such question' using errcode = 'PP404';
  end if;
  if acting_organisation() is null or not acting_may('report') then
    raise exception 'this role says nothing' using errcode = 'PP403';
  end if;
  if e.withdrawn_at is not null then
    raise exception 'it was withdrawn' using errcode = 'PP409';
  end if;
  select * into k from knowledge_question h where h.record_id = q for update;
  asker := sharing_is_steward(e.owner_id, e.author_id);
  if not exists (select 1 from unnest(array['open', 'answered', 'closed', 'merged']) s
                 where knowledge_next(new_act, s, asker, k.accepted is not null) is not null) then
    raise exception 'not for this side' using errcode = 'PP403';
  end if;
  turned := knowledge_next(new_act, k.state, asker, k.accepted is not null);
  if turned is null then
    raise exception 'the state does not allow it' using errcode = 'PP409';
  end if;
  if new_act = 'answer' then
    if body !~ '\S' or length(body) > 4000 then
      raise exception 'this cannot be said' using errcode = 'PP422', column = 'text';
    end if;
  elsif body <> '' then
    raise exception 'only an answer has words' using errcode = 'PP422', column = 'text';
  end if;
  if new_act in ('accept', 'retract') then
    select * into of_target from knowledge_questionevent v where v.id = target and v.question_id = q and v.act = 'answer' and v.retracted_at is null;
    if of_target.id is null then
      raise exception 'no such answer' using errcode = 'PP422', column = 'answer';
    end if;
  elsif new_act = 'merge' then
    if (knowledge_asked(target)).id is null or target = q or (knowledge_asked(target)).withdrawn_at is not null then
      raise exception 'no such question to merge into' using errcode = 'PP422', column = 'into';
    end if;
    select * into into_target from knowledge_question h where h.record_id = target;
    if into_target.state = 'merged' then
      raise exception 'it was merged itself' using errcode = 'PP422', column = 'into';
    end if;
  elsif target is not null then
    raise exception 'this is about nothing else' using errcode = 'PP422', column = 'answer';
  end if;
  if new_act = 'retract' then
    if of_target.organisation_id is distinct from acting_organisation()
       or not (of_target.person_id = acting_person() or acting_may('steward')) then
      raise exception 'who gave an answer takes it back' using errcode = 'PP403';
    end if;
    if expected is distinct from e.version then
      raise exception 'it was changed in the meantime' using errcode = 'PP409';
    end if;
    update knowledge_questionevent v set text = '', retracted_at = now() where v.id = target;
    if k.accepted = target and k.state = 'answered' then
      turned := 'open';
    end if;
  end if;
  insert into knowledge_questionevent (id, question_id, at, act, person_id, organisation_id, text, language, about)
  values (said, q, now(), new_act, acting_person(), acting_organisation(), body, lang, target);
  update knowledge_question h set state = turned,
    answers = h.answers + case new_act when 'answer' then 1 when 'retract' then -1 else 0 end,
    first_answer_at = case when new_act = 'answer' then coalesce(h.first_answer_at, now()) else h.first_answer_at end,
    accepted = case when new_act = 'accept' then target when new_act = 'unaccept' or new_act = 'retract' and h.accepted = target then null else h.accepted end,
    merged_into = case when turned = 'merged' then coalesce(h.merged_into, target) end
  where h.record_id = q;
  if new_act = 'answer' then
    update sharing_searchable s set words = s.words || ' ' || knowledge_act.words
    where s.record_id = q and length(s.words) + length(knowledge_act.words) < 400000;
  elsif new_act = 'retract' then
    update sharing_searchable s set words = knowledge_act.words where s.record_id = q;
  end if;
  update sharing_record r set version = r.version + 1, updated_at = now() where r.id = q;
  return said;
end $$;

-- Mail: queued with what it tells of; whom to tell, and how much of it, is looked up when it is sent.
create function knowledge_tell() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_table_name = 'knowledge_told' then
    perform procrastinate_defer_jobs_v1(array[row('mail', 'questions.tell_expert', 0, null, null,
      jsonb_build_object('event', new.id), null)::procrastinate_job_to_defer_v1]);
  elsif to_jsonb(new) ->> 'act' = 'answer' then
    perform procrastinate_defer_jobs_v1(array[row('mail', 'questions.tell_asker', 0, null, null,
      jsonb_build_object('event', new.id), null)::procrastinate_job_to_defer_v1]);
  end if;
  return null;
end $$;
create trigger tell after insert on knowledge_told for each row execute function knowledge_tell();
create trigger tell after insert on knowledge_questionevent for each row execute function knowledge_tell();

-- Whom to mail of a question (`what` = 'told') or of an answer ('answer'): while the person sees the question, and while there
-- is something to do. The title comes along where TLP:CLEAR or GREEN lets it, and is empty for AMBER and narrower.
create function knowledge_to_tell(what text, identifier uuid)
returns table (email text, language text, question uuid, title text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  q uuid;
  whom uuid;
  e sharing_record;
begin
  if acting_scope() <> 'worker' then
    raise exception 'the worker asks this' using errcode = 'PP403';
  end if;
  if what = 'told' then
    select t.question_id, t.person_id into q, whom from knowledge_told t join knowledge_question k on k.record_id = t.question_id
    where t.id = identifier and k.state = 'open'
      and exists (select 1 from knowledge_expert x where x.person_id = t.person_id and x.until >= current_date
                  and knowledge_works(x.person_id, x.organisation_id));
  else
    select v.question_id, r.author_id into q, whom from knowledge_questionevent v join sharing_record r on r.id = v.question_id
    where v.id = identifier and v.retracted_at is null and v.person_id <> r.author_id;
  end if;
  select * into e from sharing_record r where r.id = q and r.withdrawn_at is null and r.expires_at > now();
  return query select a.email::text, p.language::text, e.id, case when e.tlp < 2 then k.title::text else '' end
    from members_person p join members_account a on a.person_id = p.id and a.is_active join knowledge_question k on k.record_id = e.id
    where p.id = whom and p.active and p.kind = 'human'
      and exists (select 1 from members_holders(e.audience) h where h.person = p.id and (h.ceiling >= e.tlp or p.id = e.author_id));
end $$;

revoke execute on all functions in schema public from public;
grant execute on function knowledge_act(uuid, text, text, text, text, uuid, integer), knowledge_to_tell(text, uuid) to port2port_app;
