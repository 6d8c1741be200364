-- The desk of the data-protection officer. Who reads it: the officers of the one organisation that the request was put to,
-- by their role (`erase` is theirs alone); of breaches also the operators of the organisation that records them.

create function governance_desk() returns boolean language sql stable as $$
  select acting_scope() = 'member' and acting_organisation() is not null and acting_may('erase')
$$;
create function governance_breaches() returns boolean language sql stable as $$
  select acting_scope() = 'member' and acting_organisation() is not null and (acting_may('erase') or acting_may('operate'))
$$;

alter table governance_request enable row level security;
create policy sight on governance_request for select using (
  organisation_id = (select acting_organisation()) and (select governance_desk()));
create policy birth on governance_request for insert with check (
  organisation_id = (select acting_organisation()) and (select governance_desk()) and state = 'open' and erased_at is null);
create policy work on governance_request for update
  using (organisation_id = (select acting_organisation()) and (select governance_desk()) and state = 'open')
  with check (organisation_id = (select acting_organisation()) and (select governance_desk()) and erased_at is null);
create policy burial on governance_request for delete using (false);
grant select, insert on governance_request to port2port_app;
grant update (state, due, closed_at, erase_at, kept_until) on governance_request to port2port_app;

alter table governance_requeststep enable row level security;
create policy sight on governance_requeststep for select using (
  request_id in (select r.id from governance_request r));
create policy birth on governance_requeststep for insert with check (
  person_id = (select acting_person()) and organisation_id = (select acting_organisation())
  and request_id in (select r.id from governance_request r where r.state = 'open'));
create policy changing on governance_requeststep for update using (false);
create policy burial on governance_requeststep for delete using (false);
grant select, insert on governance_requeststep to port2port_app;

-- What was found comes from the search below and from nowhere else; the desk decides on it while the request is open.
alter table governance_trace enable row level security;
create policy sight on governance_trace for select using (request_id in (select r.id from governance_request r));
create policy deciding on governance_trace for update
  using (request_id in (select r.id from governance_request r where r.state = 'open'))
  with check (decided_by_id = (select acting_person()));
create policy burial on governance_trace for delete using (false);
grant select on governance_trace to port2port_app;
grant update (decision, ground, decided_by_id, decided_at) on governance_trace to port2port_app;

alter table governance_breach enable row level security;
create policy sight on governance_breach for select using (
  organisation_id = (select acting_organisation()) and (select governance_breaches()));
create policy birth on governance_breach for insert with check (
  organisation_id = (select acting_organisation()) and (select governance_breaches()) and told = '{}' and heard_of is null
  and closed_at is null);
create policy work on governance_breach for update
  using (organisation_id = (select acting_organisation()) and (select governance_breaches()) and closed_at is null)
  with check (organisation_id = (select acting_organisation()) and (select governance_breaches()));
create policy burial on governance_breach for delete using (false);
grant select, insert on governance_breach to port2port_app;
grant update (persons, records, processings, consequences, measures, due, closed_at) on governance_breach to port2port_app;

alter table governance_breachstep enable row level security;
create policy sight on governance_breachstep for select using (breach_id in (select b.id from governance_breach b));
create policy birth on governance_breachstep for insert with check (
  person_id = (select acting_person()) and organisation_id = (select acting_organisation())
  and breach_id in (select b.id from governance_breach b where b.closed_at is null));
create policy changing on governance_breachstep for update using (false);
create policy burial on governance_breachstep for delete using (false);
grant select, insert on governance_breachstep to port2port_app;

-- Whether an organisation has an officer here: their details are published anyway (GDPR, article 37(7)).
create function governance_has_officer(org uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from members_membership m join members_person p on p.id = m.person_id and p.active
    join members_organisation o on o.id = m.organisation_id and o.left_at is null
    where m.organisation_id = org and (m.until is null or m.until > now()) and exists (
      select 1 from members_role r where r.code = any(m.roles) and 'erase' = any(r.acts)))
$$;

