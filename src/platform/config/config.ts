/**
 * One validated object; every value has a working default. Optional subsystems are unions: off needs nothing, on
 * needs all its keys. `process.env` anywhere else is a lint error. `doctor` prints it with the secrets masked.
 */
import path from 'node:path';
import { z } from 'zod';
import { type BlobsConfig, blobsConfig, s3Variables } from './blobs-config';
import { ConfigError } from './config-error';
import { contactVariables } from './contact-config';
import { flag } from './flag';
import { keyServices, type KeyServicesConfig, keyServiceVariables } from './key-service-config';
import { listenVariables } from './listen-config';
import { type MoneyLimits, moneyReviewVariables } from './money-review-config';
import { type MailConfig, mailConfig, smtpVariables } from './mail-config';
import { SECRET } from './secret-names';
import { type StripeConfig, stripeConfig, stripeVariables } from './stripe-config';
import { type TraceConfig, traceConfig, traceVariables } from './trace-config';
import { whole } from './whole';

const positive = z.coerce.number('must be a number above zero').positive('must be a number above zero');

const ENGINES = [
  'auto',
  'onnx',
  'tensorflow-gpu',
  'tensorflow-webgpu',
  'tensorflow-node',
  'tensorflow-wasm',
  'tensorflow-cpu',
] as const;

const environment = z.object({
  ...listenVariables,
  ...contactVariables,
  ...moneyReviewVariables,
  FLYWHEEL_DATA_DIR: z
    .string()
    .min(1)
    .default('.flywheel')
    .describe('Folder for the embedded database, blobs, keys and mail.'),
  FLYWHEEL_MODE: z
    .enum(['development', 'production'])
    .default('development')
    .describe('Production closes introspection and insists on real secrets.'),
  FLYWHEEL_LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'])
    .default('warn')
    .describe('How much the log says.'),
  FLYWHEEL_MASTER_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case')
    .optional()
    .describe('Master key, 64 hexadecimal digits; default: a file in the data folder.'),
  FLYWHEEL_MASTER_KEY_BEFORE: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case')
    .optional()
    .describe('The master key that FLYWHEEL_MASTER_KEY replaces; needed at one start only.'),
  ...keyServiceVariables,
  FLYWHEEL_TRUSTED_DOCUMENTS: z
    .enum(['off', 'prefer', 'require'])
    .default('off')
    .describe('Whether operations must be known documents.'),
  FLYWHEEL_STAFF_SECOND_FACTOR: z
    .enum(['optional', 'required'])
    .optional()
    .describe(
      'Whether every login of the staff needs a second factor; default: required in production, else optional.',
    ),
  FLYWHEEL_ENGINE: z
    .enum(ENGINES)
    .default('auto')
    .describe('Inference engine; anything but auto must start or the service does not.'),
  FLYWHEEL_ENGINE_DEVICES: z
    .string()
    .regex(/^[\w-]+(,[\w-]+)*$/, 'must be numbers or ids of CUDA devices, separated by commas')
    .optional()
    .describe('CUDA devices that serve, each in a process of its own; default: the one the engine finds.'),
  FLYWHEEL_ENGINE_PROCESSES: whole(1, 16).default(1).describe('Engine processes on each device.'),
  FLYWHEEL_ENGINE_MODEL_MB: positive
    .optional()
    .describe('Memory for loaded models in each engine process; default: a quarter of the machine, shared.'),
  FLYWHEEL_ENGINE_RECYCLE_MB: positive
    .optional()
    .describe('An engine process that holds more is replaced; default: twice the models and 1 GB.'),
  FLYWHEEL_DEVICE_PRICE: z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a decimal number like 0.06')
    .default('0.06')
    .describe('Price of one device-second in cents of USD, for costs.'),
  FLYWHEEL_UPLOAD_MB: positive
    .default(64)
    .describe('The largest file that `POST /uploads` takes; a million rows of ten columns have about 70 MB.'),
  FLYWHEEL_WORKERS: whole(0, 64)
    .default(2)
    .describe('Jobs at a time in this process, messages to webhooks apart; 0 leaves them to `work`.'),
  FLYWHEEL_RETENTION: z
    .string()
    .regex(/^\w+=[1-9]\d{0,4}(,\w+=[1-9]\d{0,4})*$/, 'must be like metric_events=90,feedback=365, in days')
    .optional()
    .describe('Days for which tables are kept, where not the default: `retentionRules` lists them.'),
  FLYWHEEL_BACKUP_DAYS: whole(1, 36_500)
    .optional()
    .describe(
      'Days for which backups of the database are kept: what people decided before is cleared from the register; else it is kept for ever.',
    ),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/./, 'must begin with postgres://')
    .refine(
      (text) => URL.canParse(text),
      'is no connection string like postgres://user:password@host:5432/database',
    )
    .optional()
    .describe('Any PostgreSQL 15 or later; default: the embedded one.'),
  // Jobs hold three as long as the process lives: one shows that it does, two hear of new ones.
  DATABASE_POOL: positive
    .min(5, 'must be at least 5')
    .default(8)
    .describe('Connections in each pool; at least 5.'),
  DATABASE_WAIT_SECONDS: z.coerce
    .number('must be a number of seconds, 0 or more')
    .min(0, 'must be 0 or more')
    .max(86_400, 'must be at most 86400, a day')
    .default(60)
    .describe('How long a start waits for a database that cannot be reached yet; 0 = not at all.'),
  DATABASE_STATEMENT_SECONDS: whole(1, 3600)
    .default(30)
    .describe(
      'How long one statement of a customer’s request may take, its waiting included; jobs, staff and migrations take their time.',
    ),
  ...s3Variables,
  ...smtpVariables,
  ...traceVariables,
  ...stripeVariables,
  FLYWHEEL_SCHEDULE: flag
    .default(true)
    .describe(
      'Whether this process starts jobs on their schedule; where none does, nightly work is not done.',
    ),
  FLYWHEEL_GRAPHQL_RATE_LIMIT: flag.default(true).describe('Cost-based rate limits on GraphQL.'),
});

