import type { SimilarAsked, SimilarImage } from '../ledger.ts';
import type { Queryable } from '../pool.ts';
import { signed } from './keep-image-hashes.ts';

const BANDS = 4;
const BAND_BITS = 16;
/** Up to here every image is found; see migration image_hashes. */
const MOST_BITS = 7;

/** One band's value and all that differ from it in one bit. */
function probes(value: number): readonly number[] {
  return [value, ...Array.from({ length: BAND_BITS }, (_, bit) => value ^ (1 << bit))];
}

function bandsOf(phash64: string): readonly (readonly number[])[] {
  const digits = BAND_BITS / 4;
  return Array.from({ length: BANDS }, (_, band) =>
    probes(Number.parseInt(phash64.slice(band * digits, (band + 1) * digits), 16)),
  );
}

/** The statement, apart from its execution, so that its plan can be looked at. */
export function similarQuery(asked: SimilarAsked): { readonly text: string; readonly values: unknown[] } {
  const found = Array.from(
    { length: BANDS },
    (_, index) =>
      `select kind, resource_id, incarnation, phash64, dhash64 from onceflow.image_hashes
        where owner = (select owner from asked) and band_${index + 1} = any($${index + 1}::int[])`,
  );
  const text = `with asked as materialized (select owner from onceflow.resources where resource_id = $7),
     found as (${found.join(' union ')})
   select f.resource_id as "resourceId", bit_count((f.phash64 # $5::bigint)::bit(64))::int as "distanceBits",
          bit_count((f.dhash64 # $6::bigint)::bit(64))::int as "dhashDistanceBits"
     from found f join onceflow.resources o using (resource_id)
    where f.kind = $8 and f.resource_id <> $7 and o.deleted_at is null and o.incarnation = f.incarnation
      and bit_count((f.phash64 # $5::bigint)::bit(64)) <= $9
    order by 2, 3, 1 limit $10`;
  const { kind, resourceId, phash64, dhash64, withinBits, limit } = asked;
  const values = [
    ...bandsOf(phash64),
    signed(phash64),
    signed(dhash64),
    resourceId,
    kind,
    Math.min(withinBits, MOST_BITS),
    limit,
  ];
  return { text, values };
}

/** Images of the owner of the resource whose hash differs from the one asked in at most so many bits, nearest first. */
export async function similarImages(sql: Queryable, asked: SimilarAsked): Promise<readonly SimilarImage[]> {
  const { text, values } = similarQuery(asked);
  const { rows } = await sql.query<SimilarImage & { [column: string]: unknown }>(text, values);
  return rows;
}
