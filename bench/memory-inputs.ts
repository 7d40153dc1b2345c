/** Makes the inputs of the memory benchmark: the same film and the same sort of table, short and long. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';

const MEGABYTE = 1e6;
const SCENE_S = 10;

/**
 * An MP4 of 720p H.264 at about 8 Mb/s with a stereo track: two scenes under noise, repeated without encoding them
 * again until the file is that large. 2 GB are half an hour.
 */
export function makeVideo(ffmpeg: string, path: string, megabytes: number): void {
  const scene = `${path}.scene.mp4`;
  const list = `${path}.txt`;
  const pictures = (['testsrc2', 'mandelbrot'] as const).flatMap((source) => [
    ...['-f', 'lavfi', '-i', `${source}=size=1280x720:rate=25,trim=duration=${SCENE_S},noise=alls=12:allf=t`],
  ]);
  const sound = `sine=frequency=330:duration=${2 * SCENE_S}`;
  const graph = '[0:v]format=yuv420p[a];[1:v]format=yuv420p[b];[a][b]concat=n=2[v]';
  const rate = ['-b:v', '8M', '-minrate', '8M', '-maxrate', '8M', '-bufsize', '4M', '-g', '50'];
  try {
    call(ffmpeg, [
      ...[...pictures, '-f', 'lavfi', '-i', sound, '-filter_complex', graph, '-map', '[v]', '-map', '2:a'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', ...rate, '-c:a', 'aac', '-ac', '2', scene],
    ]);
    const times = Math.max(1, Math.ceil((megabytes * MEGABYTE) / statSync(scene).size));
    writeFileSync(list, `file '${scene}'\n`.repeat(times));
    call(ffmpeg, ['-f', 'concat', '-safe', '0', '-i', list, '-map', '0', '-c', 'copy', path]);
  } finally {
    rmSync(scene, { force: true });
    rmSync(list, { force: true });
  }
}

function call(ffmpeg: string, args: readonly string[]): void {
  execFileSync(ffmpeg, ['-v', 'error', '-nostdin', '-y', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const HEADER =
  'order_id,placed_at,customer,email,country,status,quantity,unit_price,discount,rating,express,comment\n';
const COUNTRIES = 'DE,FR,IT,ES,PL,NL,SE,AT,BE,PT,CZ,DK,FI,GR,HU,IE,RO,BG,HR,SK'.split(',');
const STATUSES = ['paid', 'sent', 'returned', 'open', 'cancelled'];
const WORDS =
  'fast late box broken good gift again thanks never colour size wrong blue red small large new old'.split(
    ' ',
  );
const BLOCK_BYTES = 4 * MEGABYTE;

/**
 * Twelve mixed columns of orders: an ascending key, times, codes, prices, ratings with gaps, e-mail addresses of which
 * nearly all differ, and comments of a few words.
 */
export function makeTable(path: string, megabytes: number): void {
  const random = generator(20);
  const file = openSync(path, 'w');
  try {
    let written = writeSync(file, HEADER);
    for (let row = 1; written < megabytes * MEGABYTE; ) {
      let block = '';
      while (block.length < BLOCK_BYTES) block += order(row++, random);
      written += writeSync(file, block);
    }
  } finally {
    closeSync(file);
  }
}

function order(row: number, random: (below: number) => number): string {
  const placed = new Date(1_600_000_000_000 + row * 7_000).toISOString().slice(0, 19).replace('T', ' ');
  const customer = random(200_000);
  const email = `${WORDS[random(18)]}.${random(2 ** 31).toString(36)}@example.org`;
  const rating = random(10) < 3 ? '' : 1 + random(5);
  const price = (random(100_000) / 100).toFixed(2);
  const discount = random(4) === 0 ? (random(1_000_000) / 1_000_000).toFixed(6) : '0';
  const comment = random(3) === 0 ? '' : `"${WORDS[random(18)]}, ${WORDS[random(18)]} ${WORDS[random(18)]}"`;
  const codes = `${COUNTRIES[random(20)]},${STATUSES[random(5)]},${1 + random(12)}`;
  return `${row},${placed},C${customer},${email},${codes},${price},${discount},${rating},${random(2) === 0},${comment}\n`;
}

/** Integers from 0 up to a bound; the same ones for the same seed. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
