/** Builds the platform of one process: the ports of every module, with their real engines behind them. */
import type { Clock } from '../kernel/clock';
import { type OpenBlobs, openBlobs } from '../platform/blob';
import type { Config } from '../platform/config';
import { Keyring, rootKey, wrappingKeys } from '../platform/crypto';
import { type Database, openDatabase } from '../platform/database';
import { Outbox, PostgresSignals } from '../platform/events';
import { GraphileJobs } from '../platform/jobs';
import { createLog, type Log } from '../platform/log';
import { openMail, QueuedMail } from '../platform/mail';
import { Metrics } from '../platform/metrics';
import type { Platform } from '../platform/module';
import { openTracer } from '../platform/trace';
import { entities } from './entities';
import { version } from './version';

export interface RunningPlatform extends Platform {
  readonly jobs: GraphileJobs;
  readonly mail: QueuedMail;
  readonly metrics: Metrics;
  close(): Promise<void>;
}

export interface PlatformSettings {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly log?: Log;
}

export async function createPlatform({
  config,
  databaseUrl,
  clock,
  log = createLog(config),
}: PlatformSettings): Promise<RunningPlatform> {
  // Before anything is opened: a damaged key is told at once.
  const keys = await wrappingKeys(config, ({ message }) => log.warn({}, `${message} It is waited for.`));
  const database: Database = await openDatabase({
    url: databaseUrl,
    pool: config.database.pool,
    entities,
    statementMs: config.databaseStatementMs,
  });
  const metrics = new Metrics();
  const tracer = await openTracer({ config: config.trace, clock, log, metrics, version });
  const { unitOfWork, servicePool } = database;
  const signals = new PostgresSignals(databaseUrl, servicePool, unitOfWork, log);
  const jobs = new GraphileJobs({
    pool: servicePool,
    unitOfWork,
    signals,
    clock,
    log,
    metrics,
    tracer,
    concurrency: config.workers,
    scheduled: config.scheduled,
  });
  let blobs: OpenBlobs | undefined;
  const close = async (): Promise<void> => {
    await signals.stop();
    await database.close();
    blobs?.close();
    await tracer.stop();
  };
  let crypto: Keyring;
  let mail: QueuedMail;
  try {
    blobs = await openBlobs(config.blobs, log);
    crypto = new Keyring(await rootKey(servicePool, keys));
    mail = new QueuedMail(await openMail(config.mail, clock, log), { unitOfWork, jobs, crypto, clock });
    await signals.start();
    await jobs.migrate();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    config,
    clock,
    log,
    database,
    metrics,
    tracer,
    signals,
    jobs,
    events: new Outbox(unitOfWork, clock),
    blobs: blobs.store,
    notes: blobs.notes,
    crypto,
    mail,
    close,
  };
}
