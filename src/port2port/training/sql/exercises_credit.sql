-- What an exercise fulfils in the security files of those who took part.

-- Who keeps a file marks a part as written into it; who merely takes part does not.
create policy crediting on training_part for update
  using (training_sees(exercise_id) and ((select compliance_national())
    or facility_id = any((select compliance_facilities())::uuid[])
    or facility_id is null and port_id = any((select compliance_ports())::uuid[])))
  with check (training_sees(exercise_id));
grant update (credited_at, event_id, checked_at) on training_part to port2port_app;

-- Whose file of a place it is: the facility's own security officer, of the port its port security officer or local
-- committee, as `compliance_facilities` and `compliance_ports` say it of whoever acts. Nobody else's part fulfils by itself.
create function training_keeps_file(o uuid, at_port uuid, at_facility uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select case when at_facility is null then exists (
      select 1 from members_organisation_ports op join members_organisation x on x.id = op.organisation_id
      where op.organisation_id = o and op.port_id = at_port and (x.kind = 'local_maritime_security_committee'
        or x.kind not in ('terminal_operator', 'company') and exists (select 1 from members_membership m
          where m.organisation_id = o and m.until is null
            and m.roles && array['port_security_officer', 'deputy_port_security_officer']::varchar[])))
    else exists (
      select 1 from members_membership m join members_facility f on f.id = at_facility
      where m.organisation_id = o and m.until is null and 'facility_security_officer' = any(m.roles)
        and (m.facility_id = f.id or m.facility_id is null and f.operator_id = o)) end
$$;

-- At the close, in the transaction that closes it and at no other moment: what was held is written into the file of each
-- that keeps one and had somebody in a seat, once a file. What was written before, or taken back later, is left alone. The
-- entry says the exercise, by which it can be looked up; whoever keeps the file is told, and can take it back.
create function training_credit_closed(x uuid, known_as text) returns table (subject uuid)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  r sharing_record := training_guarded(x);
  e training_exercise;
  p training_part;
  s uuid;
  h uuid;
  held timestamptz;
begin
  select * into e from training_exercise t where t.record_id = x for update;
  if not coalesce(training_seat_of(x) in ('lead', 'control'), false) or acting_organisation() is null then
    raise exception 'only who runs it' using errcode = 'PP403';
  end if;
  if e.state <> 'closed' or e.turned_at <> now() or known_as !~ '^[0-9]{2}-[0-9]{4}-[0-9A-F]{4}$' then
    raise exception 'not in this state' using errcode = 'PP409';
  end if;
  select max(c.at) into held from training_clockevent c where c.exercise_id = x and c.act = 'end';
  for p in
    select distinct on (coalesce(q.facility_id, q.port_id)) q.* from training_part q
    where q.exercise_id = x and (e.size = 'exercise' or q.facility_id is not null)
      and exists (select 1 from training_seat t where t.exercise_id = x and t.organisation_id = q.organisation_id)
      and training_keeps_file(q.organisation_id, q.port_id, q.facility_id)
      and not exists (select 1 from training_part o where o.exercise_id = x and o.credited_at is not null
        and coalesce(o.facility_id, o.port_id) = coalesce(q.facility_id, q.port_id))
    order by coalesce(q.facility_id, q.port_id), q.organisation_id is distinct from r.owner_id, q.id
  loop
    -- A file that nobody began is begun, as `compliance.actions` does it.
    insert into compliance_subject (id, kind, facility_id, port_id, attributes, function, holder, invented, book)
      values (new_uuid7(), case when p.facility_id is null then 'port' else 'facility' end, p.facility_id,
        case when p.facility_id is null then p.port_id end, '{}', '', '', r.provenance = 'invented', '')
      on conflict do nothing;
    select c.id into s from compliance_subject c
      where case when p.facility_id is null then c.kind = 'port' and c.port_id = p.port_id
        else c.kind = 'facility' and c.facility_id = p.facility_id end;
    h := new_uuid7();
    insert into compliance_happening (id, subject_id, kind, at, details, reference, origin, source_id, void, narrow,
        organisation_id, person_id, entered_at)
      values (h, s, e.size || '_held', coalesce(held, now()), jsonb_build_object(e.size, known_as), known_as,
        case r.provenance when 'invented' then 'invented' else 'reminder' end, '', false, false,
        acting_organisation(), acting_person(), now());
    -- Who closes it may have no right to work out another's file: the worker's next waking does.
    update compliance_subject c set wakes = now() where c.id = s;
    update training_part t set credited_at = now(), event_id = h,
      checked_at = case when t.organisation_id = acting_organisation() then now() end where t.id = p.id;
    return query select s;
  end loop;
end $$;

revoke execute on function training_keeps_file(uuid, uuid, uuid), training_credit_closed(uuid, text) from public;
grant execute on function training_credit_closed(uuid, text) to port2port_app;
