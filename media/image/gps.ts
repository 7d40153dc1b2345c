/** Where a picture was taken, as EXIF tells it. */
import { exists } from './calendar.ts';
import { type Ifd, textOf, type TiffBlock } from './ifd.ts';

export interface Gps {
  readonly latitude_deg: number | null;
  readonly longitude_deg: number | null;
  readonly altitude_m: number | null;
  readonly direction_deg: number | null;
  /** UTC, as receivers tell it. */
  readonly date: string | null;
  readonly time: string | null;
  readonly at: string | null;
}

export const NO_PLACE: Gps = {
  latitude_deg: null,
  longitude_deg: null,
  altitude_m: null,
  direction_deg: null,
  date: null,
  time: null,
  at: null,
};

/** Null: the directory says nothing of a place. */
export function gpsOf(tiff: TiffBlock, { fields }: Ifd, odd: string[]): Gps | null {
  const numbers = (tag: number): readonly number[] => tiff.numbers(fields.get(tag));
  const single = (tag: number, name: string): number | null => {
    const [value] = numbers(tag);
    if (value === undefined) return null;
    if (Number.isFinite(value)) return value;
    odd.push(`the GPS ${name} is divided by zero`);
    return null;
  };
  const degrees = (tag: number, most: number, name: string): number | null => {
    const parts = numbers(tag);
    if (parts.length === 0) return null;
    const [degree = 0, minute = 0, second = 0] = parts;
    const negative = /^[SW]/i.test(textOf(fields.get(tag - 1)) ?? '');
    const value = (degree + minute / 60 + second / 3600) * (negative ? -1 : 1);
    if (Number.isFinite(value) && Math.abs(value) <= most) return value;
    odd.push(`the GPS ${name} is no angle`);
    return null;
  };
  const latitude = degrees(2, 90, 'latitude');
  const longitude = degrees(4, 180, 'longitude');
  const altitude = single(6, 'altitude');
  const direction = single(17, 'direction');
  const date = dateOf(textOf(fields.get(29)), odd);
  const time = clockOf(numbers(7), odd);
  const below = numbers(5)[0] === 1;
  const place: Gps = {
    latitude_deg: latitude,
    longitude_deg: longitude,
    altitude_m: altitude === null ? null : below ? -altitude : altitude,
    direction_deg: direction,
    date,
    time,
    at: date !== null && time !== null ? `${date}T${time}Z` : null,
  };
  return Object.values(place).some((value) => value !== null) ? place : null;
}

function dateOf(text: string | null, odd: string[]): string | null {
  if (text === null || /^[\s:0]*$/.test(text)) return null;
  const [, year, month, day] = /^(\d{4})[:-](\d\d)[:-](\d\d)$/.exec(text) ?? [];
  const iso = `${year}-${month}-${day}`;
  if (exists(`${iso}T00:00:00`)) return iso;
  odd.push('the GPS date is no date');
  return null;
}

function clockOf(parts: readonly number[], odd: string[]): string | null {
  if (parts.length < 3) return null;
  const [hour = 0, minute = 0, second = 0] = parts;
  const sensible = parts.every(Number.isFinite) && hour < 24 && minute < 60 && second < 61;
  if (!sensible) {
    odd.push('the GPS time is no time');
    return null;
  }
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const fraction = second % 1 === 0 ? '' : (second % 1).toFixed(6).slice(1).replace(/0+$/, '');
  return `${two(hour)}:${two(minute)}:${two(second)}${fraction}`;
}
