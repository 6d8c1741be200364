-- MISP events: one of a record, rendered beside its STIX objects and seen exactly when the record is. Its content lives no
-- longer than they do: where they go, because who may see the record changed, it goes in the same transaction. What stays is
-- the moment of the last change, so that the next one is later; the policy shows no row without content.

alter table exchange_mispevent enable row level security;
create policy sight on exchange_mispevent for select using (
  body <> '' and exists (select 1 from sharing_record r where r.id = record_id and (r.tlp <> 3 or not (select exchange_acting_peer()))));
grant select (record_id, uuid, changed, manifest, hashes, body) on exchange_mispevent to port2port_app;

create function exchange_misp_gone() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update exchange_mispevent m set body = '', manifest = '', hashes = '{}', digest = ''
    where m.body <> '' and m.record_id in (select g.record_id from gone g);
  return null;
end $$;
create trigger exchange_misp after delete on exchange_object referencing old table as gone
  for each statement execute function exchange_misp_gone();

-- Put in what a record was rendered to. Without STIX objects of it there is nothing that may leave. The times of MISP are
-- whole seconds: a change is a second later than the one before, so that no client takes it for what it has.
create function exchange_store_misp(r uuid, event uuid, at timestamptz, said text, listed text, md5s text[], content text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform exchange_worker();
  insert into exchange_mispevent (record_id, uuid, changed, digest, manifest, hashes, body)
  select r, event, date_trunc('second', at), said, listed, md5s, content
  where exists (select 1 from exchange_object o where o.record_id = r)
  on conflict (record_id) do update
    set changed = greatest(excluded.changed, exchange_mispevent.changed + interval '1 second'), digest = excluded.digest,
      manifest = excluded.manifest, hashes = excluded.hashes, body = excluded.body
    where exchange_mispevent.digest <> excluded.digest;
end $$;

-- What is there already is due.
insert into exchange_due (record, at, tries) select id, now(), 0 from sharing_record where kind in ('report', 'measure', 'practice', 'alert')
  on conflict (record) do nothing;

revoke execute on function exchange_misp_gone(), exchange_store_misp(uuid, uuid, timestamptz, text, text, text[], text) from public;
grant execute on function exchange_store_misp(uuid, uuid, timestamptz, text, text, text[], text) to port2port_app;
