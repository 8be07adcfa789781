import type { QueryConfig } from 'pg';
import type { AmendmentField, StampedAmendment } from '../amendment.js';
import { numberOf } from '../log-record.js';
import { storable, timeOf } from './insert-rows.js';

const FIELDS = {
  max_tokens: 'double precision',
  cost: 'double precision',
  prompt_tokens: 'double precision',
  response_tokens: 'double precision',
  score: 'double precision',
  comment: 'text',
  erased_at: 'text',
  generation: 'text',
} as const satisfies Record<AmendmentField, string>;

export const AMENDED_FIELDS = Object.keys(FIELDS) as AmendmentField[];
const PAIRS = AMENDED_FIELDS.flatMap((name) => [name, `${name}_at`]);
const COLUMNS = ['id', 'first_at', 'last_at', ...PAIRS];
const TYPES = [
  'text',
  'timestamp',
  'timestamp',
  ...AMENDED_FIELDS.flatMap((name) => [FIELDS[name], 'timestamp']),
];
const ARRAYS = TYPES.map((type, index) => `$${index + 1}::${type}[]`);

/** The later value of each field wins, in whatever order they come: a spill brings old ones after new ones. */
const MERGED = AMENDED_FIELDS.map(
  (name) => `${name} = CASE WHEN excluded.${name}_at >= coalesce(amended.${name}_at, '-infinity')
    THEN excluded.${name} ELSE amended.${name} END,
  ${name}_at = greatest(amended.${name}_at, excluded.${name}_at)`,
);

const UPSERT = `
INSERT INTO amended (${COLUMNS.join(', ')}) SELECT * FROM unnest(${ARRAYS.join(', ')})
ON CONFLICT (id) DO UPDATE SET
  first_at = least(amended.first_at, excluded.first_at), last_at = greatest(amended.last_at, excluded.last_at),
  ${MERGED.join(',\n  ')}`;

type Cell = string | number | null;

/** Takes in amendments, in their order; again does no harm. Prepared once for each connection. */
export function upsertAmendments(amendments: readonly StampedAmendment[]): QueryConfig {
  const rows = new Map<string, Map<string, Cell>>();
  // A statement cannot touch a row twice, so those of one chat become one.
  for (const amendment of amendments) {
    const at = timeOf(amendment);
    const row = rows.get(amendment.id) ?? new Map<string, Cell>([['id', amendment.id]]);
    rows.set(amendment.id, row);
    const first = row.get('first_at') ?? at;
    const last = row.get('last_at') ?? at;
    row.set('first_at', first < at ? first : at).set('last_at', last > at ? last : at);
    if (at < (row.get(`${amendment.field}_at`) ?? '')) continue;
    row.set(amendment.field, cellOf(amendment)).set(`${amendment.field}_at`, at);
  }
  // In one order for all processes: two that wait for each other's rows would never end.
  const sorted = [...rows.values()].sort((a, b) => (String(a.get('id')) < String(b.get('id')) ? -1 : 1));
  const values = COLUMNS.map((column) => sorted.map((row) => row.get(column) ?? null));
  return { name: 'upsert-amendments', text: UPSERT, values };
}

function cellOf({ field, value }: StampedAmendment): Cell {
  return FIELDS[field] === 'text' ? storable(value) : numberOf(value);
}
