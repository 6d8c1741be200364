-- Campaigns. An organisation's campaign and what it did are seen by its people, and by nobody else; the network is told how
-- many organisations run one. Of the questions nobody reads an answer: a slip is deleted as it is used, in the statement
-- that adds to sums, and sums are told from ten answers on, five at a time (decision 0052).

alter table training_campaign enable row level security;
create policy sight on training_campaign for select using (
  organisation_id is not distinct from (select acting_organisation()) and (select acting_scope()) = 'member');
create policy birth on training_campaign for insert with check (
  (select training_trains()) and organisation_id is not distinct from (select acting_organisation())
  and made_by_id = (select acting_person()));
create policy changing on training_campaign for update
  using ((select training_trains()) and organisation_id is not distinct from (select acting_organisation())) with check (true);
create policy burial on training_campaign for delete using (false);  -- training_campaigns_forget
grant select, insert on training_campaign to port2port_app;
grant update (audiences, languages, starts_on, ends_on, before_until, after_until, tell, updated_at, sequence) on training_campaign to port2port_app;

create function training_campaign_ours(c uuid) returns boolean language sql stable
as $$ select exists (select 1 from training_campaign x where x.id = c and x.organisation_id = acting_organisation()) $$;
alter table training_campaigndeed enable row level security;
create policy sight on training_campaigndeed for select using (
  organisation_id is not distinct from (select acting_organisation()) and (select acting_scope()) = 'member');
create policy birth on training_campaigndeed for insert with check (
  (select training_trains()) and organisation_id is not distinct from (select acting_organisation())
  and by_id = (select acting_person()) and training_campaign_ours(campaign_id));
create policy changing on training_campaigndeed for update using (false);
create policy burial on training_campaigndeed for delete using (
  (select training_trains()) and organisation_id is not distinct from (select acting_organisation()));
grant select, insert, delete on training_campaigndeed to port2port_app;