-- A request goes to the desk of another organisation, which answers for its own part; the first desk reads it no more.
create function governance_hand_request(asked uuid, org uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not governance_desk() or org = acting_organisation() or not governance_has_officer(org) then
    raise exception 'no such desk' using errcode = 'PP422', column = 'organisation';
  end if;
  update governance_request set organisation_id = org
  where id = asked and organisation_id = acting_organisation() and state = 'open';
  if not found then
    raise exception 'no such request' using errcode = 'PP404';
  end if;
  delete from governance_trace where request_id = asked;  -- what one organisation holds is not for the other
end $$;

-- Another organisation is told of a breach: it gets a record of its own, with a clock of its own from this moment.
create function governance_tell_breach(of uuid, org uuid, made uuid, until timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not governance_breaches() or org = acting_organisation() or not governance_has_officer(org) then
    raise exception 'no such desk' using errcode = 'PP422', column = 'organisation';
  end if;
  update governance_breach set told = told || org
  where id = of and organisation_id = acting_organisation() and closed_at is null and not (org = any(told));
  if not found then
    raise exception 'no such breach' using errcode = 'PP404';
  end if;
  insert into governance_breach (id, organisation_id, title, nature, what, happened_at, aware_at, persons, records, processings,
    consequences, measures, told, heard_of, due, closed_at, invented)
  select made, org, b.title, b.nature, b.what, b.happened_at, now(), null, null, b.processings, '', '', '{}', b.id, until, null, b.invented
  from governance_breach b where b.id = of;
end $$;

-- Held by chosen persons alone: TLP:RED, no circle of organisations among its readers, a protected reporter's, or under a
-- judicial hold. Of these the desk learns nothing, not even how many: who asks about himself would learn of a report
-- about him (decision 0041).
create function governance_narrow(r uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from sharing_record e where e.id = r and (e.tlp = 4
    or not exists (select 1 from members_circle c where c.id = any(e.audience) and c.kind not in ('adhoc', 'sealed')
                   and (c.of = 'organisations' or c.kind in ('everyone', 'organisation', 'facility')))
    or exists (select 1 from reports_report p where p.record_id = e.id and p.protected)
    or exists (select 1 from reports_hold h where h.report_id = e.id and h.released_at is null
               and (h.until is null or h.until > now()))))
$$;

-- Where the organisation of the desk holds something of a person. It walks the catalogue, so that a new table is searched
-- without being named here: rows of the own organisation, and rows that hang on a record it owns. What comes out, into the
-- request, are a table, an id and a moment; of a member of the organisation only how many rows are by or about them.
create function governance_search(asked uuid, needles text[], marks bytea[], most integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  own uuid := acting_organisation();
  people uuid[];
  t record;
  found_now integer := 0;
  more integer;
begin
  if not governance_desk() or not exists (select 1 from governance_request r
      where r.id = asked and r.organisation_id = own and r.state = 'open') then
    raise exception 'no such request' using errcode = 'PP404';
  end if;
  if exists (select 1 from unnest(needles) n where length(n) < 4) or cardinality(needles) > 24 or cardinality(marks) > 200 then
    raise exception 'too short or too many' using errcode = 'PP422', column = 'terms';
  end if;
  people := array(select distinct p.id from members_person p join members_membership m on m.person_id = p.id
    left join members_account a on a.person_id = p.id
    where m.organisation_id = own and not m.shielded and (lower(a.email) = any(needles) or lower(p.name) = any(needles)));
  insert into governance_trace (id, request_id, place, row, at, number, decision, ground)
  select new_uuid7(), asked, 'members_person', p::text, null, 1, '', '' from unnest(people) p
  on conflict (request_id, place, row) do nothing;
  insert into governance_trace (id, request_id, place, row, at, number, decision, ground)
  select new_uuid7(), asked, 'base_journal_entry', '', max(e.at), count(*), '', '' from base_journal_entry e
  where e.organisation = own and e.actor = any(people) having count(*) > 0
  on conflict (request_id, place, row) do update set number = excluded.number, at = excluded.at;
  insert into governance_trace (id, request_id, place, row, at, number, decision, ground)
  select new_uuid7(), asked, 'procrastinate_jobs', '', null, count(*), '', '' from procrastinate_jobs j
  where j.status in ('todo', 'doing') and j.args ->> 'person' = any(people::text[]) having count(*) > 0
  on conflict (request_id, place, row) do update set number = excluded.number;
  insert into governance_trace (id, request_id, place, row, at, number, decision, ground)
  select new_uuid7(), asked, 'reports_observable', m.observable_id::text, min(m.at), 1, '', '' from reports_mark m
  where m.owner = own and m.near = '' and m.key = any(marks) and not governance_narrow(m.record) and not governance_narrow(m.report)
  group by m.observable_id order by 5 desc limit most
  on conflict (request_id, place, row) do nothing;
  for t in
    select c.oid::regclass as name, c.relname as place,
      array(select a.attname from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and k.conkey = array[a.attnum]
        where k.contype = 'f' and k.conrelid = c.oid and (k.confrelid = 'sharing_record'::regclass
          or k.confrelid in (select s.holds::regclass from sharing_kind s))) as records,
      array(select a.attname from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and k.conkey = array[a.attnum]
        where k.contype = 'f' and k.conrelid = c.oid and k.confrelid = 'members_person'::regclass) as persons,
      array(select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
        and a.atttypid in ('uuid'::regtype, 'bytea'::regtype, 'uuid[]'::regtype)) as closed,
      exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'organisation_id') as ours
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and c.relname not in (
      'sharing_record', 'sharing_searchable', 'sharing_posting', 'sharing_event', 'sharing_tombstone', 'sharing_pair', 'sharing_glass',
      'reports_mark', 'reports_matchnote', 'members_shield', 'members_organisation_ports',
      'governance_request', 'governance_requeststep', 'governance_trace', 'governance_breach', 'governance_breachstep')
  loop
    continue when cardinality(t.records) = 0 and not t.ours;
    execute format($run$
      with held as (
        select t.*, to_jsonb(t) as j, %7$s as shared_at from %1$s t
        where (%2$s) and (%3$s) and not exists (select 1 from unnest(array[%4$s]::uuid[]) x where governance_narrow(x))
      ), hit as (
        select coalesce(h.j ->> 'id', h.j ->> 'record_id', '') as row,
          coalesce(h.j ->> 'at', h.j ->> 'made_at', h.j ->> 'added_at', h.j ->> 'entered_at', h.j ->> 'since', h.shared_at::text)::timestamptz as at
        from held h where exists (select 1 from jsonb_each_text(h.j - $2::text[]) v
          where exists (select 1 from unnest($1::text[]) w where strpos(lower(v.value), w) > 0))
        union all
        select '', coalesce(h.j ->> 'at', h.j ->> 'made_at', h.j ->> 'added_at', h.j ->> 'entered_at', h.j ->> 'since', h.shared_at::text)::timestamptz
        from held h where array[%5$s]::uuid[] && $3::uuid[]
      )
      insert into governance_trace (id, request_id, place, row, at, number, decision, ground)
      select new_uuid7(), $4, %6$L, row, max(at), count(*), '', '' from hit group by row order by max(at) desc nulls last limit $5
      on conflict (request_id, place, row) do update set number = excluded.number, at = excluded.at
    $run$, t.name,
      concat_ws(' or ', case when t.ours then 't.organisation_id = $6' end, case when cardinality(t.records) > 0 then format(
        'exists (select 1 from sharing_record e where e.owner_id is not distinct from $6 and e.id = any(array[%s]::uuid[]))',
        (select string_agg(format('t.%I', r), ', ') from unnest(t.records) r)) end),
      case when t.place = 'helpdesk_message' then 'not t.internal or t.organisation_id = $6'
        when t.ours then 't.organisation_id is null or t.organisation_id = $6' else 'true' end,
      (select string_agg(format('t.%I', r), ', ') from unnest(t.records) r),
      (select string_agg(format('h.%I', p), ', ') from unnest(t.persons) p), t.place,
      case when cardinality(t.records) > 0 then format('(select max(e.at) from sharing_record e where e.id = any(array[%s]::uuid[]))',
        (select string_agg(format('t.%I', r), ', ') from unnest(t.records) r)) else 'null::timestamptz' end)
    using needles, t.closed, people, asked, most, own;
  end loop;
  select count(*) into found_now from governance_trace g where g.request_id = asked;
  return found_now;
end $$;

-- What went by its time of keeping, by kind and month, what goes next, and whether anything past its time is still there.
-- A tombstone is kept ninety days; before that the journal has it.
create function governance_retention()
returns table (kind text, month date, expired integer, withdrawn integer)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.kind::text, date_trunc('month', s.at at time zone 'Europe/Brussels')::date,
    (count(*) filter (where s.why = 'expired'))::integer, (count(*) filter (where s.why = 'withdrawn'))::integer
  from sharing_tombstone s where governance_desk() and s.owner = acting_organisation() group by 1, 2
$$;
create function governance_kept()
returns table (kind text, held integer, soon integer, next date, past integer)
language sql stable security definer set search_path = public, pg_temp as $$
  select r.kind::text, count(*)::integer,
    (count(*) filter (where r.expires_at > now() and r.expires_at <= now() + interval '30 days'))::integer,
    min((r.expires_at at time zone 'Europe/Brussels')::date) filter (where r.expires_at > now()),
    (count(*) filter (where r.expires_at < now() - interval '1 hour'))::integer
  from sharing_record r where governance_desk() and r.owner_id = acting_organisation() group by 1
$$;

-- To whom outside Belgium records of the own organisation are addressed: organisations, countries, kinds and numbers. What
-- only chosen persons hold is not counted: see governance_narrow.
create function governance_transfers()
returns table (recipient uuid, country text, kind text, legal_basis text, personal_data text, records integer, first_at timestamptz, last_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select o.id, concat_ws(', ', o.country, (select string_agg(distinct p.country, ', ' order by p.country) from members_organisation_ports op
      join members_port p on p.id = op.port_id where op.organisation_id = o.id and p.country <> o.country)), r.kind::text, r.legal_basis::text, r.personal_data::text, count(distinct r.id)::integer, min(r.at), max(r.at)
  from sharing_record r join members_circle c on c.id = any(r.audience) and c.kind <> 'everyone' and c.closed_at is null
  left join members_circlemember cm on cm.circle_id = c.id and cm.since <= now() and (cm.until is null or cm.until > now())
  left join members_facility f on f.id = c.facility_id
  join members_organisation o on o.id = coalesce(cm.organisation_id, c.organisation_id, f.operator_id)
    and (o.country <> 'BE' or exists (select 1 from members_organisation_ports op join members_port p on p.id = op.port_id
         where op.organisation_id = o.id and p.country <> 'BE'))
  where governance_desk() and r.owner_id = acting_organisation() and o.id <> r.owner_id and r.withdrawn_at is null
    and r.expires_at > now() and not governance_narrow(r.id)
  group by 1, 2, 3, 4, 5
$$;

-- Administrators read no request; when the desk did not act in time they are told that, and how many.
create function governance_overdue() returns table (requests integer, breaches integer)
language sql stable security definer set search_path = public, pg_temp as $$
  select (select count(*)::integer from governance_request r where r.organisation_id = acting_organisation()
            and r.state = 'open' and r.due < now()),
    (select count(*)::integer from governance_breach b where b.organisation_id = acting_organisation()
            and b.closed_at is null and b.due < now())
  where acting_may('administer') and acting_organisation() is not null
$$;

-- Names go when their time is over, the proof of the answer later. The worker does it.
create function governance_forget() returns table (erased integer, deleted integer)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  names integer;
  rows integer;
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker forgets' using errcode = 'PP403';
  end if;
  update governance_requeststep s set sealed = null from governance_request r
  where r.id = s.request_id and r.state = 'closed' and r.erase_at <= now() and s.sealed is not null;
  delete from governance_trace t using governance_request r where r.id = t.request_id and r.state = 'closed' and r.erase_at <= now();
  update governance_request set sealed = null, erased_at = now()
  where state = 'closed' and erase_at <= now() and erased_at is null;
  get diagnostics names = row_count;
  delete from governance_request where state = 'closed' and kept_until <= now();
  get diagnostics rows = row_count;
  return query select names, rows;
end $$;

revoke execute on all functions in schema public from public;
grant execute on function governance_desk(), governance_breaches(), governance_has_officer(uuid), governance_hand_request(uuid, uuid),
  governance_tell_breach(uuid, uuid, uuid, timestamptz), governance_search(uuid, text[], bytea[], integer), governance_retention(),
  governance_kept(), governance_transfers(), governance_overdue(), governance_forget() to port2port_app;
