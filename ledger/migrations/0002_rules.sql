-- The rules that no client, and no hand at a psql prompt, may break.

-- The same table as policy/states.ts; a test compares the two over all pairs.
create function onceflow.transition_allowed(from_state text, to_state text) returns boolean
language sql immutable as $$
  select (from_state, to_state) in (
    ('pending', 'running'), ('pending', 'cancelled'), ('pending', 'failed'),
    ('running', 'completed'), ('running', 'failed'), ('running', 'cancelled'))
$$;

create function onceflow.check_transition() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'pending' and new.trigger <> 'import' then
      raise exception 'a run begins pending, not %', new.state using errcode = 'check_violation';
    end if;
  elsif new.state <> old.state and not onceflow.transition_allowed(old.state, new.state) then
    raise exception 'run % is %, it cannot become %', old.run_id, old.state, new.state
      using errcode = 'check_violation', hint = 'A closed run stays closed; submit, retry or rerun makes a new generation.';
  end if;
  return new;
end $$;
create trigger runs_transition before insert or update of state on onceflow.runs
  for each row execute function onceflow.check_transition();

-- One place writes the audit trail, mirrors the newest run and closes the dispatch row: no transition can forget one of them.
create function onceflow.record_transition() returns trigger language plpgsql as $$
begin
  insert into onceflow.events (kind, resource_id, generation, run_id, type, from_state, to_state, actor, why)
  values (new.kind, new.resource_id, new.generation, new.run_id,
          case when tg_op = 'INSERT' then 'run.' || new.trigger else 'run.' || new.state end,
          case when tg_op = 'INSERT' then null else old.state end, new.state, new.changed_by, new.why);
  update onceflow.analyses
     set generation = new.generation, state = new.state, run_id = new.run_id, owner = new.owner,
         policy = new.policy, analyser_version = new.analyser_version
   where kind = new.kind and resource_id = new.resource_id and generation <= new.generation;
  if new.state <> 'pending' then
    delete from onceflow.dispatch where run_id = new.run_id;
  end if;
  perform pg_notify('onceflow_run', json_build_object('w', new.workflow_id, 'r', new.run_id)::text);
  return null;
end $$;
create trigger runs_recorded_insert after insert on onceflow.runs
  for each row execute function onceflow.record_transition();
create trigger runs_recorded_update after update of state on onceflow.runs
  for each row when (old.state is distinct from new.state) execute function onceflow.record_transition();

create function onceflow.announce_dispatch() returns trigger language plpgsql as $$
begin
  perform pg_notify('onceflow_dispatch',
    json_build_object('w', (select workflow_id from onceflow.runs where run_id = new.run_id), 'r', new.run_id)::text);
  return null;
end $$;
create trigger dispatch_announced after insert on onceflow.dispatch
  for each row execute function onceflow.announce_dispatch();

create function onceflow.announce_cancel() returns trigger language plpgsql as $$
begin
  perform pg_notify('onceflow_cancel', json_build_object('w', new.workflow_id, 'r', new.run_id)::text);
  insert into onceflow.events (kind, resource_id, generation, run_id, type, from_state, to_state, actor, why)
  values (new.kind, new.resource_id, new.generation, new.run_id, 'run.cancel-requested', new.state, new.state,
          new.changed_by, new.why);
  return null;
end $$;
create trigger runs_cancel_announced after update of cancel_requested_at on onceflow.runs
  for each row when (old.cancel_requested_at is null and new.cancel_requested_at is not null)
  execute function onceflow.announce_cancel();

create function onceflow.refuse() returns trigger language plpgsql as $$
begin
  raise exception '%', tg_argv[0] using errcode = 'integrity_constraint_violation', hint = tg_argv[1];
end $$;

create trigger generations_grow before update of generation on onceflow.analyses
  for each row when (new.generation < old.generation)
  execute function onceflow.refuse('generations only grow', 'Numbering goes on after a deletion too.');
create trigger fences_grow before update of fence on onceflow.step_instances
  for each row when (new.fence <= old.fence)
  execute function onceflow.refuse('fences only grow', 'Take the next one from onceflow.fences.');
create trigger results_stay before update on onceflow.results
  for each row execute function onceflow.refuse('a result is never changed', 'A newer generation replaces it.');
create trigger events_stay before update on onceflow.events
  for each row execute function onceflow.refuse('the audit trail is never changed', 'Add an event instead.');

create function onceflow.refuse_delete() returns trigger language plpgsql as $$
begin
  if current_setting('onceflow.retention', true) = 'on' then
    return coalesce(old, new);
  end if;
  raise exception 'rows of onceflow.% are not deleted by hand', tg_table_name
    using errcode = 'integrity_constraint_violation',
          hint = 'Delete the resource (onceflow.resources) instead: its analyses are revoked and their processes end.';
end $$;
create trigger analyses_stay before delete on onceflow.analyses for each row execute function onceflow.refuse_delete();
create trigger runs_stay before delete on onceflow.runs for each row execute function onceflow.refuse_delete();
create trigger results_kept before delete on onceflow.results for each row execute function onceflow.refuse_delete();
create trigger events_kept before delete on onceflow.events for each row execute function onceflow.refuse_delete();
create trigger attempts_kept before delete on onceflow.step_attempts
  for each row execute function onceflow.refuse_delete();
create trigger analyses_whole before truncate on onceflow.analyses execute function onceflow.refuse_delete();
create trigger runs_whole before truncate on onceflow.runs execute function onceflow.refuse_delete();
create trigger results_whole before truncate on onceflow.results execute function onceflow.refuse_delete();
create trigger events_whole before truncate on onceflow.events execute function onceflow.refuse_delete();
create trigger resources_whole before truncate on onceflow.resources execute function onceflow.refuse_delete();

-- Deleting a resource, by hand or through the library, leaves a tombstone and revokes everything of it.
create function onceflow.revoke_resource() returns trigger language plpgsql as $$
declare
  who text := coalesce(nullif(current_setting('onceflow.actor', true), ''), 'sql:' || session_user);
begin
  if old.deleted_at is not null then
    return null;
  end if;
  perform 1 from onceflow.analyses where resource_id = old.resource_id order by kind, resource_id for no key update;
  update onceflow.resources set deleted_at = clock_timestamp() where resource_id = old.resource_id;
  delete from onceflow.follow_ups where resource_id = old.resource_id;
  update onceflow.runs r
     set state = 'cancelled', ended_at = clock_timestamp(), changed_by = who, why = 'resource deleted'
    from onceflow.analyses a
   where a.resource_id = old.resource_id and r.kind = a.kind and r.resource_id = a.resource_id and r.state = 'pending';
  update onceflow.runs r
     set cancel_requested_at = clock_timestamp(), changed_by = who, why = 'resource deleted'
    from onceflow.analyses a
   where a.resource_id = old.resource_id and r.kind = a.kind and r.resource_id = a.resource_id
     and r.state = 'running' and r.cancel_requested_at is null;
  delete from onceflow.dispatch d using onceflow.runs r
   where r.run_id = d.run_id and r.resource_id = old.resource_id
     and r.kind in (select kind from onceflow.analyses where resource_id = old.resource_id);
  insert into onceflow.events (kind, resource_id, type, actor, why)
  select kind, resource_id, 'resource.deleted', who, 'tombstone left' from onceflow.analyses
   where resource_id = old.resource_id;
  return null;
end $$;
create trigger resources_revoked before delete on onceflow.resources
  for each row execute function onceflow.revoke_resource();
