/** Loaded before a process (`node --import`), sets its clock TEST_CLOCK_OFFSET_MS ahead; timers run as ever. */
const offsetMs = Number(process.env['TEST_CLOCK_OFFSET_MS'] ?? 0);

class SkewedDate extends Date {
  constructor(...given: readonly [] | ConstructorParameters<DateConstructor>) {
    super(...((given.length === 0 ? [SkewedDate.now()] : given) as [number]));
  }

  static override now(): number {
    return super.now() + offsetMs;
  }
}

globalThis.Date = SkewedDate as unknown as DateConstructor;
