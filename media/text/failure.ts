/** A named reason why a file cannot be measured. */
export { ProgramFailure as TextFailure } from '../program/outcome.ts';
