/** The parts of a performance test that have no table of their own: its plan, and how long its queries took. */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { type LoadPlan, LoadScenario } from './load-plan';
import type { QuantileRow } from './load-record';

registerEnumType(LoadScenario, {
  name: 'LoadScenario',
  description: 'How queries come: the scenarios of MLPerf Inference.',
  valuesConfig: {
    SINGLE_STREAM: {
      description: 'The next query comes when the last is answered, a row each: judged by its p90.',
    },
    MULTI_STREAM: { description: 'The same with several rows a query: judged by its p99.' },
    SERVER: {
      description:
        'Queries of a row arrive by chance at a rate, however far behind the version is: judged by its p99, timed from the arrival.',
    },
    OFFLINE: { description: 'All rows at once, as far as the queue takes them: judged by rows a second.' },
  },
});

@ObjectType({ description: 'What a performance test asks for.' })
export class PerformancePlan implements LoadPlan {
  scenario!: LoadScenario;

  @Field(() => Int, { description: 'From it follow which rows are asked, and when.' })
  seed!: number;

  @Field(() => Int, { description: 'Rows that each query asks about.' })
  rowsPerQuery!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'The rate that must hold: queries a second of SERVER, rows a second of OFFLINE; null in a stream.',
  })
  targetRate!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'What the percentile of the scenario must not exceed, in milliseconds; null in OFFLINE.',
  })
  latencyBoundMs!: number | null;

  @Field(() => Int, { description: 'Fewer queries show nothing.' })
  minQueries!: number;

  @Field(() => Int, { description: 'A shorter time shows nothing, in milliseconds.' })
  minDurationMs!: number;

  @Field(() => Boolean, { description: 'Whether the largest rate that holds was looked for.' })
  findPeak!: boolean;
}

@ObjectType({
  description:
    'How long queries took, by nearest rank and at most a thousandth too large. Each part by itself: the parts of a row do not add up to its total.',
})
export class LatencyQuantile implements QuantileRow {
  @Field(() => Float, { description: 'The share of queries that took no longer: 0.99 = p99.' })
  quantile!: number;

  @Field(() => Float, { description: 'From arrival to answer, in milliseconds.' })
  totalMs!: number;

  @Field(() => Float, { description: 'Of that, waiting for the device.' })
  queueMs!: number;

  @Field(() => Float, { description: 'Of that, the device at work on the batch.' })
  computeMs!: number;

  @Field(() => Float, {
    description: 'The rest: preparing rows and outputs, the way to the engine and back, a busy process.',
  })
  restMs!: number;
}
