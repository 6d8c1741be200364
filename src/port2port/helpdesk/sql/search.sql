-- What is said is found by its words; they are a tsvector, so a conversation that is too long to be found whole keeps the
-- words that it has, and none is cut in two.
create or replace function helpdesk_said(e sharing_record, words text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update sharing_searchable s set words = s.words || ' ' || helpdesk_said.words
  where s.record_id = e.id and length(s.words) + length(helpdesk_said.words) < 400000;
  update sharing_record r set version = r.version + 1, updated_at = now() where r.id = e.id;
end $$;
