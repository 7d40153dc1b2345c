-- The ledger. Every object lives in schema onceflow and every statement names it, so that a caller's search_path
-- (submitInTransaction runs on the caller's own connection) never decides which table is meant.
-- Documents are json, not jsonb: jsonb refuses "\u0000", which cells of real tables contain, and reorders keys.

create table onceflow.resources (
  resource_id text primary key check (resource_id ~ '^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$'),
  incarnation integer not null default 1 check (incarnation >= 1),
  owner text not null,
  source json not null,
  source_hash text not null,
  put_at timestamptz not null default now(),
  deleted_at timestamptz
);

create table onceflow.analyses (
  analysis_id bigint generated always as identity unique,
  kind text not null,
  resource_id text not null references onceflow.resources on delete restrict,
  workflow_id text not null unique,
  -- The newest run, mirrored by trigger so that lists need one index and no join order.
  generation integer not null default 0,
  state text check (state in ('pending', 'running', 'completed', 'failed', 'cancelled')),
  run_id uuid,
  owner text,
  policy text not null check (policy in ('no-repeat', 'allow-rerun')),
  analyser_version integer not null,
  -- How many Temporal runs became owner of a generation: adoption is a compare-and-set on it.
  registrations integer not null default 0,
  created_at timestamptz not null default now(),
  primary key (kind, resource_id)
);

create table onceflow.runs (
  run_id uuid primary key,
  kind text not null,
  resource_id text not null,
  workflow_id text not null,
  generation integer not null check (generation >= 1),
  incarnation integer not null,
  state text not null check (state in ('pending', 'running', 'completed', 'failed', 'cancelled')),
  trigger text not null
    check (trigger in ('submit', 'retry', 'rerun', 'reset', 'coalesced', 'schedule', 'import', 'direct')),
  policy text not null check (policy in ('no-repeat', 'allow-rerun')),
  analyser_version integer not null,
  params json not null,
  params_hash text not null,
  source_hash text not null,
  observed_pin text,
  authorised boolean not null,
  reason text,
  from_scratch boolean not null,
  priority integer not null check (priority between 1 and 5),
  owner text not null,
  requested_by text not null,
  -- Temporal's id of the run that owns this generation; set by the claim.
  temporal_run_id text,
  cancel_requested_at timestamptz,
  cancel_told_at timestamptz,
  redispatches integer not null default 0,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  changed_by text not null,
  why text,
  failure json,
  unique (kind, resource_id, generation),
  foreign key (kind, resource_id) references onceflow.analyses on delete restrict,
  check ((state in ('completed', 'failed', 'cancelled')) = (ended_at is not null)),
  check (state <> 'failed' or failure is not null),
  check (state <> 'running' or temporal_run_id is not null)
);

-- Who owns or owned a generation. run_id null: a run that was turned away for good (it held steps of an older incarnation).
create table onceflow.temporal_runs (
  registration bigint generated always as identity unique,
  temporal_run_id text primary key,
  workflow_id text not null,
  run_id uuid references onceflow.runs on delete restrict,
  why text,
  at timestamptz not null default now()
);

create table onceflow.dispatch (
  run_id uuid primary key references onceflow.runs on delete restrict,
  reuse_policy text not null check (reuse_policy in ('ALLOW_DUPLICATE', 'ALLOW_DUPLICATE_FAILED_ONLY')),
  due_at timestamptz not null default now(),
  attempts integer not null default 0,
  last_error text,
  created_at timestamptz not null default now()
);

-- At most one follow-up per analysis, however many ask.
create table onceflow.follow_ups (
  kind text not null,
  resource_id text not null,
  incarnation integer not null,
  authorised boolean not null,
  reason text,
  analyser_version integer not null,
  params json not null,
  params_hash text not null,
  source_hash text not null,
  observed_pin text,
  from_scratch boolean not null,
  priority integer not null,
  owner text not null,
  requested_by text not null,
  asked integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (kind, resource_id),
  foreign key (kind, resource_id) references onceflow.analyses on delete restrict
);

create sequence onceflow.fences as bigint;

-- fence: the newest attempt's; instances do not fence each other. Counters: what living workers reported.
create table onceflow.step_instances (
  run_id uuid not null references onceflow.runs on delete restrict,
  step text not null,
  instance text not null,
  fence bigint not null,
  attempts integer not null default 1,
  retryable_failures integer not null default 0,
  child_deaths integer not null default 0,
  primary key (run_id, step, instance)
);

create table onceflow.step_attempts (
  fence bigint primary key,
  run_id uuid not null,
  step text not null,
  instance text not null,
  temporal_run_id text not null,
  temporal_attempt integer not null,
  worker text not null,
  state text not null default 'running' check (state in ('running', 'finished', 'failed', 'ended')),
  attempts integer not null,
  started_at timestamptz not null default now(),
  renewed_at timestamptz not null default now(),
  lease_until timestamptz not null,
  ended_at timestamptz,
  why text,
  failure json,
  value json,
  document json,
  -- Written from the document when it is stored: json's operators refuse a document that holds "\u0000" anywhere.
  partial boolean not null default false,
  pin text,
  memory_key text,
  remembered boolean not null default false,
  foreign key (run_id, step, instance) references onceflow.step_instances on delete restrict,
  check ((state = 'running') = (ended_at is null))
);

create table onceflow.step_memory (
  memory_key text primary key,
  fence bigint not null references onceflow.step_attempts on delete restrict,
  at timestamptz not null default now()
);

create table onceflow.artefacts (
  fence bigint not null references onceflow.step_attempts on delete restrict,
  name text not null,
  media_type text not null,
  bytes bigint not null,
  sha256 text not null,
  path text not null,
  primary key (fence, name)
);

-- The primary key is the promise: a second result of one generation is impossible.
create table onceflow.results (
  kind text not null,
  resource_id text not null,
  generation integer not null,
  run_id uuid not null unique references onceflow.runs on delete restrict,
  incarnation integer not null,
  schema text not null,
  status text not null check (status in ('complete', 'partial')),
  document json not null,
  analyser_version integer not null,
  params_hash text not null,
  source_hash text not null,
  pin text,
  fence bigint not null references onceflow.step_attempts on delete restrict,
  committed_at timestamptz not null default now(),
  primary key (kind, resource_id, generation),
  foreign key (kind, resource_id, generation) references onceflow.runs (kind, resource_id, generation) on delete restrict
);

-- The attempts whose output went into a result; only their artefacts are seen.
create table onceflow.result_parts (
  kind text not null,
  resource_id text not null,
  generation integer not null,
  fence bigint not null references onceflow.step_attempts on delete restrict,
  primary key (kind, resource_id, generation, fence),
  foreign key (kind, resource_id, generation) references onceflow.results on delete restrict
);

create table onceflow.events (
  event_id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  kind text not null,
  resource_id text not null,
  generation integer,
  run_id uuid,
  type text not null,
  from_state text,
  to_state text,
  actor text not null,
  why text
);

create table onceflow.deduplicated_calls (
  call_id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  kind text not null,
  resource_id text not null,
  requested_by text not null,
  outcome text not null,
  generation integer,
  why text not null
);

create table onceflow.idempotency_keys (
  owner text not null,
  key text not null,
  request_hash text not null,
  kind text not null,
  resource_id text not null,
  incarnation integer not null,
  answer json not null,
  at timestamptz not null default now(),
  primary key (owner, key)
);

create table onceflow.progress (
  run_id uuid primary key references onceflow.runs on delete restrict,
  fence bigint not null,
  step text not null,
  done double precision not null,
  total double precision,
  unit text not null,
  fraction double precision,
  eta_ms double precision,
  step_started_at timestamptz not null,
  at timestamptz not null default now()
);

create table onceflow.workers (
  worker_id text primary key,
  queue text not null,
  device text,
  pid integer not null,
  host text not null,
  started_at timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  gone_at timestamptz
);

create table onceflow.refused_writes (
  refused_id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  kind text,
  resource_id text,
  run_id uuid,
  temporal_run_id text,
  fence bigint,
  what text not null,
  why text not null
);

create index analyses_by_kind on onceflow.analyses (kind, analysis_id desc);
create index analyses_by_state on onceflow.analyses (state, analysis_id desc);
create index analyses_by_kind_state on onceflow.analyses (kind, state, analysis_id desc);
create index analyses_by_owner on onceflow.analyses (owner, analysis_id desc);
create index analyses_by_resource on onceflow.analyses (resource_id, analysis_id desc);
create index runs_open on onceflow.runs (started_at) where state = 'running';
create index runs_cancel_due on onceflow.runs (cancel_requested_at)
  where state = 'running' and cancel_requested_at is not null;
create index temporal_runs_by_run on onceflow.temporal_runs (run_id);
create index dispatch_due on onceflow.dispatch (due_at);
create index step_attempts_by_run on onceflow.step_attempts (run_id, fence);
create index events_by_analysis on onceflow.events (kind, resource_id, event_id desc);
create index duplicates_by_analysis on onceflow.deduplicated_calls (kind, resource_id, call_id desc);
create index refused_by_analysis on onceflow.refused_writes (kind, resource_id, refused_id desc);
create index workers_present on onceflow.workers (queue, last_seen) where gone_at is null;
