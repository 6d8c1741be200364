-- Who trains: results noted from the organisation's own records; invitations by mail, and reminders.

-- Somebody of the own organisation took part elsewhere, by a record that stays there. Once a day and course.
create function training_note(e uuid, p uuid, held_at timestamptz, noted_at timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  edition training_edition;
begin
  if acting_scope() <> 'member' or not training_trains() or not training_ours(p) then
    raise exception 'only who trains, of own people' using errcode = 'PP403';
  end if;
  select * into edition from training_edition where id = e and counts_until is null
    and (organisation_id is null or organisation_id = acting_organisation());
  if edition.id is null then
    raise exception 'no such course' using errcode = 'PP404';
  end if;
  if noted_at > now() + interval '1 minute' or (held_at at time zone 'Europe/Brussels')::date > (noted_at at time zone 'Europe/Brussels')::date then
    raise exception 'not at this time' using errcode = 'PP409';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('training ' || p || edition.slug, 0));
  if exists (select 1 from training_completion c join training_edition x on x.id = c.edition_id where c.person_id = p and x.slug = edition.slug
      and c.organisation_id = acting_organisation() and (c.at at time zone 'Europe/Brussels')::date = (held_at at time zone 'Europe/Brussels')::date) then
    raise exception 'there already' using errcode = 'PP409';
  end if;
  perform training_complete(edition, p, acting_organisation(), 'noted', null, held_at);
end $$;

-- Mails to who is expected at a session. What was sent stands in no grant; the worker makes and sends them.
alter table training_invitation enable row level security;
create policy sight on training_invitation for select using (false);
create policy birth on training_invitation for insert with check (false);
create policy changing on training_invitation for update using (false);
create policy burial on training_invitation for delete using (false);

-- What is to be said is worked out from what was said last: nothing has to remember to call this, and nothing is said twice.
create function training_invitations_plan(held_at timestamptz) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  made uuid[];
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker' using errcode = 'PP403';
  end if;
  perform pg_advisory_xact_lock(hashtext('training_invitations'));
  with last as (
    select distinct on (i.session_id, i.person_id) i.* from training_invitation i where i.step <> 'reminder'
    order by i.session_id, i.person_id, i.id desc
  ), wanted as (
    select s.id as session, b.person_id as person, s.sequence, 'request' as step
      from training_session s join training_booking b on b.session_id = s.id left join last l on l.session_id = s.id and l.person_id = b.person_id
      where s.state = 'planned' and s.starts_at > held_at and b.came is null
        and (l.id is null or l.step = 'cancel' or l.sequence < s.sequence)
    union all
    select s.id, l.person_id, s.sequence, 'cancel' from training_session s join last l on l.session_id = s.id
      where l.step = 'request' and s.starts_at > held_at and (s.state = 'called_off'
        or s.state = 'planned' and not exists (select 1 from training_booking b where b.session_id = s.id and b.person_id = l.person_id))
    union all
    select s.id, b.person_id, s.sequence, 'reminder'
      from training_session s join training_booking b on b.session_id = s.id join last l on l.session_id = s.id and l.person_id = b.person_id
      where s.state = 'planned' and s.starts_at > held_at and s.starts_at <= held_at + interval '2 days' and b.came is null
        and l.step = 'request' and l.sequence = s.sequence and l.at < s.starts_at - interval '3 days'
        and not exists (select 1 from training_invitation r where r.session_id = s.id and r.person_id = b.person_id
          and r.step = 'reminder' and r.sequence = s.sequence)
  ), fresh as (
    insert into training_invitation (id, session_id, person_id, sequence, step, at, attempts, state)
    select new_uuid7(), w.session, w.person, w.sequence, w.step, held_at, 0, 'waiting' from wanted w returning id
  )
  select array_agg(id) into made from fresh;
  perform procrastinate_defer_jobs_v1(array_agg(
    row('mail', 'training.send_invitation', 0, null, null, jsonb_build_object('invitation', f), null)::procrastinate_job_to_defer_v1))
  from unnest(made) f having count(*) > 0;
  return coalesce(cardinality(made), 0);
