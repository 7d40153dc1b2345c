/** Roles, weakest first; each may do what the ones before it may. */
export const roles = ['reader', 'submitter', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

export function mayAct(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
