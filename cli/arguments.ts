/** What options say, read from their text; a text that says nothing is a wrong usage. */
import { InvalidArgumentError } from 'commander';

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('must be a whole number from 1');
  return value;
}

export function deviceIndex(text: string): string {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('must be a whole number from 0');
  return text;
}

export function bits(text: string): number {
  const value = Number(text);
  if (!/^[0-7]$/.test(text)) throw new InvalidArgumentError('must be a whole number from 0 to 7');
  return value;
}

export function moduleNames(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
