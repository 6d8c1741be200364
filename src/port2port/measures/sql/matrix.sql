-- The same sight of adoption as before, written so that a matrix asks for it once: a function is called again for each
-- row (40 microseconds, 14,000 rows), a set is read once and looked up. That a measure is seen is its own policy.
alter policy sight on measures_adoption using (
  measure_id in (select m.record_id from measures_measure m) and (
    published
    or (select measures_in_weakest_link())
    or (select measures_reads_own()) and (
      facility_id is null and port_id = any((select measures_own_ports())::uuid[])
      or facility_id = any((select measures_own_facilities())::uuid[]))));
