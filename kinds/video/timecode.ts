/** SMPTE timecode (non-drop) of a frame number: HH:MM:SS:FF, counted at the rounded frame rate. */
export function timecode(frame: number, framesPerSecond: number): string {
  const rate = Math.max(1, Math.round(framesPerSecond));
  const seconds = Math.floor(frame / rate);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60, frame % rate];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** HH:MM:SS.mmm, as WebVTT wants it. */
export function clockTime(seconds: number): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');
  return `${pad(Math.floor(ms / 3_600_000))}:${pad(Math.floor(ms / 60_000) % 60)}:${pad(Math.floor(ms / 1000) % 60)}.${pad(ms % 1000, 3)}`;
}
