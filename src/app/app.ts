/** One running process of the product: platform, modules, schema and HTTP server, started and stopped in order. */
import type { AddressInfo } from 'node:net';
import v8 from 'node:v8';
import { type Clock, systemClock } from '../kernel/clock';
import type { Principal } from '../kernel/principal';
import { BlobSweep } from '../platform/blob';
import type { Config } from '../platform/config';
import { Dispatcher } from '../platform/events';
import { createGraphqlServer, expiredKeysJob } from '../platform/graphql';
import { monthsJob } from '../platform/jobs';
import type { Log } from '../platform/log';
import { serveConsole } from './console/console';
import { type End, endAll } from './ends';
import { composeModules, type Modules } from './modules';
import { createPlatform, type RunningPlatform } from './platform';
import { buildSchema } from './schema';
import { serveSecurityTxt } from './security-txt';

/** In per cent, from one full collection to the next; left to itself V8 lets the heap grow to several times what is alive. */
const HEAP_GROWTH = 30;

export interface AppSettings {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly clock?: Clock;
  readonly log?: Log;
  /** Called when everything is ready but the address. */
  readonly beforeListening?: () => Promise<void>;
  /** What else keeps the process from taking requests, in words. */
  readonly notReady?: () => readonly string[];
}

export interface App {
  readonly url: string;
  readonly platform: RunningPlatform;
  readonly modules: Modules;
  /** Delivers every committed event; for tests and for an orderly stop. */
  drainEvents(): Promise<void>;
  /** Keeps requests away and answers those that come, as long as the configuration says. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** Platform and modules without a listening server: for `migrate`, `seed` and `work`. */
export interface Backstage {
  readonly platform: RunningPlatform;
  readonly modules: Modules;
  readonly dispatcher: Dispatcher;
  readonly blobSweep: BlobSweep;
}

export async function createBackstage({
  config,
  databaseUrl,
  clock = systemClock,
  log,
}: AppSettings): Promise<Backstage> {
  v8.setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
  const platform = await createPlatform({ config, databaseUrl, clock, log });
  const modules = composeModules(platform);
  const { manifests } = modules;
  const holders = manifests.flatMap(({ blobs = [] }) => blobs);
  const blobSweep = new BlobSweep({ ...platform, holders });
  const own = [expiredKeysJob(platform.database, clock), monthsJob(platform.database), blobSweep.job()];
  platform.jobs.define([platform.mail.job, ...own, ...manifests.flatMap(({ jobs = [] }) => jobs)]);
  try {
    for (const { seed } of manifests) await seed?.();
  } catch (error) {
    await platform.close();
    throw error;
  }
  const subscribers = manifests.flatMap(({ subscribers: some = [] }) => some);
  const dispatcher = new Dispatcher(
    platform.database.unitOfWork,
    platform.signals,
    platform.log,
    platform.metrics,
    subscribers,
  );
  return { platform, modules, dispatcher, blobSweep };
}

export async function startApp(settings: AppSettings): Promise<App> {
  const { platform, modules, dispatcher } = await createBackstage(settings);
  const { manifests } = modules;
  const stops: End[] = [() => platform.close()];
  const close = (): Promise<void> => endAll(stops);
  const notReady = (): string[] => [
    ...manifests.flatMap(({ notReady: missing }) => missing?.() ?? []),
    ...(settings.notReady?.() ?? []),
  ];
  try {
    platform.metrics.collectProcess();
    for (const { start, stop } of manifests) {
      if (stop) stops.push(stop);
      await start?.();
    }
    const { securityContact } = settings.config;
    const securityTxt = serveSecurityTxt(securityContact, () => modules.publicUrl(), platform.clock);
    const server = await createGraphqlServer({
      schema: buildSchema(platform, modules, notReady),
      platform,
      authenticate: (authorization) => modules.identity.authentication.authenticate(authorization),
      boughtBy: (principal) => rateOf(principal, modules),
      notReady,
      routes: [...manifests.flatMap(({ routes }) => routes ?? []), serveConsole, securityTxt],
    });
    stops.push(() => server.close());
    await settings.beforeListening?.();
    await server.listen({ host: settings.config.host, port: settings.config.port });
    const { port } = server.server.address() as AddressInfo;
    modules.listening(settings.config.publicUrl ?? `http://${nameOf(settings.config.host)}:${port}`);
    await dispatcher.start();
    stops.push(() => dispatcher.stop());
    await platform.jobs.start([]);
    stops.push(() => platform.jobs.stop());
    return {
      url: modules.publicUrl(),
      platform,
      modules,
      drainEvents: () => dispatcher.drain(),
      drain: () => server.drain(settings.config.drainMs),
      close,
    };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

/** The servers of a customer share the rate that its plan buys; people have their own, whatever the plan. */
function rateOf(principal: Principal, { billing }: Modules) {
  if (principal.kind !== 'API_KEY') return undefined;
  const { customerId } = principal;
  const rate = billing.pricing.rateOf(customerId);
  return rate && { key: customerId, allowance: { maximum: rate.burst, restorePerSecond: rate.perSecond } };
}

/** How a browser on this machine calls an address that is listened on: every address is none to go to. */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
