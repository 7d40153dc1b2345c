/** Pictures as a camera makes them, as far as a decoder can tell: soft shapes, edges and noise. No two alike. */
import sharp from 'sharp';

const [WIDTH, HEIGHT] = [1632, 1224];
const [COARSE_WIDTH, COARSE_HEIGHT] = [16, 12];

/** A generator of numbers from 0 to 1 that gives the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1_013_904_223) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export async function makePhoto(path: string, seed: number): Promise<void> {
  const random = randomFrom(seed);
  const coarse = Buffer.from(
    Array.from({ length: COARSE_WIDTH * COARSE_HEIGHT * 3 }, () => Math.floor(40 + 180 * random())),
  );
  const shapes = Array.from({ length: 12 }, () => {
    const [x, y, r] = [random() * WIDTH, random() * HEIGHT, 30 + random() * 200];
    const colour = `rgb(${[0, 0, 0].map(() => Math.floor(random() * 256)).join()})`;
    return `<circle cx="${x}" cy="${y}" r="${r}" fill="${colour}" fill-opacity="0.6"/>`;
  });
  const drawn = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${shapes.join('')}</svg>`;
  const grain = { mean: 128, sigma: 18, type: 'gaussian' } as const;
  const noise = await sharp({
    create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#808080', noise: grain },
  })
    .png({ compressionLevel: 0 })
    .toBuffer();
  await sharp(coarse, { raw: { width: COARSE_WIDTH, height: COARSE_HEIGHT, channels: 3 } })
    .resize(WIDTH, HEIGHT, { kernel: 'cubic', fit: 'fill' })
    .composite([{ input: Buffer.from(drawn) }, { input: noise, blend: 'soft-light' }])
    .jpeg({ quality: 88 })
    .toFile(path);
}
