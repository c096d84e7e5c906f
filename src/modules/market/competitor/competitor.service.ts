/** Keeps the list of competitors. Whenever it changes, all that was said is looked through anew, behind the commit. */
import type { Clock } from '../../../kernel/clock';
import { type AppError, AppErrors, conflict, invalidInput, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, NewEvent } from '../../../platform/events';
import type { Jobs } from '../../../platform/jobs';
import { Competitor } from './competitor.entity';
import type { CompetitorCreateInput, CompetitorUpdateInput } from './competitor.input';
import { isFindable, nameForm } from './competitor-names';
import { LIST_TURN, SEARCH_KIND } from './competitor-search.service';

/** What is said is looked through for all names. */
const MOST = 200;

export class CompetitorService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** Event: competitor.created. @throws AppErrors INVALID_INPUT, or CONFLICT for a name that is taken. */
  create({ name, aliases }: CompetitorCreateInput, by: Principal): Promise<Competitor> {
    const now = this.clock.now();
    const competitor: Competitor = {
      id: newId('cmp', now),
      ...named(name, aliases),
      version: 1,
      createdBy: actorOf(by),
      createdAt: now,
      updatedAt: now,
    };
    return this.change(async (all) => {
      if (all.length >= MOST)
        throw invalidInput(
          ['input'],
          `At most ${MOST} competitors are looked for. Remove one first.`,
          'limit',
        );
      assertFree(competitor, all);
      await this.database.unitOfWork.repository(Competitor).insert(competitor);
      return [competitor, eventOf('competitor.created', competitor)];
    });
  }

  /** Event: competitor.updated. @throws AppErrors INVALID_INPUT, NOT_FOUND, or CONFLICT when it was changed meanwhile or a name is taken. */
  update(id: string, { name, aliases, expectedVersion }: CompetitorUpdateInput): Promise<Competitor> {
    return this.change(async (all) => {
      const before = all.find((one) => one.id === id);
      if (!before) throw notFound(['id']);
      if (expectedVersion && before.version !== expectedVersion) {
        const message = 'The competitor was changed meanwhile. Read it again.';
        throw conflict(message, ['input', 'expectedVersion'], id);
      }
      const after: Competitor = {
        ...before,
        ...named(name ?? before.name, aliases ?? before.aliases),
        version: before.version + 1,
        updatedAt: this.clock.now(),
      };
      assertFree(after, all);
      await this.database.unitOfWork.repository(Competitor).update({ id }, after);
      return [after, { ...eventOf('competitor.updated', after), before }];
    });
  }

  /** It and who spoke of it go; leads that went there keep their reason. Event: competitor.removed. @throws AppError NOT_FOUND. */
  remove(id: string): Promise<Competitor> {
    return this.change(async (all) => {
      const before = all.find((one) => one.id === id);
      if (!before) throw notFound(['input', 'id']);
      await this.database.unitOfWork.repository(Competitor).delete({ id });
      return [before, { ...eventOf('competitor.removed', before), before, after: undefined }];
    });
  }

  private change(act: (all: Competitor[]) => Promise<[Competitor, NewEvent]>): Promise<Competitor> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      await unitOfWork.takeTurn(LIST_TURN);
      const [competitor, event] = await act(await unitOfWork.repository(Competitor).find());
      await this.events.emit(event);
      // One look through everything is enough for several changes.
      await this.jobs.enqueue(SEARCH_KIND, {}, { jobKey: SEARCH_KIND });
      return competitor;
    });
  }
}

function eventOf(type: string, competitor: Competitor): NewEvent {
  const { id, name, version } = competitor;
  return { type, subject: id, after: competitor, data: { name, version } };
}

/** @throws AppErrors for every name that could not be found. */
function named(name: string, aliases: readonly string[]): Pick<Competitor, 'name' | 'aliases'> {
  const faults: AppError[] = [];
  const check = (one: string, path: string[]): void => {
    if (!isFindable(one))
      faults.push(
        invalidInput(['input', ...path], 'A name begins with a letter or digit, and has a letter.', 'name'),
      );
  };
  check(name, ['name']);
  for (const [at, alias] of aliases.entries()) check(alias, ['aliases', String(at)]);
  if (faults.length > 0) throw new AppErrors(faults);
  const others = new Map(aliases.map((alias) => [nameForm(alias), alias.normalize('NFC').trim()]));
  others.delete(nameForm(name));
  return { name: name.normalize('NFC').trim(), aliases: [...others.values()] };
}

/** @throws AppError CONFLICT: of two with one name nobody could tell who is meant. */
function assertFree({ id, name, aliases }: Competitor, all: readonly Competitor[]): void {
  const own = new Set([name, ...aliases].map(nameForm));
  const other = all.find(
    (one) => one.id !== id && [one.name, ...one.aliases].some((each) => own.has(nameForm(each))),
  );
  if (other) throw conflict(`${other.name} has one of these names already.`, ['input', 'name'], other.id);
}
