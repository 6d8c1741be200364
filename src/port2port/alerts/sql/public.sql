-- What the public page may read of alerts (0035): nothing of an exercise or a test, nothing that was followed or is over, and
-- nothing before the embargo of what may be said in public ends.
create policy publicly on alerts_alert as restrictive for select using (
  (select acting_scope()) is distinct from 'public'
  or (status = 'Actual' and state = 'raised' and valid_until > now()
      and coalesce((public ->> 'embargo_until')::timestamptz <= now(), true)));
