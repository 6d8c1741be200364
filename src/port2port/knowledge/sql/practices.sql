-- Practices. Before it is published a practice is its organisation's alone, whoever its envelope names; so is each later
-- version until it is published too. Who publishes is not who wrote last, and looks after the organisation's records.

alter table knowledge_practice enable row level security;
create policy sight on knowledge_practice for select using (exists (
  select 1 from sharing_record r where r.id = record_id
    and (published is not null or r.owner_id is not distinct from (select acting_organisation()))));

-- Asked by the policies of the same table: a subquery there would ask the policy that asks it.
create function knowledge_practice_seen(p uuid) returns boolean language sql stable
as $$ select exists (select 1 from knowledge_practice k where k.record_id = p) $$;
create function knowledge_practice_steward(p uuid) returns boolean language sql stable
as $$ select exists (select 1 from sharing_record r where r.id = p and r.kind = 'practice' and sharing_is_steward(r.owner_id, r.author_id)) $$;
create function knowledge_practice_own(p uuid) returns boolean language sql stable
as $$ select exists (select 1 from sharing_record r where r.id = p and r.owner_id is not distinct from acting_organisation()) $$;

-- What an editor of the platform took from publications is born published, and by the import alone.
create policy birth on knowledge_practice for insert with check (
  number = 1 and published_by_id is null and (original_id is null) = (original_number is null)
  and (original_id is null or knowledge_practice_seen(original_id))
  and exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'practice' and sharing_is_steward(r.owner_id, r.author_id)
    and case r.provenance when 'published' then (select acting_scope()) = 'import' and state = 'published' and published = 1
        else state = 'draft' and published is null and published_at is null end));
create policy stewardship on knowledge_practice for update
  using (knowledge_practice_steward(record_id))
  with check (knowledge_practice_steward(record_id) and (original_id is null or original_number > 0));
create policy burial on knowledge_practice for delete using (false);
grant select, insert on knowledge_practice to port2port_app;
grant update (review_on, audience, audience_tlp, original_number, sources) on knowledge_practice to port2port_app;
insert into sharing_kind (kind, holds) values ('practice', 'knowledge_practice');

alter table knowledge_practicetext enable row level security;
create policy sight on knowledge_practicetext for select using (exists (
  select 1 from knowledge_practice k where k.record_id = practice_id
    and (knowledge_practicetext.number <= k.published or knowledge_practice_own(k.record_id))));
create policy birth on knowledge_practicetext for insert with check (
  made_by_id = (select acting_person()) and knowledge_practice_steward(practice_id));
create policy change on knowledge_practicetext for update using (false);
create policy burial on knowledge_practicetext for delete using (false);
grant select, insert on knowledge_practicetext to port2port_app;

-- A text is the first, the next, or (of the platform's editors) the newest in one more language.
create function knowledge_text_before() returns trigger language plpgsql as $$
declare
  k knowledge_practice;
begin
  select * into k from knowledge_practice where record_id = new.practice_id;
  if k.record_id is null then
    raise exception 'no such practice' using errcode = 'PP404';
  end if;
  if exists (select 1 from sharing_record r where r.id = new.practice_id and r.withdrawn_at is not null) then
    raise exception 'it was withdrawn' using errcode = 'PP409';
  end if;
  if new.number = k.number + 1
     or new.number = k.number and not exists (select 1 from knowledge_practicetext t where t.practice_id = new.practice_id and t.number = new.number)
     or new.number = k.number and acting_scope() = 'import' then
    return new;
  end if;
  raise exception 'a text is never changed' using errcode = 'PP409';
end $$;
create trigger numbered before insert on knowledge_practicetext for each row execute function knowledge_text_before();

-- After the policy has let the text in: it is the newest now. What the platform's editors wrote is published at once.
create function knowledge_text_after() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update knowledge_practice k set number = new.number,
    state = case when r.provenance = 'published' then 'published' else 'draft' end,
    published = case when r.provenance = 'published' then new.number else k.published end
  from sharing_record r where r.id = k.record_id and k.record_id = new.practice_id and k.number < new.number;
  return null;
end $$;
create trigger newest after insert on knowledge_practicetext for each row execute function knowledge_text_after();

-- Asked for review, given back, published: the one way in which these columns change.
create function knowledge_practice_turn(p uuid, turn text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  was sharing_record := sharing_stewarded(p, 'report');
  k knowledge_practice;
begin
  select * into k from knowledge_practice where record_id = p for update;
  if k.record_id is null then
    raise exception 'no such practice' using errcode = 'PP404';
  end if;
  if was.withdrawn_at is not null or (k.state, turn) not in (('draft', 'ask'), ('review', 'back'), ('review', 'publish')) then
    raise exception 'not in this state' using errcode = 'PP409';
  end if;
  if turn = 'publish' then
    if not acting_may('steward') or not acting_may('share') or acting_person() in (
         select t.made_by_id from knowledge_practicetext t where t.practice_id = p and t.number = k.number) then
      raise exception 'somebody else of the organisation publishes it' using errcode = 'PP403';
    end if;
    if k.review_on is null or k.review_on <= current_date then
      raise exception 'say when it will be looked at again' using errcode = 'PP422', column = 'review_on';
    end if;
    update knowledge_practice set state = 'published', published = number, published_by_id = acting_person(), published_at = now()
      where record_id = p;
  else
    update knowledge_practice set state = case turn when 'ask' then 'review' else 'draft' end where record_id = p;
  end if;
end $$;

alter table knowledge_endorsement enable row level security;
create policy sight on knowledge_endorsement for select using (knowledge_practice_seen(practice_id));
create policy birth on knowledge_endorsement for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person())
  and ((select acting_may('speak')) or (select acting_may('steward')))
  and exists (select 1 from knowledge_practice k join sharing_record r on r.id = k.record_id
    where k.record_id = practice_id and k.published is not null and r.withdrawn_at is null
      and r.owner_id is distinct from (select acting_organisation())));
