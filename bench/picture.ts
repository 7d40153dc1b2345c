/** One picture of all benchmarks: how far each is from its goal. The goal is the line; what lies left of it is met. */
import { distanceFromGoal } from './measured.ts';
import type { Recorded } from './record.ts';

const ROW_PX = 22;
const LABEL_PX = 540;
const CHART_PX = 420;
const TOP_PX = 56;
/** A hundredth of what is allowed, and ten times it. */
const [LEAST, MOST] = [0.01, 10];

export function pictureOf(all: readonly Recorded[]): string {
  const bars = all.flatMap(({ benchmark, measured }) =>
    measured.map((one) => ({ label: `${benchmark}: ${one.name}`, distance: distanceFromGoal(one) })),
  );
  const height = TOP_PX + bars.length * ROW_PX + 16;
  const goal = LABEL_PX + positionOf(1);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LABEL_PX + CHART_PX + 80} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="12" y="22" font-size="15" font-weight="bold">Share of what the goal allows (logarithmic)</text>`,
    ...[0.01, 0.1, 1, 10].map((share) => tick(share, height)),
    ...bars.map(({ label, distance }, index) => bar(label, distance, TOP_PX + index * ROW_PX)),
    `<line x1="${goal}" y1="${TOP_PX - 8}" x2="${goal}" y2="${height - 8}" stroke="#111" stroke-width="1.5"/>`,
    '</svg>',
    '',
  ].join('\n');
}

/** Pixels from the left edge of the chart. */
function positionOf(share: number): number {
  const clamped = Math.min(MOST, Math.max(LEAST, share));
  return Math.round((Math.log10(clamped / LEAST) / Math.log10(MOST / LEAST)) * CHART_PX);
}

function tick(share: number, height: number): string {
  const x = LABEL_PX + positionOf(share);
  const name = share === 1 ? 'goal' : String(share);
  return `<text x="${x}" y="${TOP_PX - 14}" text-anchor="middle" fill="#555">${name}</text><line x1="${x}" y1="${TOP_PX - 8}" x2="${x}" y2="${height - 8}" stroke="#ddd"/>`;
}

function bar(label: string, distance: number, y: number): string {
  const width = positionOf(distance);
  const colour = distance <= 1 ? '#2a7f62' : '#b3402a';
  const text = label.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return [
    `<text x="${LABEL_PX - 8}" y="${y + 13}" text-anchor="end">${text}</text>`,
    `<rect x="${LABEL_PX}" y="${y + 2}" width="${Math.max(2, width)}" height="${ROW_PX - 8}" fill="${colour}"/>`,
    `<text x="${LABEL_PX + Math.max(2, width) + 5}" y="${y + 13}" fill="#333">${distance.toFixed(2)}</text>`,
  ].join('');
}
