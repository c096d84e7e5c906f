/** Builds the privacy module: consent and what it allows, and the requests of data subjects. */
import type { FastifyInstance } from 'fastify';
import type { IdPrefix } from '../../kernel/id';
import { SERVICE } from '../../platform/database';
import { SignedLinks } from '../../platform/http';
import type { JobDefinition } from '../../platform/jobs';
import type {
  CopiedRow,
  ModuleManifest,
  NodeSource,
  PersonalDataHolder,
  Platform,
} from '../../platform/module';
import { Customer, type IdentityModule, may, type Permission } from '../identity';
import { ConsentService } from './consent.service';
import { consentReceipt, receiptPath } from './consent-receipt';
import { ConsentRecord } from './consent-record.entity';
import { ConsentRecordResolver, ConsentResolver, ConsentStateResolver } from './consent.resolver';
import { ConsentState } from './consent-state.entity';
import { ConsentText } from './consent-text.entity';
import { ConsentTextService } from './consent-text.service';
import { CopyService } from './data-request/copy.service';
import { serveCopies } from './data-request/copy.routes';
import { DataRequest } from './data-request/data-request.entity';
import { dataRequestJob } from './data-request/data-request.job';
import { DataRequestResolver } from './data-request/data-request.resolver';
import { DataRequestService } from './data-request/data-request.service';
import { DataRequestFieldResolver } from './data-request/data-request-field.resolver';
import { DataRequestWords } from './data-request/data-request-words';
import { ErasureService } from './data-request/erasure.service';
import { PersonalDataService } from './data-request/personal-data.service';
import { EndUserPrivacyResolver } from './end-user-privacy.resolver';
import { PersonService } from './person.service';
import { PersonalDataAccess } from './personal-data-access';
import { MaskingService } from './masking/masking.service';
import { createPrivacyLoaders, type PrivacyLoaders } from './privacy.loader';
import { PrivacySummaryService } from './privacy-summary.service';

export const privacyEntities = [ConsentText, ConsentRecord, ConsentState, DataRequest];

export interface PrivacyModule {
  readonly consents: ConsentService;
  readonly access: PersonalDataAccess;
  readonly masking: MaskingService;
  readonly summaries: PrivacySummaryService;
  readonly loaders: PrivacyLoaders;
  readonly manifest: ModuleManifest;
  /** Said once, when every module is built: what all of them hold about people. */
  usePersonalData(holders: readonly PersonalDataHolder[]): void;
}

export function createPrivacyModule(
  platform: Platform,
  { identity, standing, loaders: identityLoaders }: Pick<IdentityModule, 'identity' | 'standing' | 'loaders'>,
  publicUrl: () => string,
): PrivacyModule {
  const { database, events, jobs, blobs, crypto, clock } = platform;
  const texts = new ConsentTextService(database, clock);
  const consents = new ConsentService(database, events, texts, clock);
  const words = new DataRequestWords(crypto);
  const requests = new DataRequestService({
    database,
    events,
    jobs,
    clock,
    standing,
    identity,
    consents,
    words,
  });
  const data = new PersonalDataService(database);
  const copies = new CopyService(database, data, blobs, crypto, clock);
  const erasures = new ErasureService(database, standing, data, copies, clock);
  const people = new PersonService(identity);
  const access = new PersonalDataAccess(database, events);
  const links = new SignedLinks(crypto, clock, publicUrl);
  const loaders = createPrivacyLoaders(database, consents);
  return {
    consents,
    access,
    masking: new MaskingService(crypto),
    summaries: new PrivacySummaryService(database, clock),
    loaders,
    usePersonalData: (holders) => data.useHolders(holders),
    manifest: {
      name: 'privacy',
      resolvers: [
        new ConsentResolver(consents, texts, people, identityLoaders, database),
        new ConsentStateResolver(loaders, texts),
        new ConsentRecordResolver(loaders, links),
        new EndUserPrivacyResolver(database, loaders, access),
        new DataRequestResolver({ database, clock, requests, people, access, identity: identityLoaders }),
        new DataRequestFieldResolver(identityLoaders, loaders, words, links, clock),
      ],
      nodes: [
        node('cst', loaders.consentTextById),
        noted(node('cns', loaders.consentRecordById, 'consent:read'), access, 'consentHistory'),
        noted(node('drq', loaders.dataRequestById, 'data-request:read'), access, 'dataRequests'),
      ],
      personalData: personalDataOf(words),
      jobs: [
        dataRequestJob({ database, requests, copies, erasures }),
        copies.retention(),
        erasures.sweep(),
      ] as JobDefinition<never>[],
      routes: (http) => {
        honourGlobalPrivacyControl(http, consents);
        serveReceipts(http, platform, links);
        serveCopies(http, { database, events, clock, links, copies });
      },
      seed: () => texts.seed(),
    },
  };
}

