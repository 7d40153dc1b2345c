import type { Alert } from './envelope.ts';

/** An alert, with nulls for what it does not say. */
export function alert(
  code: string,
  severity: Alert['severity'],
  message: string,
  more: Partial<Pick<Alert, 'where' | 'value' | 'threshold'>> = {},
): Alert {
  return {
    code,
    severity,
    message,
    where: more.where ?? null,
    value: more.value ?? null,
    threshold: more.threshold ?? null,
  };
}
