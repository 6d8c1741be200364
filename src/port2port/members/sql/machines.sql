-- An administrator lets a machine of the own organisation wait, and binds it to a certificate (policy.sql says whose it is).
grant update (paused_at, certificate) on members_membership to port2port_app;
