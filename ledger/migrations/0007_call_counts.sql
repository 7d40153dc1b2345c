-- Submits that started nothing and whose rows in deduplicated_calls were cleaned away: what GPU-seconds count them by.
create table onceflow.call_counts (
  kind text not null,
  resource_id text not null,
  generation integer not null,
  outcome text not null,
  calls bigint not null,
  primary key (kind, resource_id, generation, outcome)
);
