-- The one search. A record's words are written as PostgreSQL reads a tsvector (`base.finding.indexing`), with places and
-- weights; beside them stand its keys (decision 0014) and its facets, so that what is hidden, or of another kind, port or
-- threat, is dropped inside the index. When it was shared and until when it is kept are copied here: they never change,
-- and the newest are found without looking at the envelopes.

alter table sharing_searchable add column at timestamptz, add column until timestamptz;
alter table sharing_searchable drop column vector;
alter table sharing_searchable add constraint sharing_searchable_words check (words !~ '[@#]');
alter table sharing_searchable add column vector tsvector
  generated always as (words::tsvector || array_to_tsvector(lexemes)) stored;
-- Words and vector stand apart: to choose the newest of many, a page of this table holds forty records, not three.
alter table sharing_searchable alter column vector set storage external, alter column words set storage external;
alter table sharing_searchable set (toast_tuple_target = 256);
create index sharing_searchable_vector on sharing_searchable using gin (vector) with (gin_pending_list_limit = 512);

create or replace function sharing_lexemes(r sharing_record) returns text[] language sql immutable as $$
  select array_agg('@' || k || case when r.tlp >= 2 and k <> r.author_id then '!' else '' end)
    || array['#' || r.kind] || case when r.port_id is null then '{}' else array['#' || r.port_id] end
    || case when r.threat = '' then '{}' else array['#' || r.threat] end
  from unnest(r.audience) k
$$;
create or replace function sharing_index() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  select sharing_lexemes(r), r.at, r.expires_at into new.lexemes, new.at, new.until from sharing_record r where r.id = new.record_id;
  return new;
end $$;
update sharing_searchable s set lexemes = sharing_lexemes(r), at = r.at, until = r.expires_at
  from sharing_record r where r.id = s.record_id;

-- A word that stands in the index once, in a row that belongs to no record and that no key finds: every question asks for
-- it besides. So the index always has something to compare, and an unknown word takes as long as one of a hidden record
-- (5 of 250 microseconds apart without it). The constraint is `not valid`, since it does not hold for this one row.
do $$
declare name text := (select conname from pg_constraint where conrelid = 'sharing_searchable'::regclass and contype = 'f');
begin
  execute format('alter table sharing_searchable drop constraint %I', name);
  alter table sharing_searchable disable trigger lexemes;
  insert into sharing_searchable (record_id, words, lexemes, at, until)
    values ('00000000-0000-0000-0000-000000000000', '''~'':1', '{}', 'infinity', 'infinity');
  alter table sharing_searchable enable trigger lexemes;
  execute format('alter table sharing_searchable add constraint %I foreign key (record_id) references sharing_record
    on delete cascade deferrable initially deferred not valid', name);
end $$;

-- `query`: what must match. Without `near` the newest are returned; with it they are ranked: by the words as they were
-- typed (`near`), then by all that stands for them (`wide`), a little by how new they are; what holds a number that was
-- asked for (`first`) stands before all else. Looked at are the newest `candidates` of what the session sees; how many
-- that were is returned beside each row, and counts nothing else.
drop function sharing_find(text, text[], integer);
create function sharing_find(query text, kinds text[], most integer, near text default '', wide text default '',
  first text default '', in_port uuid default null, in_threat text default '', since timestamptz default null,
  before timestamptz default null, candidates integer default 1000)
returns table (record uuid, kind text, at timestamptz, rank real, looked_at integer)
language sql stable security definer set search_path = public, pg_temp set enable_seqscan = off set jit = off as $$
  with q as materialized (
    select (query::tsquery || '''~''') && string_agg(quote_literal('@' || k || mark), ' | ')::tsquery
        && (select string_agg(quote_literal('#' || one), ' | ')::tsquery from unnest(kinds) one where one ~ '^[a-z_]+$')
        && coalesce(quote_literal('#' || in_port)::tsquery, ''::tsquery)
        && case when in_threat = '' then ''::tsquery else quote_literal('#' || in_threat)::tsquery end as words
    from unnest(acting_keys()) k, unnest(array['', '!']) mark where (mark = '' or acting_ceiling() >= 2)
      -- letters, digits and operators: nobody asks for a key or a facet by hand
      and query ~ '^[a-z0-9:*&|() ]+$' and near || wide || first ~ '^[a-z0-9| ]*$' and in_threat ~ '^[a-z_]*$'
  ), candidate as materialized (
    select s.record_id, s.at, s.vector from sharing_searchable s
    where s.vector @@ (select words from q) and s.until > now()
      and (since is null or s.at >= since) and (before is null or s.at < before)
    order by s.at desc, s.record_id desc limit greatest(candidates, most)
  ), scored as (
    select c.record_id, c.at, case when near = '' then 0 else
      (case when first <> '' and c.vector @@ first::tsquery then 10 else 0 end
        + ts_rank('{0.05, 0.2, 0.4, 1}', c.vector, near::tsquery) + 0.5 * ts_rank('{0.05, 0.2, 0.4, 1}', c.vector, wide::tsquery))
      * (0.8 + 0.2 * exp(-extract(epoch from now() - c.at) / 15552000)) end as score  -- half a year
    from candidate c
  ), best as (
    select s.record_id, s.score from scored s order by s.score desc, s.at desc, s.record_id desc limit least(most, 1000)
  )
  select r.id, r.kind::text, r.at, b.score::real, (select count(*)::integer from candidate)
  from best b join sharing_record r on r.id = b.record_id
  where r.audience && (select acting_keys()) and (r.tlp <= (select acting_ceiling()) or r.author_id = (select acting_person()))
    and r.expires_at > now() and r.kind = any(kinds)
  order by b.score desc, r.at desc, r.id desc
$$;
revoke execute on function sharing_find(text, text[], integer, text, text, text, uuid, text, timestamptz, timestamptz, integer) from public;
grant execute on function sharing_find(text, text[], integer, text, text, text, uuid, text, timestamptz, timestamptz, integer) to port2port_app;
