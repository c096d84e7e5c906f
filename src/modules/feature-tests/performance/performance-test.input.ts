/** How a performance test is asked for, and which are looked for. */
import { IsOptional, Length, Max, Min } from 'class-validator';
import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { JSONScalar } from '../../../platform/graphql';
import { RunVerdict } from '../functional/run-verdict';
import { LoadScenario, type LoadWish, MOST_MS, MOST_RATE, MOST_ROWS_PER_QUERY } from './load-plan';

const USUAL_MS = 60_000;
const MOST_QUERIES = 100_000;
const MOST_BOUND_MS = 60_000;
const MOST_ROWS_A_SECOND = 10_000_000;

@InputType({ description: 'The load to put on a version.' })
export class PerformanceTestCreateInput implements LoadWish {
  @Field(() => ID, {
    description: 'The version. A deployment must serve it, if only with weight 0 or as a shadow.',
  })
  versionId!: string;

  @Field(() => LoadScenario, { description: 'How queries come.' })
  scenario!: LoadScenario;

  @Field(() => JSONScalar, {
    description:
      'A list of 1–1024 rows as the signature of the version wants them, from which queries are drawn. They are forgotten when the test has ended.',
  })
  rows!: unknown;

  @Field(() => Int, {
    defaultValue: 1,
    description:
      'Which rows are drawn and when queries arrive follows from it; the same seed is the same load.',
  })
  @Min(0)
  seed!: number;

  @Field(() => Float, {
    nullable: true,
    description: `SERVER: queries a second, up to ${MOST_RATE}. OFFLINE: rows a second that must be done. Both need it, the streams have none.`,
  })
  @IsOptional()
  @Min(0.01)
  @Max(MOST_ROWS_A_SECOND)
  targetRate?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: `What the percentile of the scenario must not exceed, in milliseconds, up to ${MOST_BOUND_MS}. All but OFFLINE need it.`,
  })
  @IsOptional()
  @Min(0.01)
  @Max(MOST_BOUND_MS)
  latencyBoundMs?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `MULTI_STREAM: rows a query, 1–${MOST_ROWS_PER_QUERY}; absent = 8.`,
  })
  @IsOptional()
  @Min(1)
  @Max(MOST_ROWS_PER_QUERY)
  rowsPerQuery?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `At least so many queries, 1–${MOST_QUERIES}; of OFFLINE, pieces of 32 rows. Absent = as many as tell with one of them over the bound (64 of SINGLE_STREAM, else 662), of OFFLINE 768.`,
  })
  @IsOptional()
  @Min(1)
  @Max(MOST_QUERIES)
  minQueries?: number | null;

  @Field(() => Int, {
    defaultValue: USUAL_MS,
    description: `And for at least so long, 0–${MOST_MS} milliseconds.`,
  })
  @Min(0)
  @Max(MOST_MS)
  minDurationMs!: number;

  @Field(() => Boolean, {
    defaultValue: false,
    description: `SERVER: look for the largest rate that holds, too. Each step is a whole test; all of them together take at most ${MOST_MS} ms.`,
  })
  findPeak!: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: once it is done the gate asks every version of the model for a test of this scenario that asks as much and was passed. False: the gate asks for none any more. Absent: nothing changes.',
  })
  @IsOptional()
  isRequired?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Repeating the call with this key is one call.' })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which performance tests; all conditions must hold.' })
export class PerformanceTestFilter {
  @Field(() => ID, { nullable: true, description: 'Of this version.' })
  @IsOptional()
  versionId?: string | null;

  @Field(() => LoadScenario, { nullable: true, description: 'Of this scenario.' })
  @IsOptional()
  scenario?: LoadScenario | null;

  @Field(() => RunVerdict, { nullable: true, description: 'With this verdict.' })
  @IsOptional()
  verdict?: RunVerdict | null;
}