end $$;

-- Begin a try. Nothing comes out when it was sent, when the person wants no mail, or when something newer holds.
create function training_invitation_claim(i uuid)
returns table (address text, language text, step text, sequence integer, at timestamptz, session uuid, slug text, starts_at timestamptz, minutes integer)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  n training_invitation;
  s training_session;
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker' using errcode = 'PP403';
  end if;
  select * into n from training_invitation x where x.id = i and x.state = 'waiting' for update;
  select * into s from training_session x where x.id = n.session_id;
  if n.id is null or s.id is null then
    return;
  end if;
  -- What something newer took the place of goes, so that the next plan starts from what was said indeed; so does a cancellation that
  -- overtook its invitation. A cancellation of what never arrived says nothing.
  if n.step <> 'cancel' and (s.state <> 'planned' or s.sequence <> n.sequence
        or not exists (select 1 from training_booking b where b.session_id = s.id and b.person_id = n.person_id))
      or n.step = 'cancel' and exists (select 1 from training_invitation r where r.session_id = n.session_id and r.person_id = n.person_id
        and r.step = 'request' and r.state = 'waiting' and r.id < n.id) then
    delete from training_invitation x where x.id = i;
    return;
  end if;
  if n.attempts >= 8 or not exists (select 1 from alerts_ways(n.person_id, false) w where w.channel = 'mail')
      or n.step = 'cancel' and not exists (select 1 from training_invitation r where r.session_id = n.session_id
        and r.person_id = n.person_id and r.step = 'request' and r.state = 'sent') then
    update training_invitation x set state = 'void' where x.id = i;
    return;
  end if;
  update training_invitation x set attempts = n.attempts + 1 where x.id = i;
  return query select c.email::text, p.language::text, n.step::text, n.sequence::integer, n.at, s.id, s.slug::text, s.starts_at, s.minutes::integer
    from members_account c join members_person p on p.id = c.person_id where c.person_id = n.person_id and c.is_active and p.active limit 1;
end $$;
create function training_invitation_settle(i uuid, outcome text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker' using errcode = 'PP403';
  end if;
  update training_invitation set state = outcome where id = i and state = 'waiting';
end $$;

-- What was proposed for the year and is not wanted: of the organisation, by who trains there.
alter table training_declined enable row level security;
create policy sight on training_declined for select using (
  (select training_trains()) and organisation_id is not distinct from (select acting_organisation()));
create policy birth on training_declined for insert with check (
  (select training_trains()) and organisation_id is not distinct from (select acting_organisation()) and by_id = (select acting_person()));
create policy changing on training_declined for update using (false);
create policy burial on training_declined for delete using (
  (select training_trains()) and organisation_id is not distinct from (select acting_organisation()));
grant select, insert, delete on training_declined to port2port_app;

-- Statements of the organisation's own learning system: that an id was taken, and a digest of what was read.
alter table training_takenstatement enable row level security;
create policy sight on training_takenstatement for select using (
  (select training_trains()) and organisation_id is not distinct from (select acting_organisation()));
create policy birth on training_takenstatement for insert with check (
  (select training_trains()) and organisation_id is not distinct from (select acting_organisation()));
create policy changing on training_takenstatement for update using (false);
create policy burial on training_takenstatement for delete using (false);
grant select, insert on training_takenstatement to port2port_app;

revoke execute on function training_note(uuid, uuid, timestamptz, timestamptz), training_invitations_plan(timestamptz),
  training_invitation_claim(uuid), training_invitation_settle(uuid, text) from public;
grant execute on function training_note(uuid, uuid, timestamptz, timestamptz), training_invitations_plan(timestamptz),
  training_invitation_claim(uuid), training_invitation_settle(uuid, text) to port2port_app;
