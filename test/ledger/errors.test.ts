import { expect, test } from 'vitest';
import { LedgerError, typedError } from '../../ledger/errors.ts';

const expected = {
  LEDGER_BUSY: ['40001', '40P01', '55P03', '0A000'],
  LEDGER_UNREACHABLE: [
    ...['08006', '53100', '53200', '53300', '25006', '25P03', '25P04', '28000', '28P01', '3D000'],
    ...['57P01', '57P02', '57P03', 'ECONNRESET', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTDOWN', 'ECONNABORTED'],
  ],
  LEDGER_TIMEOUT: ['57014'],
  LEDGER_NOT_MIGRATED: ['3F000', '42P01', '42703'],
} as const;

for (const [code, driverCodes] of Object.entries(expected)) {
  test(`${driverCodes.join(', ')}: ${code}, with a hint and the cause`, () => {
    for (const driverCode of driverCodes) {
      const cause = Object.assign(new Error('of the driver'), { code: driverCode });
      const error = typedError(cause);
      expect(error, driverCode).toBeInstanceOf(LedgerError);
      expect(error, driverCode).toMatchObject({ code, cause, hint: expect.stringMatching(/./) });
    }
  });
}

test('a broken rule of the database is nobody else’s fault: it passes unchanged', () => {
  const broken = Object.assign(new Error('violates check constraint'), { code: '23514' });
  expect(typedError(broken)).toBe(broken);
});
