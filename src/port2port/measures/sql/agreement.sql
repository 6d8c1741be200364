-- Objectives, measures, versions, consultations, positions: seen with the measure's envelope. What a text says, who is
-- asked and what came of it is turned by the functions below and by nothing else.

create function measures_sees(m uuid) returns boolean language sql stable
as $$ select exists (select 1 from sharing_record r where r.id = m) $$;
create function measures_steward(m uuid) returns boolean language sql stable
as $$ select exists (select 1 from sharing_record r where r.id = m and sharing_is_steward(r.owner_id, r.author_id)) $$;

alter table measures_objective enable row level security;
create policy sight on measures_objective for select using (measures_sees(record_id));
create policy birth on measures_objective for insert with check (
  exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'objective' and sharing_is_steward(r.owner_id, r.author_id)));
create policy stewardship on measures_objective for update
  using (measures_steward(record_id)) with check (measures_steward(record_id));
create policy burial on measures_objective for delete using (false);
grant select, insert on measures_objective to port2port_app;
grant update (title, why, change, indicator, language) on measures_objective to port2port_app;

-- A measure is born as a draft, or as the fact that somebody published; no column of its state stands in a grant.
alter table measures_measure enable row level security;
create policy sight on measures_measure for select using (measures_sees(record_id));
create policy birth on measures_measure for insert with check (
  number = 1 and agreed_at is null and in_force_at is null and retired_at is null
  and exists (select 1 from sharing_record r where r.id = record_id and r.kind = 'measure'
    and sharing_is_steward(r.owner_id, r.author_id) and state = case r.provenance when 'published' then 'published' else 'draft' end)
  and (objective_id is null or measures_sees(objective_id)));
create policy stewardship on measures_measure for update
  using (measures_steward(record_id))
  with check (measures_steward(record_id) and (objective_id is null or measures_sees(objective_id)));
create policy burial on measures_measure for delete using (false);
grant select, insert on measures_measure to port2port_app;
grant update (objective_id) on measures_measure to port2port_app;

insert into sharing_kind (kind, holds) values ('objective', 'measures_objective'), ('measure', 'measures_measure');

alter table measures_version enable row level security;
create policy sight on measures_version for select using (measures_sees(measure_id));
create policy birth on measures_version for insert with check (
  made_by_id = (select acting_person()) and measures_steward(measure_id));
create policy stewardship on measures_version for update
  using (measures_steward(measure_id)) with check (measures_steward(measure_id) and made_by_id = (select acting_person()));
create policy burial on measures_version for delete using (false);
grant select, insert on measures_version to port2port_app;
grant update (language, title, problem, text, modi, phases, effort, cost, legal_basis, isps, evidence, side_effects, playbook,
  contact, made_by_id, made_at) on measures_version to port2port_app;

-- The exact text of a version, as `rules.exact_text` writes it: json (not jsonb) keeps order and spacing as they stand here.
create function measures_exact(v measures_version) returns text language sql immutable as $$
  select json_build_object(
    'language', v.language, 'title', v.title, 'problem', v.problem, 'text', v.text,
    'modi', array_to_string(v.modi, ' '), 'phases', array_to_string(v.phases, ' '), 'effort', v.effort, 'cost', v.cost,
    'legal_basis', v.legal_basis, 'isps', v.isps, 'evidence', v.evidence, 'side_effects', v.side_effects,
    'playbook', v.playbook, 'contact', v.contact)::text
$$;

-- The triggers below run before the policy's checks and as the owner: what a session does not see must not be told by
-- their refusals. Without a session the owner itself is at work.
create function measures_guarded(m uuid) returns void
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if coalesce(current_setting('p2p.keys', true), '') = '' then
    return;
  end if;
  if not exists (select 1 from sharing_record r where r.id = m and r.audience && acting_keys()
      and (r.tlp <= acting_ceiling() or r.author_id = acting_person()) and r.expires_at > now()) then
    raise exception 'no such measure' using errcode = 'PP404';
  end if;
end $$;

-- A text changes in place until the first position is given; from then on only by a new version, which asks again.
create function measures_version_before() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  m measures_measure;
begin
  perform measures_guarded(new.measure_id);
  select * into m from measures_measure where record_id = new.measure_id for update;
  if tg_op = 'INSERT' then
    if not (new.number = 1 and m.number = 1 and m.state in ('draft', 'published')
            or new.number = m.number + 1 and m.state in ('draft', 'consultation')) then
      raise exception 'no new version in this state' using errcode = 'PP409';
    end if;
    if new.number > 1 and not exists (select 1 from measures_position p join measures_consultation c on c.id = p.consultation_id
        join measures_version v on v.id = c.version_id where v.measure_id = new.measure_id and v.number = m.number) then
      raise exception 'change the version there is' using errcode = 'PP409';
    end if;
  elsif new.number <> m.number or m.state not in ('draft', 'consultation')
     or exists (select 1 from measures_position p join measures_consultation c on c.id = p.consultation_id where c.version_id = new.id) then
    raise exception 'this text is frozen' using errcode = 'PP409';
  end if;
  new.hash := encode(sha256(convert_to(measures_exact(new), 'UTF8')), 'hex');
  return new;