create policy change on knowledge_endorsement for update
  using (organisation_id = (select acting_organisation()) and ((select acting_may('speak')) or (select acting_may('steward'))))
  with check (organisation_id = (select acting_organisation()) and person_id = (select acting_person()) and knowledge_practice_seen(practice_id));
create policy removal on knowledge_endorsement for delete
  using (organisation_id = (select acting_organisation()) and ((select acting_may('speak')) or (select acting_may('steward'))));
grant select, insert, delete on knowledge_endorsement to port2port_app;
grant update (person_id, experience, at) on knowledge_endorsement to port2port_app;

-- A link is made by who looks after either side, and seen by who sees both.
alter table knowledge_practicelink enable row level security;
create policy sight on knowledge_practicelink for select using (
  knowledge_practice_seen(practice_id) and exists (select 1 from sharing_record r where r.id = target_id));
create policy birth on knowledge_practicelink for insert with check (
  by_id = (select acting_person()) and practice_id <> target_id and knowledge_practice_seen(practice_id)
  and exists (select 1 from sharing_record r where r.id = target_id and r.kind = knowledge_practicelink.kind
    and (sharing_is_steward(r.owner_id, r.author_id) or knowledge_practice_steward(practice_id))));
create policy change on knowledge_practicelink for update using (false);
create policy removal on knowledge_practicelink for delete using (exists (
  select 1 from sharing_record r where r.id = target_id
    and (sharing_is_steward(r.owner_id, r.author_id) or knowledge_practice_steward(practice_id))));
grant select, insert, delete on knowledge_practicelink to port2port_app;

-- A file comes with a version, and is the organisation's alone until that is published.
alter table knowledge_practicefile enable row level security;
alter table knowledge_practicefile add constraint knowledge_practicefile_shape check (
  address ~ '^[0-9a-f]{64}$' and sha256 ~ '^[0-9a-f]{64}$' and media_type ~ '^[a-z]+/[a-z0-9.+-]+$' and filename <> '');
create policy sight on knowledge_practicefile for select using (exists (
  select 1 from knowledge_practice k where k.record_id = practice_id
    and (knowledge_practicefile.number <= k.published or knowledge_practice_own(k.record_id))));
-- `kept_for` is bound into the encryption: who learns another's address cannot open it with a row of one's own.
create policy birth on knowledge_practicefile for insert with check (
  added_by_id = (select acting_person()) and kept_for = (select acting_organisation()) and knowledge_practice_steward(practice_id)
  and exists (select 1 from knowledge_practice k where k.record_id = practice_id and k.state = 'draft' and k.number = knowledge_practicefile.number));
create policy change on knowledge_practicefile for update using (false);
create policy removal on knowledge_practicefile for delete using (knowledge_practice_steward(practice_id));
grant select, insert, delete on knowledge_practicefile to port2port_app;

-- Which of these places in the vault a row still refers to: as before, and those of practices.
create or replace function reports_kept_addresses(addresses text[]) returns setof text
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker clears the vault' using errcode = 'PP403';
  end if;
  return query select x from unnest(addresses) x
    where exists (select 1 from reports_attachment a where a.address = x) or exists (select 1 from reports_original o where o.address = x)
      or exists (select 1 from knowledge_practicefile f where f.address = x);
end $$;

revoke execute on all functions in schema public from public;
grant execute on function knowledge_practice_seen(uuid), knowledge_practice_steward(uuid), knowledge_practice_own(uuid),
  knowledge_practice_turn(uuid, text) to port2port_app;
