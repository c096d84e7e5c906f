/** Suites as they are made and changed: every state of the cases is kept, so that a run can name what it was held against. */
import type { Clock } from '../../../kernel/clock';
import { AppErrors, notFound } from '../../../kernel/errors';
import { contentHash } from '../../../kernel/hash';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { Model } from '../../models';
import {
  changedMeanwhile,
  nameTaken,
  noCaseLeft,
  rateOutOfReach,
  tooManyCases,
  unknownCase,
} from '../feature-tests.errors';
import { TEST_SUITE_CHANGED, TEST_SUITE_CREATED } from '../feature-tests.events';
import { caseFaults, caseOf } from './case-faults';
import { casesNeeded, largestRate } from './run-verdict';
import type { TestCase } from './test-case.type';
import { TestSuite, TestSuiteVersion } from './test-suite.entity';
import { MOST_CASES, type TestSuiteChangeInput, type TestSuiteCreateInput } from './test-suite.input';

export class TestSuiteService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** Answers its id. Event: test-suite.created. @throws AppErrors with every fault of the cases. */
  create(input: TestSuiteCreateInput, by: Principal): Promise<string> {
    const { name, modelId, cases, description, requiredPassRate, margin, isRequired } = input;
    assertCases(cases, ['input', 'cases']);
    assertInReach(requiredPassRate);
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      if (!(await unitOfWork.repository(Model).existsBy({ id: modelId })))
        throw notFound(['input', 'modelId']);
      const createdAt = this.clock.now();
      const suite: TestSuite = {
        id: newId('tsu', createdAt),
        name,
        description: description ?? null,
        modelId,
        number: 1,
        requiredPassRate: requiredPassRate ?? null,
        margin,
        isRequired,
        createdAt,
        updatedAt: createdAt,
      };
      const { raw } = await unitOfWork
        .repository(TestSuite)
        .createQueryBuilder()
        .insert()
        .values(suite)
        .orIgnore()
        .returning('id')
        .execute();
      if ((raw as unknown[]).length === 0) throw nameTaken();
      await this.keep(suite, cases.map(caseOf), by);
      const data = { modelId, number: 1, cases: cases.length, isRequired };
      await this.events.emit({ type: TEST_SUITE_CREATED, subject: suite.id, after: suite, data, actor: by });
      return suite.id;
    });
  }

  /** Event: test-suite.changed. @throws AppError CONFLICT when it changed meanwhile; AppErrors with every fault of the cases. */
  change(input: TestSuiteChangeInput, by: Principal): Promise<void> {
    const { id, expectedNumber, put, remove } = input;
    assertCases(put, ['input', 'put']);
    assertInReach(input.requiredPassRate);
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const suites = unitOfWork.repository(TestSuite);
      const suite = await suites.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!suite) throw notFound(['input', 'id']);
      if (expectedNumber != null && expectedNumber !== suite.number)
        throw changedMeanwhile(id, ['input', 'expectedNumber']);
      const before = await this.casesOf(id, suite.number);
      const cases = changedCases(before, put.map(caseOf), remove);
      const terms = {
        requiredPassRate:
          input.requiredPassRate === undefined ? suite.requiredPassRate : input.requiredPassRate,
        margin: input.margin ?? suite.margin,
      };
      // A run that passed by other terms has not shown what is asked now.
      const hasChanged =
        contentHash(cases) !== contentHash(before) ||
        terms.requiredPassRate !== suite.requiredPassRate ||
        terms.margin !== suite.margin;
      const now: TestSuite = {
        ...suite,
        ...terms,
        description: input.description === undefined ? suite.description : input.description,
        isRequired: input.isRequired ?? suite.isRequired,
        number: hasChanged ? suite.number + 1 : suite.number,
        updatedAt: this.clock.now(),
      };
      await suites.update({ id }, now);
      if (hasChanged) await this.keep(now, cases, by);
      const { number, isRequired, requiredPassRate, margin } = now;
      const data = { number, cases: cases.length, isRequired, requiredPassRate, margin };
      await this.events.emit({
        type: TEST_SUITE_CHANGED,
        subject: id,
        before: suite,
        after: now,
        data,
        actor: by,
      });
    });
  }

  /** The cases under one number; in the open unit of work. */
  async casesOf(suiteId: string, number: number): Promise<TestCase[]> {
    const versions = this.database.unitOfWork.repository(TestSuiteVersion);
    return (await versions.findOneByOrFail({ suiteId, number })).cases;
  }

  private async keep({ id, number, updatedAt }: TestSuite, cases: TestCase[], by: Principal): Promise<void> {
    await this.database.unitOfWork.repository(TestSuiteVersion).insert({
      suiteId: id,
      number,
      cases: cases as never,
      contentHash: contentHash(cases),
      createdBy: actorOf(by),
      createdAt: updatedAt,
    });
  }
}

function assertCases(cases: TestSuiteCreateInput['cases'], path: readonly string[]): void {
  const faults = caseFaults(cases, path);
  if (faults.length > 0) throw new AppErrors(faults);
}

/** What the largest suite could not show would be asked for ever. That every case passes needs no interval. */
function assertInReach(rate: number | null | undefined): void {
  if (typeof rate !== 'number' || rate >= 1) return;
  const needed = casesNeeded(rate);
  if (needed > MOST_CASES) throw rateOutOfReach(needed, MOST_CASES, largestRate(MOST_CASES));
}

/** In the order in which they came; what takes another's place stands where that one stood. */
function changedCases(
  before: readonly TestCase[],
  put: readonly TestCase[],
  remove: readonly string[],
): TestCase[] {
  const cases = new Map(before.map((one) => [one.key, one]));
  for (const [index, key] of remove.entries()) if (!cases.delete(key)) throw unknownCase(index);
  for (const one of put) cases.set(one.key, one);
  if (cases.size === 0) throw noCaseLeft();
  if (cases.size > MOST_CASES) throw tooManyCases(cases.size, MOST_CASES);
  return [...cases.values()];
}