end $$;
create trigger frozen before insert or update on measures_version for each row execute function measures_version_before();

create function measures_version_after() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  was measures_consultation;
  again uuid := new_uuid7();
  later integer;  -- days, so that it ends at the hour at which the first would have
begin
  if new.number = 1 then
    return null;
  end if;
  update measures_measure set number = new.number where record_id = new.measure_id;
  select * into was from measures_consultation where measure_id = new.measure_id and closed_at is null for update;
  if was.id is not null then
    update measures_consultation set closed_at = now(), closed_by_id = acting_person(), outcome = 'superseded' where id = was.id;
    later := (now() at time zone 'Europe/Brussels')::date - (was.opened_at at time zone 'Europe/Brussels')::date;
    insert into measures_consultation (id, measure_id, version_id, group_id, rule_number, kind, fraction, quorum, opened_by_id,
      opened_at, until, outcome)
    values (again, new.measure_id, new.id, was.group_id, was.rule_number, was.kind, was.fraction, was.quorum, acting_person(),
            now(), (was.until at time zone 'Europe/Brussels' + make_interval(days => later)) at time zone 'Europe/Brussels', '');
    insert into measures_asked (consultation_id, organisation_id)
      select again, organisation_id from measures_asked where consultation_id = was.id;
  end if;
  return null;
end $$;
create trigger ask_again after insert on measures_version for each row execute function measures_version_after();

alter table measures_lineage enable row level security;
create policy sight on measures_lineage for select using (measures_sees(measure_id) and measures_sees(predecessor_id));
create policy birth on measures_lineage for insert with check (measures_steward(measure_id) and measures_sees(predecessor_id));
create policy burial on measures_lineage for delete using (false);
grant select, insert on measures_lineage to port2port_app;

alter table measures_consultation enable row level security;
create policy sight on measures_consultation for select using (measures_sees(measure_id));
grant select on measures_consultation to port2port_app;
alter table measures_asked enable row level security;
create policy sight on measures_asked for select using (exists (select 1 from measures_consultation c where c.id = consultation_id));
grant select on measures_asked to port2port_app;

-- Who is asked: the organisations in the measure's circles of organisations that have somebody who sees it and may
-- speak, and the owner. Circles of persons and confidential ones are left out: the list would tell who is in them.
create function measures_askable(m uuid) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct h.organisation
  from sharing_record r
  cross join lateral (select array_agg(k) as keys from unnest(r.audience) k join members_circle c on c.id = k
    where c.of = 'organisations' and c.membership = 'open') open
  cross join lateral members_holders(open.keys) h
  join members_membership hat on hat.id = h.hat
  join members_role role on role.code = any(hat.roles) and 'speak' = any(role.acts)
  where r.id = m and h.ceiling >= r.tlp
$$;

-- Whether `part` of `whole` reaches a share written as "2/3": in whole numbers, since 2 of 3 must reach two thirds.
create function measures_reaches(part bigint, whole bigint, share text) returns boolean language sql immutable
as $$ select part * split_part(share, '/', 2)::bigint >= whole * split_part(share, '/', 1)::bigint $$;

-- A draft is put to the members in the name of a group in which the opener sits, by the rule that this group has decided by
-- now. Nobody hands a rule in, and what the group decides later changes nothing here.
create function measures_open(m uuid, g uuid, ends timestamptz) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  r sharing_record := sharing_stewarded(m, 'report');
  was measures_measure;
  held workgroups_rule;
  opened uuid := new_uuid7();
  many integer;
