/** A named reason why a file cannot be profiled. */
export { ProgramFailure as TableFailure } from '../program/outcome.ts';