function personalDataOf(words: DataRequestWords): PersonalDataHolder[] {
  const opened = (row: CopiedRow): CopiedRow => {
    const open = (column: 'details' | 'answer'): string | null =>
      words.open(row['id'] as string, column, row[column] as string | null);
    return { ...row, details: open('details'), answer: open('answer') };
  };
  return [
    {
      table: 'consent_records',
      holds: 'what the person agreed to, when and how',
      kept: 'as proof of what was agreed to, for as long as claims can be made (GDPR Art. 7(1), 17(3)(e))',
      copy: {
        columns: {
          id: 'id',
          purpose: 'purpose',
          granted: 'granted',
          textId: 'text_id',
          method: 'method',
          at: 'at',
          recordedBy: 'by',
          evidence: 'evidence',
        },
        order: ['id'],
      },
      forget: [],
    },
    {
      table: 'consent_states',
      holds: 'where each consent stands now',
      kept: 'for as long as we know the person',
      copy: {
        columns: {
          purpose: 'purpose',
          granted: 'granted',
          restricted: 'restricted',
          since: 'since',
          textId: 'text_id',
        },
        order: ['purpose'],
      },
      forget: ['delete from consent_states where customer_id = $1 and end_user_id = $2'],
    },
    {
      table: 'data_requests',
      holds: 'what the person asked for about their own data, and what they were told',
      kept: 'that it was asked and done, as proof (GDPR Art. 5(2)); the words until the person is forgotten',
      copy: {
        columns: {
          id: 'id',
          kind: 'kind',
          status: 'status',
          requestedBy: 'requested_by',
          details: 'details',
          answer: 'answer',
          createdAt: 'created_at',
          dueAt: 'due_at',
          closedAt: 'closed_at',
        },
        order: ['id'],
        open: opened,
      },
      forget: [
        `update data_requests set details = null, answer = null
          where customer_id = $1 and end_user_id = $2 and (details is not null or answer is not null)`,
      ],
    },
  ];
}

/** Whatever a person's browser asks for, the signal counts: one place before every route, so that none can forget it. */
function honourGlobalPrivacyControl(http: FastifyInstance, consents: ConsentService): void {
  http.addHook('preHandler', async ({ headers, acting: { principal } }) => {
    if (headers['sec-gpc'] === '1' && principal.kind === 'END_USER')
      await consents.honourGlobalPrivacyControl(principal.customerId, principal.endUserId, principal);
  });
}

function serveReceipts(http: FastifyInstance, { database, crypto }: Platform, links: SignedLinks): void {
  http.get<{ Params: { id: string } }>(receiptPath(':id'), async ({ url, params }, reply) => {
    const where = { id: params.id };
    const record = links.verify(url)
      ? await database.read.one(ConsentRecord, { scope: SERVICE, where })
      : null;
    if (!record) return reply.callNotFound();
    const { textId, customerId } = record;
    const text = await database.read.one(ConsentText, { scope: SERVICE, where: { id: textId } });
    const customer = await database.read.one(Customer, { scope: SERVICE, where: { id: customerId } });
    return reply
      .header('content-disposition', `attachment; filename="${record.id}.json"`)
      .send(consentReceipt(record, text!, customer!.name, crypto));
  });
}

/** Staff that reads what is kept about a person is noted by this way too. */
function noted(source: NodeSource, access: PersonalDataAccess, what: string): NodeSource {
  return {
    ...source,
    load: async (ids, context, selection) => {
      const rows = (await source.load(ids, context, selection)) as readonly (
        ConsentRecord | DataRequest | null
      )[];
      const found = rows.filter((row) => row !== null);
      await Promise.all(
        found.map(({ customerId, endUserId }) => access.note(context, customerId, endUserId, what)),
      );
      return rows;
    },
  };
}

/** Without a permission: open to everyone. */
function node(
  prefix: IdPrefix,
  loader: PrivacyLoaders['consentTextById' | 'consentRecordById' | 'dataRequestById'],
  permission?: Permission,
): NodeSource {
  return {
    prefix,
    allows: ({ principal }) => permission === undefined || may(principal, permission),
    load: async (ids, context) =>
      (await loader(context).loadMany(ids)).map((row) => (row instanceof Error ? null : row)),
  };
}
