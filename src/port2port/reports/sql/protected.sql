-- One's own protected reports, from under one's own name: that they are there, and whether there is something new. What
-- they say is read under the alias only, or reading would lead to who wrote it.
create function reports_protected() returns table (hat uuid, report uuid, made_at timestamptz, news boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.hat_id, r.id, s.made_at,
    exists (select 1 from reports_update u where u.report_id = r.id and u.author_id is distinct from worn.person_id
            and u.at > s.opened_at)
    or exists (select 1 from reports_feedback f where f.report_id = r.id and f.answered_at > s.opened_at)
  from members_shield s
  join members_membership real on real.id = s.behind_id and real.person_id = acting_person()
  join members_membership worn on worn.id = s.hat_id
  join sharing_record r on r.author_id = worn.person_id and r.kind = 'report' and r.expires_at > now()
  order by s.made_at desc
$$;
alter table reports_report alter column protected set default false;
revoke execute on function reports_protected() from public;
grant execute on function reports_protected() to port2port_app;