do $$ declare t text; begin
  foreach t in array array['training_pulseticket', 'training_pulsewave', 'training_pulsetally'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy sight on %I for select using (false)', t);
    execute format('create policy birth on %I for insert with check (false)', t);
    execute format('create policy changing on %I for update using (false)', t);
    execute format('create policy burial on %I for delete using (false)', t);
  end loop;
end $$;

create function training_today() returns date language sql stable as $$ select (now() at time zone 'Europe/Brussels')::date $$;

-- Slips are made by who trains, at most 2,000 for a wave; who gets which is decided where they are handed out.
create function training_pulse_make(c uuid, of_wave text, secrets bytea[]) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  ours training_campaign;
  number integer := coalesce(array_length(secrets, 1), 0);
begin
  select * into ours from training_campaign where id = c and organisation_id is not distinct from acting_organisation();
  if ours.id is null or acting_scope() <> 'member' then
    raise exception 'no such campaign' using errcode = 'PP404';
  end if;
  if not training_trains() then
    raise exception 'only who trains' using errcode = 'PP403';
  end if;
  if number < 1 or training_today() > (case of_wave when 'before' then ours.before_until else ours.after_until end) then
    raise exception 'not now' using errcode = 'PP409';
  end if;
  insert into training_pulsewave (campaign_id, wave, made, answered, told) values (c, of_wave, number, 0, 0)
    on conflict (campaign_id, wave) do update set made = training_pulsewave.made + number;
  if (select made > 2000 from training_pulsewave where campaign_id = c and wave = of_wave) then
    raise exception 'enough' using errcode = 'PP409';
  end if;
  insert into training_pulseticket (secret, campaign_id, wave) select s, c, of_wave from unnest(secrets) s;
  return number;
end $$;

-- What a slip asks, and from which day on while that is still to come: the campaign and the wave, for who holds it; nothing of the
-- organisation.
create function training_pulse_open(of_secret bytea) returns table (slug text, wave text, from_day date)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.slug::text, t.wave::text, case when t.wave = 'after' and training_today() < c.ends_on then c.ends_on end from training_pulseticket t join training_campaign c on c.id = t.campaign_id
  where t.secret = of_secret and acting_scope() = 'campaign'
    and training_today() <= case t.wave when 'before' then c.before_until else c.after_until end
$$;

-- Once: the slip goes and its answers become part of the sums, without a time, an order or a person.
create function training_pulse_answer(of_secret bytea, answers jsonb) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  used training_pulseticket;
  wave_now training_pulsewave;
begin
  if acting_scope() <> 'campaign' or not exists (select 1 from training_pulse_open(of_secret) where from_day is null)
    or (select count(*) not between 1 and 6 or bool_or(a.key !~ '^[a-z_]{1,40}$' or a.value !~ '^[a-z_]{1,40}$') from jsonb_each_text(answers) a) then
    return false;
  end if;
  delete from training_pulseticket where secret = of_secret returning * into used;
  if used.secret is null then  -- another took it in the meantime
    return false;
  end if;
  insert into training_pulsetally (campaign_id, wave, question, option, number, told)
    select used.campaign_id, used.wave, a.key, a.value, 1, 0 from jsonb_each_text(answers) a order by a.key
    on conflict (campaign_id, wave, question, option) do update set number = training_pulsetally.number + 1;
  update training_pulsewave set answered = answered + 1 where campaign_id = used.campaign_id and wave = used.wave
    returning * into wave_now;
  -- five at a time, or what was told before and what is told after would differ by one person's answers
  if wave_now.answered >= 10 and wave_now.answered - wave_now.told >= 5 then
    update training_pulsetally set told = number where campaign_id = used.campaign_id and wave = used.wave;
    update training_pulsewave set told = answered where campaign_id = used.campaign_id and wave = used.wave;
  end if;
  return true;
end $$;

-- What is told of the questions, to the people of the organisation that asks. The number of slips made is its own.
create function training_pulse_told(c uuid) returns table (wave text, made integer, told integer, question text, option text, number integer)
language sql stable security definer set search_path = public, pg_temp as $$
  select w.wave::text, w.made, w.told, t.question::text, t.option::text, t.told
  from training_campaign x join training_pulsewave w on w.campaign_id = x.id
  left join training_pulsetally t on t.campaign_id = w.campaign_id and t.wave = w.wave and t.told > 0
  where x.id = c and x.organisation_id = acting_organisation() and acting_scope() = 'member'
$$;

-- What a screen shows, for whoever holds its link, while the campaign runs. No organisation, but what it wrote itself.
create function training_screen(of_code text) returns table (slug text, languages text[], tell text)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.slug::text, c.languages::text[], c.tell::text from training_campaign c
  where c.code = of_code and acting_scope() = 'campaign' and training_today() between c.starts_on and c.ends_on
$$;

-- How many organisations ran a campaign in twelve months; none below three.
create function training_campaigns_run() returns table (slug text, organisations integer)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.slug::text, count(distinct c.organisation_id)::integer from training_campaign c
  where c.starts_on <= training_today() and c.ends_on > training_today() - 365 and acting_scope() = 'member' and exists (
    select 1 from members_circle m where m.slug = 'all-members' and m.kind = 'standing' and m.id = any(acting_keys()))
  group by 1 having count(distinct c.organisation_id) >= 3
$$;

create function training_campaigns_forget(kept_days integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  number integer;
begin
  if acting_scope() <> 'worker' then
    raise exception 'only the worker' using errcode = 'PP403';
  end if;
  delete from training_pulseticket t using training_campaign c where c.id = t.campaign_id
    and training_today() > case t.wave when 'before' then c.before_until else c.after_until end;
  delete from training_campaign where ends_on < training_today() - kept_days;
  get diagnostics number = row_count;
  return number;
end $$;

revoke execute on all functions in schema public from public;
grant execute on function training_campaign_ours(uuid), training_today(), training_pulse_make(uuid, text, bytea[]), training_pulse_open(bytea),
  training_pulse_answer(bytea, jsonb), training_pulse_told(uuid), training_screen(text), training_campaigns_run(),
  training_campaigns_forget(integer) to port2port_app;
