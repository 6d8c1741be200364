-- The one search. A record's words are written as PostgreSQL reads a tsvector (`base.finding.indexing`), with places and
-- weights; beside them stand its keys (decision 0014) and its facets, so that what is hidden, or of another kind, port or
-- threat, is dropped inside the index. When it was shared and until when it is kept are copied here: they never change,
-- and the newest are found without looking at the envelopes.

alter table sharing_searchable add column at timestamptz, add column until timestamptz;
alter table sharing_searchable drop column vector;
alter table sharing_searchable add constraint sharing_searchable_words check (words !~ '[@#]');
alter table sharing_searchable add column vector tsvector
  generated always as (words::tsvector || array_to_tsvector(lexemes)) stored;
-- The ranking reads the words of thousands of records, so what fits stands in the row itself, without keys: reading
-- a vector out of line costs ten times as much as ranking it. 3,000 bytes of words make 7,500 of a tsvector at most, and
-- a row has room for 8,000.
alter table sharing_searchable add column head tsvector
  generated always as (case when octet_length(words) <= 3000 then words::tsvector end) stored;
alter table sharing_searchable alter column head set storage plain;
alter table sharing_searchable alter column vector set storage external, alter column words set storage external;
alter table sharing_searchable set (toast_tuple_target = 256);
create index sharing_searchable_vector on sharing_searchable using gin (vector) with (gin_pending_list_limit = 512);

-- The months since the year 0, in UTC: what a record was shared in is a facet of it.
create function sharing_month(at timestamptz) returns integer language sql immutable as $$
  select (extract(year from at at time zone 'UTC') * 12 + extract(month from at at time zone 'UTC'))::integer
$$;
-- Every key of the audience, and once more with `-` behind it where no verified reader is asked for.
create or replace function sharing_lexemes(r sharing_record) returns text[] language sql immutable as $$
  select array_agg('@' || k) || coalesce(array_agg('@' || k || '-') filter (where r.tlp < 2 or k = r.author_id), '{}')
    || array['#' || r.kind, '#' || sharing_month(r.at)] || case when r.port_id is null then '{}' else array['#' || r.port_id] end
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

-- How well a record answers: what holds a number that was asked for (`first`) before all else, then by the words as they
-- were typed (`near`) and by all that stands for them (`wide`; null: the same), a little by how new it is. In floating
-- point throughout, as the numbers of `numeric` cost more than the rank.
create function sharing_fit(words tsvector, near tsquery, wide tsquery, first tsquery, age double precision)
returns double precision language sql immutable as $$
  select case when near is null then 0::double precision else
    (case when first is not null and words @@ first then 10::double precision else 0::double precision end
      + case when wide is null then 1.5::double precision else 1::double precision end
        * ts_rank('{0.05, 0.2, 0.4, 1}', words, near)
      + case when wide is null then 0::double precision
        else 0.5::double precision * ts_rank('{0.05, 0.2, 0.4, 1}', words, wide) end)
    * (0.8::double precision + 0.2::double precision * exp(-age / 15552000::double precision)) end  -- half a year
$$;

-- `query`: what must match. Without `near` the newest are returned; with it they are ranked (`sharing_fit`). Looked at are
-- the newest `candidates` of what the session sees, or all (null); how many that were is returned beside each row, and
-- counts nothing else.
--
-- The newest are found by months: this one and its neighbours, then as many as should hold what is missing, then all the
-- rest. How far it goes follows from how many were found that the session sees, never from what it does not, and the
-- result is the same as if all had been sorted: the parts do not overlap, leave nothing out, and follow each other in
-- time. Words, keys and facets are three conditions, which the index goes through by leaps, not one that it
-- evaluates as a whole for each row. Where most kinds are asked for, those that are not are left out instead (`#-`: none):
-- the index then need not go through the kinds of every record.
drop function sharing_find(text, text[], integer);
create function sharing_find(query text, kinds text[], most integer, near text default '', wide text default '',
  first text default '', in_port uuid default null, in_threat text default '', since timestamptz default null,
  before timestamptz default null, candidates integer default 1000)
returns table (record uuid, kind text, at timestamptz, rank real, looked_at integer)
language plpgsql stable security definer set search_path = public, pg_temp set enable_seqscan = off set jit = off
set plan_cache_mode = force_generic_plan set work_mem = '32MB' as $$
declare
  said tsquery; sight tsquery; facets tsquery; part tsquery; months tsquery; seen_keys tsquery;
  nearest tsquery := nullif(near, ''); widest tsquery := nullif(wide, near); numbers tsquery := nullif(first, '');
  shown integer := least(most, 1000); wanted integer := greatest(candidates, most);
  newest integer; months_taken integer := 0; width integer := 3;
  total integer := 0; met integer; clock double precision := date_part('epoch', now());
  others text[]; ids uuid[] := '{}'; scores double precision[] := '{}'; more_ids uuid[]; more_scores double precision[];