/** Variables that have our name and say nothing: misspelt, or of another release. */
export function unknownVariables(env: NodeJS.ProcessEnv = process.env): string[] {
  return Object.keys(env).filter((name) => name.startsWith('FLYWHEEL_') && !(name in environment.shape));
}

/** One line a variable: what it is set to (secrets masked) and what it is for. */
export function describeConfig(env: NodeJS.ProcessEnv = process.env): string[] {
  return Object.entries(environment.shape).map(([name, { description = '' }]) => {
    const value = env[name];
    const shown = value === undefined ? '(default)' : SECRET.test(name) ? '(set)' : value;
    return `  ${name} = ${shown}   ${description}`;
  });
}

export type EngineChoice = (typeof ENGINES)[number];

export type DatabaseConfig =
  | { readonly kind: 'EMBEDDED'; readonly folder: string; readonly pool: number }
  | { readonly kind: 'URL'; readonly url: string; readonly pool: number };

/** How many engine processes there are, and what each may hold. */
export interface EngineProcessesConfig {
  /** CUDA devices, one process or more each; empty = the one that the engine finds. */
  readonly devices: readonly string[];
  readonly perDevice: number;
  readonly modelBytes: number | undefined;
  readonly recycleBytes: number | undefined;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Undefined until the server listens on a free port; see `publicUrl` of the running app. */
  readonly publicUrl: string | undefined;
  /** Where members have their account; undefined = in the console. */
  readonly accountUrl: string | undefined;
  /** Whom to ask without a login, `mailto:` or `https:`; undefined = nobody is named. */
  readonly privacyContact: string | undefined;
  readonly securityContact: string | undefined;
  /** How many, or their networks; undefined = none. */
  readonly trustedProxies: number | readonly string[] | undefined;
  /** What opens /metrics to others than this machine; undefined = nothing. */
  readonly metricsToken: string | undefined;
  readonly drainMs: number;
  /** Undefined = a worker listens nowhere. */
  readonly workerPort: number | undefined;
  readonly dataDir: string;
  readonly production: boolean;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  readonly masterKey: string | undefined;
  readonly masterKeyBefore: string | undefined;
  readonly keyServices: KeyServicesConfig;
  readonly trustedDocuments: 'off' | 'prefer' | 'require';
  readonly staffSecondFactor: 'optional' | 'required';
  readonly engine: EngineChoice;
  readonly engineProcesses: EngineProcessesConfig;
  /** From which sums on money that is given away needs a second person; undefined = never. */
  readonly moneyReviewAbove: MoneyLimits | undefined;
  /** Decimal string, minor units (US cents) a device-second. */
  readonly devicePricePerSecond: string;
  /** The largest file that is taken in. */
  readonly uploadBytes: number;
  readonly workers: number;
  /** Days by table, where they are not the default. */
  readonly retentionDays: ReadonlyMap<string, number>;
  /** For how long backups of the database are kept; undefined = for ever. */
  readonly backupDays: number | undefined;
  readonly database: DatabaseConfig;
  /** How long `serve` and `work` wait for a database of their own address. */
  readonly databaseWaitMs: number;
  readonly databaseStatementMs: number;
  readonly blobs: BlobsConfig;
  readonly mail: MailConfig;
  readonly trace: TraceConfig;
  readonly stripe: StripeConfig;
  /** Whether what is sold is taxed, by Stripe Tax or the sandbox's stand-in for it. */
  readonly stripeTax: boolean;
  /** Whether jobs start on their schedule. */
  readonly scheduled: boolean;
  readonly rateLimits: boolean;
}

