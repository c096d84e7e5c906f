/** A table that is made as it is read: twelve columns of what tables hold, the same for everyone. */
import { seededRandom } from '../../src/modules/training/preparation/seeded-random';

const CITIES = [
  'Basel',
  'Bern',
  'Chur',
  'Genève',
  'Lausanne',
  'Lugano',
  'Luzern',
  'St. Gallen',
  'Zug',
  'Zürich',
];
const SECTORS = ['clerical', 'construction', 'management', 'manufacturing', 'other', 'sales', 'service'];
const HEADER = [
  'age',
  'income',
  'balance',
  'rate',
  'visits',
  'children',
  'city',
  'sector',
  'member',
  'score',
  'days',
  'y',
];
const ROWS_A_PIECE = 500;

export type RowFormat = 'CSV' | 'JSONL';

export function* madeRows(rows: number, format: RowFormat): Generator<Buffer> {
  const random = seededRandom(1);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  if (format === 'CSV') yield Buffer.from(`${HEADER.join(',')}\n`);
  for (let made = 0; made < rows; made += ROWS_A_PIECE) {
    let piece = '';
    for (let row = made; row < Math.min(rows, made + ROWS_A_PIECE); row++) {
      const age = 18 + Math.floor(random() * 60);
      const income = Math.round(Math.exp(9 + 2 * random()) * 100) / 100;
      const cells = [
        age,
        income,
        Math.round((random() - 0.3) * 1e6) / 100,
        Number(random().toFixed(6)),
        Math.floor(random() * random() * 200),
        Math.floor(random() * 5),
        pick(CITIES),
        pick(SECTORS),
        random() < 0.3 ? 'yes' : 'no',
        random() < 0.02 ? '' : Number((random() * 100).toFixed(2)),
        row,
        income / 1000 + age / 10 + random() * 10 > 24 ? 1 : 0,
      ];
      piece +=
        format === 'CSV'
          ? `${cells.join(',')}\n`
          : `${JSON.stringify(Object.fromEntries(HEADER.map((name, at) => [name, cells[at] === '' ? null : cells[at]])))}\n`;
    }
    yield Buffer.from(piece);
  }
}
