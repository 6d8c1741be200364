-- STIX objects, rendered once, streamed as they stand. An object is seen exactly when its record is; one without a record
-- is a fact of the network (members, ports, ways of acting), for everyone, or says that a record is gone (`gone`), for
-- those who had it. Nobody but the worker writes, through the functions below.

-- The machine that stands for another node gets nothing of TLP:AMBER+STRICT: that stays within the organisation.
create function exchange_acting_peer() returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from exchange_peer p where p.person_id = acting_person())
$$;

alter table exchange_object enable row level security;
create policy sight on exchange_object for select using (
  exists (select 1 from sharing_record r where r.id = record_id and (r.tlp <> 3 or not (select exchange_acting_peer())))
  or record_id is null and exists (select 1 from exchange_posting p where p.object_id = exchange_object.id));
grant select (id, stix_id, kind, record_id, gone, threat, version, added, oldest, newest, body) on exchange_object to port2port_app;
create index exchange_object_record on exchange_object (record_id) where newest;
create index exchange_object_gone on exchange_object (gone) where gone is not null;

alter table exchange_posting enable row level security;
create policy sight on exchange_posting for select using (
  key = any((select acting_keys())::uuid[]) and (tlp <= (select acting_ceiling()) or not sensitive) and expires_at > now()
  and (tlp <> 3 or not (select exchange_acting_peer())));
grant select on exchange_posting to port2port_app;
create index exchange_posting_newest on exchange_posting (key, sensitive, added) include (object_id, tlp, expires_at) where newest;
create index exchange_posting_threat on exchange_posting (key, sensitive, threat, added) include (object_id, tlp, expires_at) where newest;
create index exchange_posting_kind on exchange_posting (key, sensitive, kind, added) include (object_id, tlp, expires_at) where newest;
create index exchange_posting_versions on exchange_posting (key, sensitive, added);

alter table exchange_due enable row level security;
create index exchange_due_at on exchange_due (at);

create function exchange_note(r uuid) returns void
language sql security definer set search_path = public, pg_temp as $$
  insert into exchange_due (record, at, tries) values (r, now(), 0) on conflict (record) do update set at = now(), tries = 0
$$;

-- Alerts that may name a record of which something changed: what it was raised from, or the message before.
create function exchange_note_around(r uuid) returns void
language sql security definer set search_path = public, pg_temp as $$
  select exchange_note(a.record_id) from alerts_alert a where a.report_id = r or a.follows = r
$$;