/** Reads the configuration. @throws ConfigError that names every faulty variable and what it should be. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  // Empty is how compose files and shells say that a variable is not set.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`The configuration is not valid. ${faults.join('; ')}`);
  }
  const values = parsed.data;
  const production = values.FLYWHEEL_MODE === 'production';
  const dataDir = path.resolve(values.FLYWHEEL_DATA_DIR);
  return {
    host: values.FLYWHEEL_HOST,
    port: values.FLYWHEEL_PORT,
    publicUrl: values.FLYWHEEL_PUBLIC_URL,
    accountUrl: values.FLYWHEEL_ACCOUNT_URL,
    privacyContact: values.FLYWHEEL_PRIVACY_CONTACT,
    securityContact: values.FLYWHEEL_SECURITY_CONTACT,
    trustedProxies: values.FLYWHEEL_TRUSTED_PROXIES,
    metricsToken: values.FLYWHEEL_METRICS_TOKEN,
    drainMs: values.FLYWHEEL_DRAIN_SECONDS * 1000,
    workerPort: values.FLYWHEEL_WORKER_PORT,
    dataDir,
    production,
    logLevel: values.FLYWHEEL_LOG_LEVEL,
    masterKey: values.FLYWHEEL_MASTER_KEY,
    masterKeyBefore: values.FLYWHEEL_MASTER_KEY_BEFORE,
    keyServices: keyServices(values),
    trustedDocuments: values.FLYWHEEL_TRUSTED_DOCUMENTS,
    staffSecondFactor: values.FLYWHEEL_STAFF_SECOND_FACTOR ?? (production ? 'required' : 'optional'),
    engine: values.FLYWHEEL_ENGINE,
    engineProcesses: {
      devices: values.FLYWHEEL_ENGINE_DEVICES?.split(',') ?? [],
      perDevice: values.FLYWHEEL_ENGINE_PROCESSES,
      modelBytes: bytesOf(values.FLYWHEEL_ENGINE_MODEL_MB),
      recycleBytes: bytesOf(values.FLYWHEEL_ENGINE_RECYCLE_MB),
    },
    moneyReviewAbove: values.FLYWHEEL_MONEY_REVIEW_ABOVE,
    devicePricePerSecond: values.FLYWHEEL_DEVICE_PRICE,
    uploadBytes: values.FLYWHEEL_UPLOAD_MB * 2 ** 20,
    workers: values.FLYWHEEL_WORKERS,
    retentionDays: daysByTable(values.FLYWHEEL_RETENTION),
    backupDays: values.FLYWHEEL_BACKUP_DAYS,
    database: values.DATABASE_URL
      ? { kind: 'URL', url: values.DATABASE_URL, pool: values.DATABASE_POOL }
      : { kind: 'EMBEDDED', folder: path.join(dataDir, 'postgres'), pool: values.DATABASE_POOL },
    databaseWaitMs: values.DATABASE_WAIT_SECONDS * 1000,
    databaseStatementMs: values.DATABASE_STATEMENT_SECONDS * 1000,
    blobs: blobsConfig(values, dataDir),
    mail: mailConfig(values, dataDir),
    trace: traceConfig(values),
    stripe: stripeConfig(values),
    stripeTax: values.STRIPE_TAX,
    scheduled: values.FLYWHEEL_SCHEDULE,
    rateLimits: values.FLYWHEEL_GRAPHQL_RATE_LIMIT,
  };
}

function daysByTable(text = ''): ReadonlyMap<string, number> {
  const pairs = text.split(',').filter(Boolean);
  return new Map(
    pairs.map((pair) => {
      const [table = '', days] = pair.split('=');
      return [table, Number(days)];
    }),
  );
}

function bytesOf(megabytes: number | undefined): number | undefined {
  return megabytes === undefined ? undefined : megabytes * 2 ** 20;
}
