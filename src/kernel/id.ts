/**
 * Ids are opaque, prefixed and time-sortable: `inf_` + a ULID (48 bits of milliseconds, 80 random bits) in
 * lower-case Crockford base 32. The prefix routes `node(id)` to its type; the time part lets a partitioned
 * table find the month of a row from its id alone. Source of the encoding: the ULID specification.
 */
import { randomFillSync } from 'node:crypto';

/** Prefix → GraphQL type name. The only table of its kind: a new type with an id adds its line here. */
export const ID_PREFIXES = {
  cus: 'Customer',
  mem: 'Member',
  stf: 'Staff',
  key: 'ApiKey',
  eus: 'EndUser',
  ses: 'Session',
  aud: 'AuditRecord',
  cst: 'ConsentText',
  cns: 'ConsentRecord',
  drq: 'DataRequest',
  rtn: 'RetentionRun',
  rel: 'AggregateRelease',
  pln: 'Plan',
  sub: 'PlanSubscription',
  inv: 'Invoice',
  mdl: 'Model',
  mdv: 'ModelVersion',
  mrq: 'MoneyRequest',
  alm: 'AliasMove',
  mcd: 'ModelCard',
  dst: 'Dataset',
  dsv: 'DatasetVersion',
  trj: 'TrainingJob',
  trs: 'TrainingSearch',
  trt: 'TrainingTrial',
  dep: 'Deployment',
  dpe: 'DeploymentEvent',
  cny: 'Canary',
  drf: 'DriftReport',
  shd: 'Shadow',
  inf: 'Inference',
  gen: 'Generation',
  prd: 'Prediction',
  whe: 'WebhookEndpoint',
  whd: 'WebhookDelivery',
  flg: 'FeatureFlag',
  flr: 'FlagRevision',
  fcr: 'FlagChangeRequest',
  fck: 'FlagClientKey',
  tst: 'FeatureTest',
  tsu: 'TestSuite',
  trn: 'TestRun',
  pft: 'PerformanceTest',
  fbk: 'Feedback',
  fbe: 'FeedbackEvent',
  ftp: 'FeedbackTopic',
  crw: 'CuratedRow',
  inc: 'Incident',
  ine: 'IncidentEntry',
  bnt: 'BreachNotice',
  ima: 'ImpactAssessment',
  iac: 'ImpactAction',
  fmn: 'FairnessMonitor',
  fbr: 'FairnessBreach',
  crp: 'ComplianceReport',
  cct: 'CustomerContact',
  chn: 'Channel',
  led: 'Lead',
  cmp: 'Competitor',
  job: 'Job',
  evt: 'Event',
  upl: 'Upload',
  lse: 'QuotaLease',
  ord: 'PlanOrder',
  sev: 'StripeEvent',
  rcl: 'BillingReconciliation',
  grt: 'CreditGrant',
  ltr: 'LedgerTransfer',
  mte: 'MeterEvent',
} as const;

export type IdPrefix = keyof typeof ID_PREFIXES;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter, value]));
const ID_PATTERN = /^([a-z]{3})_([0-9a-hjkmnp-tv-z]{26})$/;

/** Random bytes are drawn by the block: asking the system for 16 at a time costs more than all the rest of an id. */
const random = Buffer.alloc(16 * 256);
let drawn = random.length;

/** A new id of this kind, born at `at`. */
export function newId(prefix: IdPrefix, at: Date): string {
  let time = at.getTime();
  let head = '';
  for (let i = 0; i < 10; i++) {
    head = ALPHABET[time % 32] + head;
    time = Math.floor(time / 32);
  }
  if (drawn === random.length) {
    randomFillSync(random);
    drawn = 0;
  }
  let tail = '';
  for (const end = drawn + 16; drawn < end; drawn++) tail += ALPHABET[random[drawn]! & 31];
  return `${prefix}_${head}${tail}`;
}

/** The prefix of a well-formed id, or undefined for anything else. */
export function prefixOf(id: string): IdPrefix | undefined {
  const prefix = ID_PATTERN.exec(id)?.[1];
  return prefix !== undefined && prefix in ID_PREFIXES ? (prefix as IdPrefix) : undefined;
}

/** The GraphQL type that an id belongs to, or undefined for anything that is not an id of ours. */
export function typeNameOf(id: string): string | undefined {
  const prefix = prefixOf(id);
  return prefix && ID_PREFIXES[prefix];
}

/** Later instants have no form that the database reads; only an invented id names one. */
const END_OF_YEAR_9999 = 253_402_300_799_999;

/** The instant (millisecond precision) at which an id was made, or undefined for a malformed or impossible id. */
export function bornAt(id: string): Date | undefined {
  if (!prefixOf(id)) return undefined;
  let time = 0;
  for (const letter of id.slice(4, 14)) time = time * 32 + VALUES.get(letter)!;
  return time > END_OF_YEAR_9999 ? undefined : new Date(time);
}
