/** Of the runs row of that alias: whether an attempt of it has left a pin, to which every later one is held. */
export function isPinned(alias: string): string {
  return `exists (select 1 from onceflow.step_attempts p where p.run_id = ${alias}.run_id and p.pin is not null)`;
}