begin
  select * into was from measures_measure where record_id = m for update;
  if was.record_id is null then
    raise exception 'no such measure' using errcode = 'PP404';
  end if;
  if not workgroups_in(g) then
    raise exception 'no such group' using errcode = 'PP404';
  end if;
  if was.state <> 'draft' or r.withdrawn_at is not null then
    raise exception 'only a draft is put to the members' using errcode = 'PP409';
  end if;
  if exists (select 1 from measures_consultation c join measures_version v on v.id = c.version_id
             where v.measure_id = m and v.number = was.number) then
    raise exception 'this text was put to the members before' using errcode = 'PP409';
  end if;
  if ends <= now() then
    raise exception 'it ends before it begins' using errcode = 'PP422', column = 'until';
  end if;
  select * into held from workgroups_rule where group_id = g order by number desc limit 1;
  if held.id is null then
    raise exception 'the group has no rule' using errcode = 'PP409';
  end if;
  insert into measures_consultation (id, measure_id, version_id, group_id, rule_number, kind, fraction, quorum, opened_by_id,
    opened_at, until, outcome)
  select opened, m, v.id, g, held.number, held.kind,
    case held.kind when 'qualified' then held.majority_of || '/' || held.majority_in else '' end,
    held.quorum_of || '/' || held.quorum_in, acting_person(), now(), ends, ''
  from measures_version v where v.measure_id = m and v.number = was.number;
  if not found then
    raise exception 'it has no text' using errcode = 'PP409';
  end if;
  insert into measures_asked (consultation_id, organisation_id) select opened, o from measures_askable(m) o;
  get diagnostics many = row_count;
  if many = 0 then
    raise exception 'nobody of its audience may speak' using errcode = 'PP422', column = 'audience';
  end if;
  update measures_measure set state = 'consultation' where record_id = m;
  update sharing_record set version = version + 1, updated_at = now() where id = m;
  return opened;
end $$;

-- What the positions come to under the rule that was fixed at the start.
create function measures_outcome(c uuid) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select case
    when not measures_reaches(given, asked, quorum) then 'not_agreed'
    when yes = 0 then 'not_agreed'
    when kind = 'consensus' and no > 0 then 'not_agreed'
    when kind = 'qualified' and not measures_reaches(yes, yes + no, fraction) then 'not_agreed'
    else 'agreed' end
  from (
    select k.kind, k.fraction, k.quorum,
      (select count(*) from measures_asked a where a.consultation_id = k.id) as asked,
      count(p.id) as given,
      count(p.id) filter (where p.stance in ('agree', 'reservation')) as yes,
      count(p.id) filter (where p.stance = 'object') as no
    from measures_consultation k left join measures_position p on p.consultation_id = k.id
    where k.id = c group by k.id
  ) counted
$$;

-- The one way to "agreed".
create function measures_close(c uuid) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  k measures_consultation;
  result text;
begin
  select * into k from measures_consultation where id = c;
  if k.id is null then
    raise exception 'no such consultation' using errcode = 'PP404';
  end if;
  perform sharing_stewarded(k.measure_id, 'report');
  perform 1 from measures_measure where record_id = k.measure_id for update;
  select * into k from measures_consultation where id = c for update;
  if k.closed_at is not null then
    raise exception 'it is closed' using errcode = 'PP409';
  end if;
  if now() <= k.until and exists (select 1 from measures_asked a where a.consultation_id = c and not exists (
      select 1 from measures_position p where p.consultation_id = c and p.organisation_id = a.organisation_id)) then
    raise exception 'some have time left' using errcode = 'PP409';
  end if;
  result := measures_outcome(c);
  update measures_consultation set closed_at = now(), closed_by_id = acting_person(), outcome = result where id = c;
  update measures_measure set state = case result when 'agreed' then 'agreed' else 'draft' end,
    agreed_at = case result when 'agreed' then now() end where record_id = k.measure_id;
  update sharing_record set version = version + 1, updated_at = now() where id = k.measure_id;
  return result;
end $$;

-- The other turns: stop a consultation, put in force, retire.
create function measures_turn(m uuid, wanted text, why text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  was measures_measure;
begin
  perform sharing_stewarded(m, 'report');
  select * into was from measures_measure where record_id = m for update;
  if was.record_id is null then
    raise exception 'no such measure' using errcode = 'PP404';
  end if;
  if not ((was.state, wanted) in (('consultation', 'draft'), ('agreed', 'in_force'), ('draft', 'retired'),
                                  ('agreed', 'retired'), ('in_force', 'retired'))) then
    raise exception 'not from this state' using errcode = 'PP409';
  end if;
  if wanted = 'retired' and why !~ '\S' then
    raise exception 'say why' using errcode = 'PP422', column = 'reason';
  end if;
  update measures_consultation set closed_at = now(), closed_by_id = acting_person(), outcome = 'stopped'
    where measure_id = m and closed_at is null;
  update measures_measure set state = wanted,
    in_force_at = case wanted when 'in_force' then now() else in_force_at end,
    retired_at = case wanted when 'retired' then now() end,
    retired_why = case wanted when 'retired' then left(why, 400) else '' end where record_id = m;
  update sharing_record set version = version + 1, updated_at = now() where id = m;
end $$;

alter table measures_position enable row level security;
create policy sight on measures_position for select using (exists (select 1 from measures_consultation c where c.id = consultation_id));
create policy birth on measures_position for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person()) and (select acting_may('speak'))
  and exists (select 1 from measures_consultation c where c.id = consultation_id));
