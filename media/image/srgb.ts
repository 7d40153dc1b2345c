/** From 0 (black) to 255 (white), not rounded, of linear light from 0 to 1: the transfer of sRGB (IEC 61966-2-1). */
export function byteOfLight(light: number): number {
  return 255 * (light <= 0.003_130_8 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
}
