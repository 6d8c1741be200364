-- What was sent to an authority: for the organisation whose duty it was, as its clocks are; written once, by who sent it.
alter table reports_sending add constraint reports_sending_digest check (sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex'));
alter table reports_sending enable row level security;
create policy sight on reports_sending for select using (compliance_clocks(report_id, organisation_id));
create policy birth on reports_sending for insert with check (
  compliance_clocks(report_id, organisation_id) and by_id = (select acting_person()) and (select acting_may('report'))
  and exists (select 1 from compliance_happening h join compliance_subject s on s.id = h.subject_id
    where h.id = happening_id and h.kind = reports_sending.kind and h.at = sent_at and h.person_id = by_id
      and s.record_id = report_id and s.organisation_id = reports_sending.organisation_id));
create policy changing on reports_sending for update using (false);
create policy burial on reports_sending for delete using (false);
grant select, insert on reports_sending to port2port_app;

-- What an organisation says of itself, since when and on whose word.
grant update (nis2_category, supervisor, since, source) on reports_organisationfact to port2port_app;
