/**
 * The one place where consent is asked, given and withdrawn. Records are only ever added; the present state is kept in
 * the same transaction, so a withdrawal is effective for the next request, everywhere.
 */
import type { Clock } from '../../kernel/clock';
import { newId } from '../../kernel/id';
import { actorOf, type Principal } from '../../kernel/principal';
import { type Database, isService, type Scope, tenant } from '../../platform/database';
import type { Events } from '../../platform/events';
import { CONSENT_NOW_SQL } from './consent-now';
import {
  CONSENT_PURPOSES,
  type ConsentPurpose,
  GLOBAL_PRIVACY_CONTROL_PURPOSES,
  needsConsent,
} from './consent-purpose';
import { CollectionMethod, ConsentRecord } from './consent-record.entity';
import { ConsentState } from './consent-state.entity';
import { ConsentText } from './consent-text/consent-text.entity';
import type { ConsentTextService } from './consent-text/consent-text.service';
import { consentRequired, noConsentNeeded } from './privacy.errors';
import { consentEvent } from './privacy.events';

interface ConsentQuestion {
  readonly purpose: ConsentPurpose;
  /** The text that was shown; absent = the present version in this language. */
  readonly textVersion?: number | null;
  readonly language?: string;
}

export interface ConsentAct extends ConsentQuestion {
  readonly customerId: string;
  readonly endUserId: string;
  readonly granted: boolean;
  readonly method: CollectionMethod;
  readonly by: Principal;
  readonly evidence?: string | null;
}

/**
 * A text that stands again keeps its first moment: asking twice does not make a consent younger. Under a restriction a yes that
 * is given anew is a yes to this use (GDPR Art. 18(2)).
 */
const KEEP_STATE = `insert into consent_states as kept (customer_id, end_user_id, purpose, granted, since, text_id)
  values ($1, $2, $3, $4, $5, $6)
  on conflict (customer_id, end_user_id, purpose) do update set granted = excluded.granted, text_id = excluded.text_id,
    restricted = kept.restricted and not excluded.granted,
    since = case when kept.granted = excluded.granted and kept.text_id = excluded.text_id then kept.since else excluded.since end`;

