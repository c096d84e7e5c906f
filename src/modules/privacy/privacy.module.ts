/** Builds the privacy module: consent and what it allows, and the requests of data subjects. */
import type { FastifyInstance } from 'fastify';
import type { IdPrefix } from '../../kernel/id';
import { SERVICE } from '../../platform/database';
import { KeptResults } from '../../platform/graphql';
import { asDownload, SignedLinks } from '../../platform/http';
import type { JobDefinition } from '../../platform/jobs';
import type {
  ModuleManifest,
  NodeSource,
  PersonalDataHolder,
  Platform,
  RetentionRule,
} from '../../platform/module';
import { Customer, type IdentityModule, may, type Permission } from '../identity';
import { PRIVACY_CUSTOMER_DATA } from './customer-data';
import { ConsentService } from './consent.service';
import { consentReceipt, receiptPath } from './consent-receipt';
import { ConsentRecord } from './consent-record.entity';
import { ConsentRecordResolver, ConsentResolver } from './consent.resolver';
import { ConsentState } from './consent-state.entity';
import { ConsentText } from './consent-text/consent-text.entity';
import { ConsentStateResolver, ConsentTextResolver } from './consent-text/consent-text.resolver';
import { ConsentTextService } from './consent-text/consent-text.service';
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
import { PRIVACY_RETENTION, privacyPersonalData } from './personal-data';
import { PersonService } from './person.service';
import { PersonalDataAccess } from './personal-data-access';
import { MaskingService } from './masking/masking.service';
import { createPrivacyLoaders, type PrivacyLoaders } from './privacy.loader';
import { PrivacySummaryService } from './privacy-summary.service';
import { ComparisonService } from './register/comparison.service';
import { RegisterService } from './register/register.service';
import { RegisterSubscriber } from './register/register.subscriber';
import { RetentionResolver } from './retention/retention.resolver';
import { RetentionService } from './retention/retention.service';
import { RetentionRun } from './retention/retention-run.entity';
import { AggregateRelease } from './releases/aggregate-release.entity';
import { WithdrawalSubscriber } from './withdrawal.subscriber';
import { WithdrawalSweep } from './withdrawal-sweep';
import type { ReleasableDataset } from './releases/releasable-dataset';
import type { ReleaseSummaryService } from './releases/release-summary.service';
import { createReleases } from './releases/releases';

export const privacyEntities = [
  ConsentText,
  ConsentRecord,
  ConsentState,
  DataRequest,
  RetentionRun,
  AggregateRelease,
];

export interface PrivacyModule {
  readonly consents: ConsentService;
  /** Whom an act of a later module concerns. */
  readonly people: PersonService;
  readonly access: PersonalDataAccess;
  readonly masking: MaskingService;
  readonly summaries: PrivacySummaryService;
  readonly retention: Pick<RetentionService, 'counts'>;
  readonly loaders: PrivacyLoaders;
  readonly releases: ReleaseSummaryService;
  /** Forgets a person without a request: whose customer is gone. */
  readonly erasures: Pick<ErasureService, 'erase'>;
  /** Later modules say what of theirs may be released with differential privacy. */
  useReleasableDatasets(...datasets: readonly ReleasableDataset[]): void;
  /** Said once, when every module is built: what all of them hold about people. */
  usePersonalData(holders: readonly PersonalDataHolder[]): void;
  /** Said once, too: what of it is kept for a time only. @throws ConfigError for a table without a rule. */
  useRetention(rules: readonly RetentionRule[]): void;
  /** And what they forget when a consent is taken back: the withdrawals among what they hear. */
  useSubscribers(subscribers: NonNullable<ModuleManifest['subscribers']>): void;
  readonly manifest: ModuleManifest;
}

