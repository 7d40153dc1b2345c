/**
 * The params that a step depends on: memory knows a step again by what it was given, so a change of any other param
 * leaves its output as good as it was.
 */
export function onlyParams<Params extends object, Name extends keyof Params>(
  params: Params,
  names: readonly Name[],
): Pick<Params, Name> {
  const given = names.filter((name) => params[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, params[name]])) as Pick<Params, Name>;
}