begin
  -- letters, digits and operators: nobody asks for a key or a facet by hand
  if query !~ '^[a-z0-9:*&|() ]+$' or near || wide || first !~ '^[a-z0-9| ]*$' or in_threat !~ '^[a-z_]*$' then
    return;
  end if;
  said := query::tsquery || $q$'~'$q$;
  sight := (select string_agg(quote_literal('@' || k || case when acting_ceiling() >= 2 then '' else '-' end), ' | ')
            from unnest(acting_keys()) k);
  others := array(select k.kind from sharing_kind k where k.kind <> all(kinds));
  if cardinality(others) < cardinality(kinds) then
    facets := '!(' || (select string_agg(quote_literal('#' || one), ' | ') from unnest(array_prepend('-'::text, others)) one) || ')';
  else
    facets := (select string_agg(quote_literal('#' || one), ' | ') from unnest(kinds) one where one ~ '^[a-z_]+$');
  end if;
  if in_port is not null then facets := facets && quote_literal('#' || in_port)::tsquery; end if;
  if in_threat <> '' then facets := facets && quote_literal('#' || in_threat)::tsquery; end if;

  if candidates is null then
    with scored as materialized (
      select s.record_id, s.at, sharing_fit(coalesce(s.head, s.vector), nearest, widest, numbers, clock - date_part('epoch', s.at)) as score
      from sharing_searchable s
      where s.vector @@ said and s.vector @@ sight and s.vector @@ facets and s.until > now()
        and (since is null or s.at >= since) and (before is null or s.at < before)
    ), best as (
      select s.record_id, s.score from scored s order by s.score desc, s.at desc, s.record_id desc limit shown
    )
    select array_agg(b.record_id), array_agg(b.score), (select count(*) from scored) into ids, scores, total from best b;
  else
    newest := sharing_month(least(before, now() + interval '1 month'));  -- a clock elsewhere may be ahead
    loop
      if width > 0 then
        part := (select string_agg(quote_literal('#' || newest - months_taken - one), ' | ')
                 from generate_series(0, width - 1) one);
        seen_keys := sight;
      else
        part := null;
        seen_keys := sight && !! months;
      end if;
      with candidate as (
        select s.record_id, s.at, coalesce(s.head, s.vector) as words from sharing_searchable s
        where s.vector @@ said and s.vector @@ seen_keys and s.vector @@ coalesce(facets && part, facets) and s.until > now()
          and (since is null or s.at >= since) and (before is null or s.at < before)
        order by s.at desc, s.record_id desc limit wanted - total
      ), scored as materialized (
        select c.record_id, c.at, sharing_fit(c.words, nearest, widest, numbers, clock - date_part('epoch', c.at)) as score
        from candidate c
      ), best as (
        select s.record_id, s.score from scored s order by s.score desc, s.at desc, s.record_id desc limit shown
      )
      select coalesce(array_agg(b.record_id), '{}'), coalesce(array_agg(b.score), '{}'), (select count(*) from scored)
        into more_ids, more_scores, met from best b;
      ids := ids || more_ids; scores := scores || more_scores; total := total + met;
      exit when total >= wanted or width = 0;
      months := coalesce(months || part, part);
      months_taken := months_taken + width;
      -- as many months as should hold the rest, and a fifth more; more than eight are not worth a question of their own
      width := case when 1.2 * months_taken * (wanted - total) > 8.0 * total then 0
                    else ceil(1.2 * months_taken * (wanted - total) / total) end;
    end loop;
  end if;

  return query
    select r.id, r.kind::text, r.at, b.score::real, total
    from unnest(ids, scores) b(id, score) join sharing_record r on r.id = b.id
    where r.audience && acting_keys() and (r.tlp <= acting_ceiling() or r.author_id = acting_person())
      and r.expires_at > now() and r.kind = any(kinds)
    order by b.score desc, r.at desc, r.id desc limit shown;
end $$;
revoke execute on function sharing_find(text, text[], integer, text, text, text, uuid, text, timestamptz, timestamptz, integer),
  sharing_fit(tsvector, tsquery, tsquery, tsquery, double precision), sharing_month(timestamptz) from public;
grant execute on function sharing_find(text, text[], integer, text, text, text, uuid, text, timestamptz, timestamptz, integer) to port2port_app;