create policy changing on measures_position for update
  using (organisation_id = (select acting_organisation()) and (select acting_may('speak')))
  with check (organisation_id = (select acting_organisation()) and person_id = (select acting_person()) and (select acting_may('speak')));
create policy burial on measures_position for delete using (false);
grant select, insert on measures_position to port2port_app;
grant update (person_id, stance, reason, at, hash, entry) on measures_position to port2port_app;
alter table measures_pastposition enable row level security;
create policy sight on measures_pastposition for select using (exists (select 1 from measures_position p where p.id = position_id));
grant select on measures_pastposition to port2port_app;

-- A position is given in time, by who is asked, to the text that was read; what it was before is kept.
create function measures_position_before() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  k measures_consultation;
begin
  perform measures_guarded((select c.measure_id from measures_consultation c where c.id = new.consultation_id));
  perform 1 from measures_measure m join measures_consultation c on c.measure_id = m.record_id
    where c.id = new.consultation_id for share of m;
  select * into k from measures_consultation where id = new.consultation_id for share;
  if k.closed_at is not null or now() > k.until then
    raise exception 'the consultation has ended' using errcode = 'PP409';
  end if;
  if not exists (select 1 from measures_asked a where a.consultation_id = k.id and a.organisation_id = new.organisation_id) then
    raise exception 'this organisation is not asked' using errcode = 'PP403';
  end if;
  if new.hash is distinct from (select v.hash from measures_version v where v.id = k.version_id) then
    raise exception 'the text has changed since' using errcode = 'PP409';
  end if;
  if tg_op = 'UPDATE' then
    insert into measures_pastposition (id, position_id, person_id, stance, reason, at, hash, entry)
    values (new_uuid7(), old.id, old.person_id, old.stance, old.reason, old.at, old.hash, old.entry);
  end if;
  return new;
end $$;
create trigger in_time before insert or update on measures_position for each row execute function measures_position_before();

-- Each position has its entry in the journal, which says the same; checked when the transaction ends.
create function measures_position_proved() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (
      select 1 from base_journal_entry e join measures_consultation c on c.id = new.consultation_id
      where e.id = new.entry and e.act = 'measure.position' and e.record = c.measure_id and e.organisation = new.organisation_id
        and e.actor = new.person_id and e.payload::json->'details'->>'text' = new.hash
        and e.payload::json->'details'->>'position' = new.stance) then
    raise exception 'the journal does not say so' using errcode = 'PP409';
  end if;
  return null;
end $$;
create constraint trigger proved after insert or update on measures_position deferrable initially deferred
  for each row execute function measures_position_proved();

-- What the journal holds about a measure's agreement, for who sees the measure: the payload and salt of each entry, so
-- that its leaf can be computed again, and the leaf's place. Nothing of anything else.
create function measures_proof(m uuid)
returns table (entry uuid, at timestamptz, place bigint, leaf text, salt text, payload text)
language sql stable security definer set search_path = public, pg_temp as $$
  select e.id, e.at, l.place, encode(l.leaf, 'hex'), encode(e.salt, 'hex'), e.payload
  from base_journal_entry e left join base_journal_leaf l on l.entry = e.id
  where exists (select 1 from sharing_record r where r.id = m and r.audience && acting_keys()
      and (r.tlp <= acting_ceiling() or r.author_id = acting_person()) and r.expires_at > now())
    and e.record = m and (
      e.act = 'measure.position' and exists (select 1 from measures_consultation c join measures_position p on p.consultation_id = c.id
        left join measures_pastposition o on o.position_id = p.id where c.measure_id = m and e.id in (p.entry, o.entry))
      or e.act in ('measure.opened', 'measure.closed') and e.organisation = (select r.owner_id from sharing_record r where r.id = m))
  order by e.id
$$;

alter table measures_comment enable row level security;
create policy sight on measures_comment for select using (measures_sees(measure_id));
create policy birth on measures_comment for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person())
  and ((select acting_may('report')) or (select acting_may('speak'))) and measures_sees(measure_id));
create policy burial on measures_comment for delete using (false);
grant select, insert on measures_comment to port2port_app;

grant execute on function measures_sees(uuid), measures_steward(uuid), measures_open(uuid, uuid, timestamptz),
  measures_close(uuid), measures_turn(uuid, text, text), measures_proof(uuid) to port2port_app;
