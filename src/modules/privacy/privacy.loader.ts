/** What fields of many people ask for, one statement a request: texts, present consent, requests. */
import type { Database } from '../../platform/database';
import { defineLoader, groupedInOrder, inOrder } from '../../platform/graphql';
import { Job } from '../../platform/jobs';
import { ConsentRecord } from './consent-record.entity';
import type { ConsentService } from './consent.service';
import type { ConsentState } from './consent-state.entity';
import { ConsentText } from './consent-text/consent-text.entity';
import { type ConsentTextService, textKey } from './consent-text/consent-text.service';
import { RetentionRun } from './retention/retention-run.entity';
import { DataRequest } from './data-request/data-request.entity';

type Loader<T> = ReturnType<typeof defineLoader<string, T>>;

export interface PrivacyLoaders {
  readonly consentTextById: Loader<ConsentText | null>;
  /** By `textKey`: the version that people are asked with now. */
  readonly presentConsentText: Loader<ConsentText | null>;
  readonly consentRecordById: Loader<ConsentRecord | null>;
  readonly dataRequestById: Loader<DataRequest | null>;
  /** By the id of the end user. */
  readonly consentsOf: Loader<ConsentState[]>;
  readonly dataRequestsOf: Loader<DataRequest[]>;
  readonly jobById: Loader<Job | null>;
  readonly retentionRunById: Loader<RetentionRun | null>;
}

export function createPrivacyLoaders(
  { read }: Database,
  consents: ConsentService,
  texts: ConsentTextService,
): PrivacyLoaders {
  const byId = <T extends { id: string }>(entity: new () => T): Loader<T | null> =>
    defineLoader<string, T | null>(async (ids, { scope }) =>
      inOrder(ids, await read.list(entity, { scope, where: { id: { in: ids } } }), ({ id }) => id),
    );
  /** An end user's token sees its own person, not the customer's other ones. */
  const own = <T extends { id: string; endUserId: string }>(entity: new () => T): Loader<T | null> =>
    defineLoader<string, T | null>(async (ids, { scope, principal }) => {
      const rows = await read.list(entity, { scope, where: { id: { in: ids } } });
      const visible =
        principal.kind === 'END_USER'
          ? rows.filter(({ endUserId }) => endUserId === principal.endUserId)
          : rows;
      return inOrder(ids, visible, ({ id }) => id);
    });
  return {
    consentTextById: byId(ConsentText),
    presentConsentText: defineLoader<string, ConsentText | null>(async (keys) =>
      inOrder(keys, await texts.present(), textKey),
    ),
    consentRecordById: own(ConsentRecord),
    dataRequestById: own(DataRequest),
    consentsOf: defineLoader<string, ConsentState[]>(async (ids, { scope }) => {
      const states = await consents.presentOf(scope, ids);
      return ids.map((id) => states.get(id)!);
    }),
    dataRequestsOf: defineLoader<string, DataRequest[]>(async (ids, { scope }) => {
      const rows = await read.list(DataRequest, {
        scope,
        where: { endUserId: { in: ids } },
        orderBy: [{ property: 'id', direction: 'DESC' }],
      });
      return groupedInOrder(ids, rows, ({ endUserId }) => endUserId);
    }),
    jobById: byId(Job),
    retentionRunById: byId(RetentionRun),
  };
}
