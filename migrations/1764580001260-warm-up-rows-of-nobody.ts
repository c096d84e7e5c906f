/**
 * Rows with which a version is warmed were drawn column by column, so that a picture or a text in them was somebody's, and stayed with the
 * version whatever that person took back. Those are drawn anew here, number by number from the rows that there are, as training does
 * since. Nothing else of a version changes, and its content hash is not over these rows.
 */
import { randomInt } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';

interface Step {
  readonly kind: string;
  readonly categories?: readonly string[];
  readonly buckets?: number;
  readonly length?: number;
  readonly side?: number;
}

interface Version {
  readonly steps: readonly Step[];
  readonly warm_up: readonly (readonly number[])[];
}

const WHOLE = ['PIXELS', 'NGRAMS', 'SEQUENCE'];

export class WarmUpRowsOfNobody1764580001260 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const ids: { id: string }[] = await runner.query(
      `select id from model_versions where jsonb_array_length(warm_up) > 0 and exists (
         select from jsonb_path_query(preparation, '$.steps[*].kind') as kind where kind #>> '{}' = any ($1))`,
      [WHOLE],
    );
    if (ids.length === 0) return;
    await runner.query('alter table model_versions disable trigger model_versions_immutable');
    for (const { id } of ids) {
      const [version]: Version[] = await runner.query(
        `select preparation->'steps' as steps, warm_up from model_versions where id = $1`,
        [id],
      );
      await runner.query('update model_versions set warm_up = $2 where id = $1', [
        id,
        JSON.stringify(drawn(version!)),
      ]);
    }
    await runner.query('alter table model_versions enable trigger model_versions_immutable');
  }

  /** What is gone does not come back. */
  down(): Promise<void> {
    return Promise.resolve();
  }
}

function drawn({ steps, warm_up: rows }: Version): number[][] {
  const mixed = rows.map((row) => [...row]);
  let at = 0;
  for (const step of steps) {
    const end = at + widthOf(step);
    if (WHOLE.includes(step.kind))
      for (const row of mixed) for (let i = at; i < end; i++) row[i] = rows[randomInt(rows.length)]![i]!;
    at = end;
  }
  return mixed;
}

function widthOf({ kind, categories, buckets, length, side }: Step): number {
  if (kind === 'PIXELS') return side! ** 2;
  return categories?.length ?? buckets ?? length ?? 1;
}
