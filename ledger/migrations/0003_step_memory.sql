-- What an attempt was computed with and where, and whose output it was answered with.

alter table onceflow.step_attempts
  add column queue text,
  add column step_version integer,
  -- Names and digests of the models that the step declares.
  add column models text[] not null default '{}',
  -- The attempt that computed the output: never one that was itself remembered.
  add column remembered_from bigint references onceflow.step_attempts on delete restrict;

-- Versions and models of the steps that went into a result: {"steps": {"video.chunk": [1]}, "models": {...}}.
alter table onceflow.results add column made_with json;

create index step_attempts_on_gpu on onceflow.step_attempts (run_id) where queue = 'gpu';
create index step_attempts_remembered on onceflow.step_attempts (remembered_from) where remembered_from is not null;
create index artefacts_by_path on onceflow.artefacts (path);
create index result_parts_by_fence on onceflow.result_parts (fence);
create index step_memory_by_fence on onceflow.step_memory (fence);
create index step_memory_by_age on onceflow.step_memory (at);
