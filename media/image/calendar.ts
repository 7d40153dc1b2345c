/** Whether the calendar has such a time, in ISO form without a zone: a parser of dates takes 30 February for 1 March. */
export function exists(iso: string): boolean {
  const time = new Date(`${iso}Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(iso);
}
