/** Suites, their cases and runs by id, one statement a request. */
import type { Database } from '../../../platform/database';
import { defineLoader, inOrder } from '../../../platform/graphql';
import type { TestCase } from './test-case.type';
import { TestRun } from './test-run.entity';
import type { TestCaseResult } from './test-run.type';
import { TestSuite } from './test-suite.entity';

type Loader<T> = ReturnType<typeof defineLoader<string, T>>;

export interface FunctionalLoaders {
  readonly testSuiteById: Loader<TestSuite | null>;
  readonly testRunById: Loader<TestRun | null>;
  /** The present cases of a suite. */
  readonly casesOf: Loader<TestCase[]>;
  readonly resultsOf: Loader<TestCaseResult[]>;
}

const CASES = `select s.id, v.cases from test_suites s
  join test_suite_versions v on v.suite_id = s.id and v.number = s.number where s.id = any($1)`;
const RESULTS = 'select id, results from test_runs where id = any($1)';

export function createFunctionalLoaders({ read }: Database): FunctionalLoaders {
  const byId = <T extends { id: string }>(entity: new () => T): Loader<T | null> =>
    defineLoader<string, T | null>(async (ids, { scope }) =>
      inOrder(ids, await read.list(entity, { scope, where: { id: { in: ids } } }), ({ id }) => id),
    );
  const listOf = <T>(name: string, text: string, column: string): Loader<T[]> =>
    defineLoader<string, T[]>(async (ids, { scope }) => {
      const rows = await read.sql<{ id: string; [column: string]: unknown }>(scope, name, text, [ids]);
      const lists = new Map(rows.map((row) => [row.id, row[column] as T[]]));
      return ids.map((id) => lists.get(id) ?? []);
    });
  return {
    testSuiteById: byId(TestSuite),
    testRunById: byId(TestRun),
    casesOf: listOf<TestCase>('feature-tests.cases', CASES, 'cases'),
    resultsOf: listOf<TestCaseResult>('feature-tests.case-results', RESULTS, 'results'),
  };
}