-- Whoever had a record and has it no more is told that it is gone, by the renderer, for its turn: what it was called, on
-- which day, and no word of what it said. `lost`: the keys that lost it.
alter table exchange_leaving enable row level security;
create function exchange_leave(e sharing_record, lost uuid[]) returns void
language sql security definer set search_path = public, pg_temp as $$
  insert into exchange_leaving (id, record, keys, author, tlp, at, stix_id, kind, threat, body)
  select new_uuid7(), o.record_id, lost, e.author_id, e.tlp, now(), o.stix_id, o.kind, o.threat, (
    select jsonb_strip_nulls(jsonb_build_object('type', o.kind, 'spec_version', '2.1', 'id', o.stix_id, 'created', b -> 'created',
      'revoked', true, 'object_marking_refs', jsonb_build_array(b #> '{object_marking_refs,0}'), 'extensions', jsonb_build_object(origin, b #> array['extensions', origin]),
      'name', case o.kind when 'note' then null else 'Withdrawn' end, 'content', case o.kind when 'note' then 'Withdrawn' end,
      'published', b -> 'published', 'object_refs', case when o.kind in ('note', 'report') then jsonb_build_array(o.stix_id) end))
    from (select o.body::jsonb as b, 'extension-definition--b832f379-abde-5b7e-9f7e-f79cc29c0c03' as origin) x)
  from exchange_object o
  where o.record_id = e.id and o.newest and o.kind in ('incident', 'course-of-action', 'note', 'report') and lost <> '{}'
$$;

-- What changed is rendered again. Who may see it changed, or until when: what was rendered for others goes at once, in the
-- same transaction, older versions too; so nothing is ever seen by more than it was rendered for.
create function exchange_follow() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform exchange_note(new.id);
  if tg_op = 'UPDATE' and (new.audience, new.tlp, new.expires_at, new.withdrawn_at, new.personal_data, new.owner_id)
       is distinct from (old.audience, old.tlp, old.expires_at, old.withdrawn_at, old.personal_data, old.owner_id) then
    perform exchange_leave(old, case
      when new.tlp < 4 and new.personal_data = 'none' and new.withdrawn_at is null and new.expires_at > now()
        then array(select unnest(old.audience) except select unnest(new.audience))
      else old.audience end);
    delete from exchange_object where record_id = new.id;
    perform exchange_note_around(new.id);
  end if;
  return null;
end $$;
create trigger exchange after insert or update on sharing_record
  for each row when (new.kind in ('report', 'measure', 'practice', 'alert')) execute function exchange_follow();

-- What changes without its envelope. `exchange_part` is given the column that names the record.
create function exchange_part() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  touched jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  perform exchange_note((touched ->> tg_argv[0])::uuid);
  if tg_argv[1] = 'hide' then
    perform exchange_leave(e, e.audience) from sharing_record e where e.id = (touched ->> tg_argv[0])::uuid;
    delete from exchange_object where record_id = (touched ->> tg_argv[0])::uuid;
    perform exchange_note_around((touched ->> tg_argv[0])::uuid);
  end if;
  return null;
end $$;
create trigger exchange after insert or delete on reports_observable for each row execute function exchange_part('report_id', '');
create trigger exchange after insert or update or delete on reports_grading for each row execute function exchange_part('report_id', '');
create trigger exchange after insert or update on reports_hold for each row execute function exchange_part('report_id', 'hide');
create trigger exchange after insert on reports_personthreat for each row execute function exchange_part('report_id', 'hide');
create trigger exchange after update on reports_report for each row execute function exchange_part('record_id', '');
create trigger exchange after update of state, number on measures_measure for each row execute function exchange_part('record_id', '');
create trigger exchange after insert or update on measures_version for each row execute function exchange_part('measure_id', '');
create trigger exchange after update of published on knowledge_practice for each row execute function exchange_part('record_id', '');
create trigger exchange after insert on knowledge_practicetext for each row execute function exchange_part('practice_id', '');
create trigger exchange after insert or update of report_id on alerts_alert for each row execute function exchange_part('record_id', '');

create function exchange_held(r uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from reports_hold h where h.report_id = r and h.released_at is null and (h.until is null or h.until > now()))
$$;

-- What of a record is projected: the list of what may leave. Null: nothing of it may. Never: TLP:RED, personal data of any
-- class, what is withdrawn, protected reports, threats to a person, reports under a judicial hold, drafts and proposals.
-- Never asked for: public statements, who was warned or has acknowledged, reporters, annexes and what is on them, adoption, gaps, obligations, findings of exercises.
create function exchange_source(r uuid) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  e sharing_record;
  terms jsonb;
begin
  -- A report made here of what another node sent is not sent on: its own node does that. Nor what came for a sharing group of a
  -- MISP: who is in that, their own MISP gives it.
  select * into e from sharing_record where id = r and tlp < 4 and personal_data = 'none' and withdrawn_at is null and expires_at > now()
    and origin not in ('node', 'group');
  if e.id is null then
    return null;
  end if;
  terms := jsonb_build_object('record', e.id, 'owner', e.owner_id, 'tlp', e.tlp, 'pap', e.pap, 'purpose', e.purpose,
    'legal_basis', e.legal_basis, 'provenance', e.provenance, 'threat', e.threat,
    'port', (select p.locode from members_port p where p.id = e.port_id and p.locode not like '__ZZZ'),
    'at', e.at, 'updated_at', e.updated_at, 'expires_at', e.expires_at);
  if e.kind = 'report' then
    return (
      select jsonb_build_object('kind', 'report', 'terms', terms, 'nature', t.nature, 'title', t.title, 'text', t.text,
        'language', t.language, 'severity', t.severity, 'occurred_at', t.occurred_at, 'occurred_precision', t.occurred_precision,
        'occurred_margin', t.occurred_margin, 'place', t.place, 'place_text', t.place_text, 'facility', t.facility_id,
        'lat', t.lat, 'lon', t.lon,
        'modi', (select coalesce(jsonb_agg(m order by o), '[]') from (
          select m, min(o) as o from unnest(array[t.modus_operandi] || t.modus_operandi_also) with ordinality as x(m, o)
          where m <> '' group by m) named),
        'phase', t.phase, 'substance', t.substance, 'quantity_kg', t.quantity_kg, 'origin_country', t.origin_country,
        'source', t.source, 'source_name', case e.provenance when 'published' then t.source_name else '' end,
        'source_url', case e.provenance when 'published' then t.source_url else '' end, 'state', t.state,
        'observables', (select coalesce(jsonb_agg(jsonb_build_object('kind', o.kind, 'value', o.value) order by o.kind, o.value), '[]')
          from reports_observable o where o.record_id = e.id and o.report_id = e.id and not o.answer),
        'grade', (select jsonb_build_object('scheme', g.scheme, 'source', g.source, 'information', g.information,
          'handling', g.handling, 'handling_text', g.handling_text) from reports_grading g where g.report_id = e.id))
      from reports_report t join members_person who on who.id = e.author_id
      where t.record_id = e.id and not t.protected and who.kind <> 'alias' and not exchange_held(e.id)
        and not exists (select 1 from reports_personthreat x where x.report_id = e.id));
  elsif e.kind = 'measure' then
    return (
      select jsonb_build_object('kind', 'measure', 'terms', terms, 'state', m.state, 'category', m.category, 'language', v.language,
        'title', v.title, 'problem', v.problem, 'text', v.text, 'modi', to_jsonb(v.modi), 'source_name', m.source_name,
        'source_url', m.source_url)
      from measures_measure m join measures_version v on v.measure_id = m.record_id and v.number = m.number
      where m.record_id = e.id and m.state in ('published', 'agreed', 'in_force', 'retired'));
  elsif e.kind = 'practice' then
    return (
      select jsonb_build_object('kind', 'practice', 'terms', terms, 'language', x.language, 'topic', x.topic, 'maturity', x.maturity,
        'title', x.title, 'context', x.context, 'done', x.done, 'outcome', x.outcome, 'wrong', x.wrong,
        'conditions', x.conditions, 'modi', to_jsonb(x.modi))
      from knowledge_practice k join lateral (
        select * from knowledge_practicetext y where y.practice_id = k.record_id and y.number = k.published
        order by y.language <> 'en', y.language limit 1) x on true
      where k.record_id = e.id);
  elsif e.kind = 'alert' then
    return (
      select jsonb_build_object('kind', 'alert', 'terms', terms, 'event', a.event, 'urgency', a.urgency, 'severity', a.severity,
        'certainty', a.certainty, 'status', a.status, 'message', a.message, 'state', a.state, 'instructions', to_jsonb(a.instructions),
        'areas', a.areas, 'language', a.language, 'headline', a.headline, 'text', a.text, 'systems', a.systems,
        'valid_from', a.valid_from, 'valid_until', a.valid_until, 'series', a.series,
        'follows', case when exchange_beside(e, a.follows) then a.follows end,
        'based_on', case when exchange_beside(e, a.report_id) then a.report_id end)
      from alerts_alert a where a.record_id = e.id);
  end if;
  return null;
end $$;

-- Whether what is rendered of a record may name another one: whoever sees the first sees the other, and it leaves too.
create function exchange_beside(e sharing_record, other uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from sharing_record o where o.id = other and o.audience @> e.audience and o.tlp <= e.tlp
    and o.personal_data = 'none' and o.withdrawn_at is null and o.expires_at > now()
    and (o.kind = 'alert' or exchange_source(o.id) is not null))
$$;

create function exchange_worker() returns void language plpgsql as $$
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker renders' using errcode = 'PP403';
  end if;
end $$;

-- An alert as the webhooks of an organisation are sent it whole: what may leave, up to TLP:GREEN, while the organisation sees
-- it; null: ids and codes. CAP names the message that another took the place of, also to who came later.
create function exchange_whole(o uuid, r sharing_record) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('source', s.said,
    'stored', (select coalesce(jsonb_agg(x.body order by x.added), '[]') from exchange_object x where x.record_id = r.id and x.newest),
    'follows', a.follows, 'followed_at', (select f.at from sharing_record f where f.id = a.follows))
  from alerts_alert a cross join lateral (select exchange_source(r.id) as said) s
  where a.record_id = r.id and r.tlp <= 1 and s.said is not null and alerts_organisation_sees(o, r)
$$;

-- What a webhook is sent whose administrator chose a form with the alert itself, while the notice is on its way.
create function exchange_hooked(d uuid) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform exchange_worker();
  return (
    select exchange_whole(w.organisation_id, r)
    from alerts_delivery n join alerts_webhook w on w.id::text = n.target join sharing_record r on r.id = n.alert_id
    where n.id = d and n.channel = 'webhook' and n.state = 'waiting' and w.form <> '');
end $$;

-- One renderer at a time: what comes later stands later, also for whoever asks between two commits.
create function exchange_take(most integer) returns table (record uuid, source text, stored text)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform exchange_worker();
  if not pg_try_advisory_xact_lock(hashtext('exchange_object')) then
    return;
  end if;
  perform exchange_bury();
  return query
    select d.record, exchange_source(d.record)::text, exchange_stored(d.record) from (
      select x.record from exchange_due x where x.at <= now() order by x.at limit most for update skip locked) d;
end $$;

-- Of what is gone the id alone: should it come back, that is a later version.
create function exchange_stored(r uuid) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(jsonb_object_agg(o.stix_id, o.digest order by o.gone nulls last), '{}')::text from exchange_object o
  where o.newest and acting_scope() = 'worker'
    and (o.record_id = r or o.gone = r or r is null and o.record_id is null and o.gone is null)
$$;

create function exchange_since() returns timestamptz
language sql volatile security definer set search_path = public, pg_temp as $$
  select greatest(clock_timestamp(), (select max(o.added) from exchange_object o) + interval '1 microsecond')
$$;

-- Put in that records are gone, for those who lost them, for a year.
create function exchange_bury() returns void
language sql security definer set search_path = public, pg_temp as $$
  with due as (
    delete from exchange_leaving returning *
  ), made as (
    insert into exchange_object (id, stix_id, kind, gone, threat, version, added, oldest, newest, digest, body)
    select d.id, d.stix_id, d.kind, d.record, d.threat, date_trunc('milliseconds', d.at), exchange_since() + row_number() over (order by d.id) * interval '1 microsecond',
      false, true, '', (d.body || jsonb_build_object('modified', to_char(d.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))::text
    from due d
    returning *)
  insert into exchange_posting (key, object_id, sensitive, added, version, kind, threat, oldest, newest, tlp, expires_at)
  select k, m.id, d.tlp >= 2 and k <> d.author, m.added, m.version, m.kind, m.threat, false, true, d.tlp, now() + interval '1 year'
  from made m join due d on d.id = m.id cross join unnest(d.keys) k
$$;

-- Put in what a record (null: the network) was rendered to, and take away what it holds no more.
create function exchange_store(r uuid, dropped text[], ids text[], kinds text[], threats text[], versions timestamptz[], digests text[],
  bodies text[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  e sharing_record;
  since timestamptz;
begin
  perform exchange_worker();
  perform pg_advisory_xact_lock(hashtext('exchange_object'));
  -- Nothing of it may leave any more, though its audience is the same: those who had it are told.
  if r is not null then
    perform exchange_leave(x, x.audience) from sharing_record x where x.id = r and exists (
      select 1 from exchange_object o where o.record_id = r and o.kind in ('incident', 'course-of-action', 'note', 'report') and o.stix_id = any(dropped));
  end if;
  delete from exchange_object o where o.stix_id = any(dropped) and o.record_id is not distinct from r;
  if r is not null then
    select * into e from sharing_record where id = r and tlp < 4 and withdrawn_at is null and expires_at > now();
    delete from exchange_due where record = r;
    insert into exchange_due (record, at, tries) select r, h.until, 0 from reports_hold h
      where h.report_id = r and h.released_at is null and h.until > now();
    if e.id is null then
      delete from exchange_object o where o.record_id = r;
      return;
    end if;
  end if;
  -- It is there again: those who see it are no longer told that it is gone.
  if ids <> '{}' then
    delete from exchange_posting p using exchange_object o where o.gone = r and p.object_id = o.id and p.key = any(e.audience);
    delete from exchange_object o where o.gone = r and not exists (select 1 from exchange_posting p where p.object_id = o.id);
  end if;
  since := exchange_since();
  -- An observable has no versions: another rendering stands in its place.
  delete from exchange_object o using unnest(ids, versions) as n(stix_id, version)
    where o.stix_id = n.stix_id and n.version is null and o.record_id is not distinct from r;
  with old as (
    update exchange_object o set newest = false
    where o.newest and o.stix_id = any(ids) and o.record_id is not distinct from r returning o.id)
  update exchange_posting p set newest = false from old where p.object_id = old.id;
  with made as (
    insert into exchange_object (id, stix_id, kind, record_id, threat, version, added, oldest, newest, digest, body)
    select new_uuid7(), n.stix_id, n.kind, r, n.threat, coalesce(n.version, n.added), n.added,
      not exists (select 1 from exchange_object o where o.stix_id = n.stix_id and o.record_id is not distinct from r), true, n.digest, n.body
    from (select x.*, since + x.o * interval '1 microsecond' as added
      from unnest(ids, kinds, threats, versions, digests, bodies) with ordinality as x(stix_id, kind, threat, version, digest, body, o)) n
    returning *)
  insert into exchange_posting (key, object_id, sensitive, added, version, kind, threat, oldest, newest, tlp, expires_at)
  select k.key, m.id, k.sensitive, m.added, m.version, m.kind, m.threat, m.oldest, m.newest, coalesce(e.tlp, 0::smallint),
    coalesce(e.expires_at, 'infinity')
  from made m cross join (
    select distinct a as key, e.tlp >= 2 and a <> e.author_id as sensitive from unnest(e.audience) a
    union all
    select c.id, false from members_circle c where r is null and c.kind = 'everyone') k;
end $$;

create function exchange_failed(r uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform exchange_worker();
  delete from exchange_object where record_id = r;
  update exchange_due set tries = least(tries + 1, 10), at = now() + interval '1 minute' * power(2, least(tries, 10)) where record = r;
end $$;

-- Render everything again: what is due is worked off by the worker.
create function exchange_again() returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  many integer;
begin
  perform exchange_worker();
  insert into exchange_due (record, at, tries) select id, now(), 0 from sharing_record where kind in ('report', 'measure', 'practice', 'alert')
  on conflict (record) do update set at = now(), tries = 0;
  get diagnostics many = row_count;
  return many;
end $$;

-- What was sent to an organisation is that organisation's, whoever sent it for it, and never leaves it from here.
alter table exchange_delivery enable row level security;
create policy sight on exchange_delivery for select using (
  organisation_id is not distinct from (select acting_organisation()) and ((select acting_may('steward')) or person_id = (select acting_person())
    or peer_id is not null and (select acting_may('administer'))));
create policy birth on exchange_delivery for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person()) and (select acting_may('report'))
  and (peer_id is null or exists (select 1 from exchange_peer p where p.id = peer_id and p.person_id = (select acting_person()))));
create policy frozen on exchange_delivery for update using (false);
create policy burial on exchange_delivery for delete using (false);
grant select, insert on exchange_delivery to port2port_app;

alter table exchange_inbound enable row level security;
-- `=`, not `is not distinct from`: here the indexes that lead with the organisation are wanted. Pages go by when it came,
-- ids are looked up within the organisation, and neither takes longer however much others were sent.
create policy sight on exchange_inbound for select using (
  organisation_id = (select acting_organisation()) and tlp <= (select acting_ceiling())
  and ((select acting_may('steward')) or person_id = (select acting_person())));
create policy birth on exchange_inbound for insert with check (
  organisation_id = (select acting_organisation()) and person_id = (select acting_person()) and (select acting_may('report'))
  and report_id is null
  and (peer_id is null or exists (select 1 from exchange_peer p where p.id = peer_id and p.person_id = (select acting_person()))));
create policy made on exchange_inbound for update
  using (organisation_id = (select acting_organisation()) and ((select acting_may('steward')) or person_id = (select acting_person())))
  with check (report_id is null and peer_id is not null
    or exists (select 1 from sharing_record r where r.id = report_id and r.owner_id = (select acting_organisation())));
create policy burial on exchange_inbound for delete using (
  organisation_id = (select acting_organisation()) and ((select acting_may('steward')) or person_id = (select acting_person()))
  and (select acting_may('report')));
grant select, insert, delete on exchange_inbound to port2port_app;
grant update (report_id, walk) on exchange_inbound to port2port_app;

-- The moment after all that was sent to the organisation, whoever of it sent it: what comes later stands later for everyone
-- who reads on from where they were, also after what the sender does not see.
create function exchange_inbound_since(at timestamptz) returns timestamptz
language sql stable security definer set search_path = public, pg_temp as $$
  select greatest(at, (select max(i.added) from exchange_inbound i where i.organisation_id = acting_organisation() and acting_may('report')))
$$;

-- What was sent does not stay for ever, and what another node says may be kept only until a day not longer than that. That
-- a record is gone needs saying for a year.
create function exchange_forget(days integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  gone integer;
begin
  perform exchange_worker();
  delete from exchange_inbound where coalesce(keep_until, added + make_interval(days => days)) < now();
  get diagnostics gone = row_count;
  delete from exchange_delivery d where d.at < now() - make_interval(days => days)
    and not exists (select 1 from exchange_inbound i where i.delivery_id = d.id);
  delete from exchange_object o where o.gone is not null and o.added < now() - interval '1 year';
  return gone;
end $$;

-- What is there already is due.
insert into exchange_due (record, at, tries) select id, now(), 0 from sharing_record where kind in ('report', 'measure', 'practice', 'alert');

revoke execute on all functions in schema public from public;
grant execute on function exchange_worker(), exchange_acting_peer(), exchange_take(integer), exchange_stored(uuid),
  exchange_store(uuid, text[], text[], text[], text[], timestamptz[], text[], text[]), exchange_failed(uuid), exchange_again(),
  exchange_forget(integer), exchange_inbound_since(timestamptz), exchange_hooked(uuid)
  to port2port_app;