export class ConsentService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly texts: ConsentTextService,
    private readonly clock: Clock,
  ) {}

  /** Where each purpose stands for this person, one entry a purpose, in the order of the enum. */
  async present(scope: Scope, endUserId: string): Promise<ConsentState[]> {
    return (await this.presentOf(scope, [endUserId])).get(endUserId)!;
  }

  /** The same for many people in one statement. */
  async presentOf(scope: Scope, endUserIds: readonly string[]): Promise<Map<string, ConsentState[]>> {
    const customerId = isService(scope) ? undefined : scope.customerId;
    const rows = await this.database.read.list(ConsentState, {
      scope,
      where: { customerId, endUserId: { in: endUserIds } },
    });
    const stateOf = (endUserId: string, purpose: ConsentPurpose): ConsentState =>
      rows.find((row) => row.endUserId === endUserId && row.purpose === purpose) ?? unasked(purpose);
    return new Map(endUserIds.map((id) => [id, CONSENT_PURPOSES.map((purpose) => stateOf(id, purpose))]));
  }

  /** Whether consent to the purpose stands now. Call it inside the unit of work that uses the data. */
  async given(customerId: string, endUserId: string, purpose: ConsentPurpose): Promise<boolean> {
    if (!needsConsent(purpose)) return true;
    const [row] = await this.database.unitOfWork.sql<{ given: boolean }>(
      `select ${CONSENT_NOW_SQL('$1', '$2', purpose)} as given`,
      [customerId, endUserId],
    );
    return row!.given;
  }

  /** @throws AppError CONSENT_REQUIRED unless consent stands now. Call it inside the unit of work that uses the data. */
  async require(customerId: string, endUserId: string, purpose: ConsentPurpose): Promise<void> {
    if (!(await this.given(customerId, endUserId, purpose))) throw consentRequired(purpose);
  }

  /**
   * The same, and held until the open unit of work ends: nobody takes the consent back between the question and what is written
   * because of it, so that what a withdrawal deletes is all there is.
   */
  async requireHeld(customerId: string, endUserId: string, purpose: ConsentPurpose): Promise<void> {
    await this.hold(customerId, endUserId);
    await this.require(customerId, endUserId, purpose);
  }

  /** For a statement that asks itself (`CONSENT_NOW_SQL`): what it keeps, with a moment that is taken after this, no withdrawal overlooks. */
  async hold(customerId: string, endUserId: string): Promise<void> {
    await this.database.unitOfWork.takeTurn(turnOf({ customerId, endUserId }));
  }

  /** Adds a record and moves the state with it. Events: consent.given, consent.withdrawn. */
  async record(act: ConsentAct): Promise<ConsentRecord> {
    const text = await this.textOf(act);
    return this.inTurn(act, () => this.add(act, text));
  }

  /** What the person was shown. @throws AppError INVALID_INPUT for a purpose or a text that nobody can be asked about. */
  async textOf({ purpose, language, textVersion }: ConsentQuestion): Promise<ConsentText> {
    if (!needsConsent(purpose)) throw noConsentNeeded();
    return this.texts.shown(purpose, language, textVersion ?? undefined);
  }

  /**
   * One after another for a person: the moment of a record is taken in its turn, so that what stands is what was said last.
   */
  private inTurn<T>(act: ConsentAct, work: () => Promise<T>): Promise<T> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(tenant(act.customerId), async () => {
      await unitOfWork.takeTurn(turnOf(act));
      return work();
    });
  }

  private async add(act: ConsentAct, text: ConsentText): Promise<ConsentRecord> {
    const { customerId, endUserId, purpose, granted, method, by } = act;
    const { unitOfWork } = this.database;
    const at = this.clock.now();
    const record: ConsentRecord = {
      customerId,
      id: newId('cns', at),
      endUserId,
      purpose,
      granted,
      textId: text.id,
      method,
      at,
      by: actorOf(by),
      evidence: act.evidence ?? null,
    };
    await unitOfWork.repository(ConsentRecord).insert(record);
    await unitOfWork.sql(KEEP_STATE, [customerId, endUserId, purpose, granted, at, text.id]);
    await this.events.emit({ ...consentEvent(record, text.version), actor: by });
    return record;
  }

  /** Every yes that stands is taken back, in the open unit of work. Answers which. Events: consent.withdrawn. */
  async withdrawAll(customerId: string, endUserId: string, by: Principal): Promise<ConsentPurpose[]> {
    const { unitOfWork } = this.database;
    await unitOfWork.takeTurn(turnOf({ customerId, endUserId }));
    const standing = await unitOfWork
      .repository(ConsentState)
      .find({ where: { customerId, endUserId, granted: true }, order: { purpose: 'ASC' } });
    for (const state of standing) await this.takeBack(state, CollectionMethod.DATA_REQUEST, by);
    return standing.map(({ purpose }) => purpose);
  }

  /**
   * What was withdrawn once and stands again because the database was put back; in the open unit of work. Answers whether it stood.
   * Event: consent.withdrawn.
   */
  async withdrawAgain(customerId: string, endUserId: string, purpose: ConsentPurpose): Promise<boolean> {
    const { unitOfWork } = this.database;
    await unitOfWork.takeTurn(turnOf({ customerId, endUserId }));
    const where = { customerId, endUserId, purpose, granted: true };
    const state = await unitOfWork.repository(ConsentState).findOneBy(where);
    if (!state) return false;
    await this.takeBack(state, CollectionMethod.REGISTER, { kind: 'SYSTEM', name: 'privacy.register' });
    return true;
  }

  private async takeBack(
    { customerId = '', endUserId = '', purpose, textId }: ConsentState,
    method: CollectionMethod,
    by: Principal,
  ): Promise<void> {
    const text = await this.database.unitOfWork.repository(ConsentText).findOneByOrFail({ id: textId! });
    await this.add({ customerId, endUserId, purpose, granted: false, method, by }, text);
  }

  /** What was agreed to stays and is not acted on, or is again; in the open unit of work. */
  async restrict(customerId: string, endUserId: string, restricted: boolean): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.takeTurn(turnOf({ customerId, endUserId }));
    await unitOfWork.repository(ConsentState).update({ customerId, endUserId }, { restricted });
  }

  /** A person's browser says no for them: what still stands of ANALYTICS and MARKETING is withdrawn. */
  async honourGlobalPrivacyControl(customerId: string, endUserId: string, by: Principal): Promise<void> {
    const standing = await this.database.read.list(ConsentState, {
      scope: tenant(customerId),
      where: { customerId, endUserId, purpose: { in: GLOBAL_PRIVACY_CONTROL_PURPOSES }, granted: true },
      selection: { purpose: true },
    });
    const method = CollectionMethod.GLOBAL_PRIVACY_CONTROL;
    const evidence = 'Sec-GPC: 1';
    for (const { purpose } of standing) {
      const act = { customerId, endUserId, purpose, granted: false, method, by, evidence };
      const text = await this.texts.shown(purpose);
      // A page asks for many things at once, and its browser says no with each of them: it has said it once. Under a restriction
      // too, for a consent that stands is acted on again when that is lifted.
      await this.inTurn(act, async () => {
        const states = this.database.unitOfWork.repository(ConsentState);
        if (await states.existsBy({ customerId, endUserId, purpose, granted: true }))
          await this.add(act, text);
      });
    }
  }
}

function turnOf({ customerId, endUserId }: Pick<ConsentAct, 'customerId' | 'endUserId'>): string {
  return `consent ${customerId} ${endUserId}`;
}

function unasked(purpose: ConsentPurpose): ConsentState {
  return { purpose, granted: !needsConsent(purpose), restricted: false, since: null, textId: null };
}