export function createPrivacyModule(
  platform: Platform,
  { identity, standing, loaders: identityLoaders }: Pick<IdentityModule, 'identity' | 'standing' | 'loaders'>,
  publicUrl: () => string,
): PrivacyModule {
  const { config, database, events, jobs, blobs, crypto, clock, log } = platform;
  const texts = new ConsentTextService(database, events, clock);
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
  const copies = new CopyService(database, data, blobs, crypto, clock, log);
  const register = new RegisterService(platform.notes, crypto);
  const comparison = new ComparisonService({
    ...platform,
    backupDays: config.backupDays,
    standing,
    consents,
    register,
  });
  const erasures = new ErasureService(
    database,
    standing,
    data,
    copies,
    register,
    new KeptResults(database, crypto),
    clock,
    log,
  );
  const people = new PersonService(identity);
  const access = new PersonalDataAccess(database, events);
  const retention = new RetentionService(database, events, clock, config.retentionDays, log);
  const sweep = new WithdrawalSweep(database, clock, log);
  const links = new SignedLinks(crypto, clock, publicUrl);
  const loaders = createPrivacyLoaders(database, consents, texts);
  const releases = createReleases(platform);
  return {
    consents,
    people,
    access,
    masking: new MaskingService(crypto),
    summaries: new PrivacySummaryService(database, clock),
    loaders,
    retention,
    useRetention: (rules) => retention.useRules(rules),
    usePersonalData: (holders) => data.useHolders(holders),
    useSubscribers: (subscribers) =>
      sweep.useSubscribers(subscribers.filter((one) => one instanceof WithdrawalSubscriber)),
    releases: releases.summaries,
    erasures,
    useReleasableDatasets: (...datasets) => releases.datasets.offer(...datasets),
    manifest: {
      name: 'privacy',
      blobs: [{ table: 'data_requests', column: 'copy_hash' }],
      resolvers: [
        new ConsentResolver(consents, people, identityLoaders, database),
        new ConsentTextResolver(texts),
        new ConsentStateResolver(loaders),
        new ConsentRecordResolver(loaders, links),
        new EndUserPrivacyResolver(database, loaders, access),
        new DataRequestResolver({ database, clock, requests, people, access, identity: identityLoaders }),
        new DataRequestFieldResolver(identityLoaders, loaders, words, links, clock),
        new RetentionResolver(database, retention),
        ...releases.resolvers,
      ],
      nodes: [
        node('cst', loaders.consentTextById),
        noted(node('cns', loaders.consentRecordById, 'consent:read'), access, 'consentHistory'),
        noted(node('drq', loaders.dataRequestById, 'data-request:read'), access, 'dataRequests'),
        node('rtn', loaders.retentionRunById, 'compliance:read'),
        releases.node,
      ],
      customerData: PRIVACY_CUSTOMER_DATA,
      personalData: privacyPersonalData(words),
      retention: PRIVACY_RETENTION,
      jobs: [
        dataRequestJob({ database, requests, copies, erasures }),
        copies.retention(),
        erasures.sweep(),
        erasures.again(),
        sweep.job(),
        comparison.job(),
        comparison.clearing(),
        retention.job(),
      ] as JobDefinition<never>[],
      routes: (http) => {
        honourGlobalPrivacyControl(http, consents);
        serveReceipts(http, platform, links);
        serveCopies(http, { database, events, clock, links, copies });
      },
      subscribers: [new RegisterSubscriber(register)],
      seed: () => texts.seed(),
      start: () => comparison.start(),
    },
  };
}

/** Whatever a person's browser asks for, the signal counts: one place before every route, so that none can forget it. */
function honourGlobalPrivacyControl(http: FastifyInstance, consents: ConsentService): void {
  http.onAsker.push(async ({ headers, acting: { principal } }) => {
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
    return asDownload(reply, `${record.id}.json`).send(consentReceipt(record, text!, customer!.name, crypto));
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
  loader: PrivacyLoaders['consentTextById' | 'consentRecordById' | 'dataRequestById' | 'retentionRunById'],
  permission?: Permission,
): NodeSource {
  return {
    prefix,
    allows: ({ principal }) => permission === undefined || may(principal, permission),
    load: async (ids, context) =>
      (await loader(context).loadMany(ids)).map((row) => (row instanceof Error ? null : row)),
  };
}
