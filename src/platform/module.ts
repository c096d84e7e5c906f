/**
 * What a module hands to the composition. A module is built by one function `create<Name>Module(platform, …doors)`
 * that wires its services by constructor and answers its services together with this manifest.
 */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../kernel/clock';
import type { IdPrefix } from '../kernel/id';
import type { BlobHolder, BlobStore, Notes } from './blob';
import type { Config } from './config';
import type { Crypto } from './crypto';
import type { Database } from './database';
import type { Selection } from './database';
import type { Events, EventSubscriber, Projection, Signals, StretchSubscriber } from './events';
import type { RequestContext } from './graphql/context';
import type { JobDefinition, Jobs } from './jobs';
import type { Log } from './log';
import type { Mail } from './mail';
import type { Metrics } from './metrics';
import type { Tracer } from './trace';

export interface Platform {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  readonly events: Events;
  readonly signals: Signals;
  readonly jobs: Jobs;
  readonly blobs: BlobStore;
  /** What must be known although the database was put back to an earlier day. */
  readonly notes: Notes;
  readonly crypto: Crypto;
  readonly mail: Mail;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
}

/** How `node(id)` finds an object of a type: rows the caller may see, null for the rest, in the order of the ids. */
export interface NodeSource {
  readonly prefix: IdPrefix;
  /** Whether the caller's role may see objects of this type at all. */
  allows(context: RequestContext): boolean;
  load(
    ids: readonly string[],
    context: RequestContext,
    selection: Selection | undefined,
  ): Promise<readonly (object | null)[]>;
}

/** A row as a person gets it in a copy of what is kept about them: names for people, values of JSON or Dates. */
export type CopiedRow = Readonly<Record<string, unknown>>;

/**
 * A table that holds something about people: what, how long, what they get a copy of, and how they are forgotten. A test finds
 * tables with `end_user_id` that nobody names.
 */
export interface PersonalDataHolder {
  readonly table: string;
  /** Column with the person's id; `end_user_id` unless named. */
  readonly person?: string;
  /** In words for people. */
  readonly holds: string;
  /** How long and why, in words for people. */
  readonly kept: string;
  /** Null where every row is a copy of what another table gives. */
  readonly copy: PersonalDataCopy | null;
  /**
   * Statements that forget a person, in order: $1 is the customer, $2 the person; each ends where `returning` can follow. None
   * where the law wants it kept, as `kept` says.
   */
  readonly forget: readonly string[];
}

export interface PersonalDataCopy {
  /** The name of each value in the copy, and the SQL expression that reads it. */
  readonly columns: Readonly<Record<string, string>>;
  /** Columns that tell the rows of one person apart, and order them. */
  readonly order: readonly string[];
  /** Makes a row of the copy of what was read: opens what is sealed. */
  readonly open?: (row: CopiedRow) => CopiedRow;
}

/**
 * A table that holds something of a customer, and what becomes of it once the account is closed and its time is over. A test finds
 * tables with `customer_id` that nobody names.
 */
export interface CustomerDataHolder {
  readonly table: string;
  /** In words for people. */
  readonly holds: string;
  /** What of it is kept and why, in words for people; null where nothing is. */
  readonly kept: string | null;
  /** Null where all of it is kept. Safe to do again, and done some thousand rows at a time. */
  readonly goes: CustomerDataEnd | null;
  /** It goes after the certificate was sent: by what it is sent, and what leads there. */
  readonly isLast?: boolean;
}

export interface CustomerDataEnd {
  /** Columns that tell the rows of a customer apart. */
  readonly key: readonly string[];
  /** What of a row is emptied, as SQL assignments; absent = the row goes. */
  readonly emptied?: string;
  /** SQL condition of the rows from which something goes; absent = all. */
  readonly where?: string;
}

/** What of a table is kept for a time only, and how it goes. */
export interface RetentionRule {
  readonly table: string;
  /** What goes, in words for people. */
  readonly goes: string;
  /** For how long it is kept unless the configuration says otherwise. */
  readonly days: number;
  /** Columns that tell the rows apart. */
  readonly key: readonly string[];
  /** SQL condition of the rows that are over: $1 is the moment before which they are. */
  readonly over: string;
  /** What of such a row is emptied, as SQL assignments; null = the row goes. */
  readonly emptied: string | null;
}

export interface ModuleManifest {
  readonly name: string;
  /** Instances of type-graphql resolver classes. */
  readonly resolvers: readonly object[];
  readonly nodes?: readonly NodeSource[];
  readonly jobs?: readonly JobDefinition<never>[];
  readonly subscribers?: readonly (EventSubscriber | StretchSubscriber)[];
  /** What is made of events or of other rows alone, and can be made anew. */
  readonly projections?: readonly Projection[];
  /** Every table of the module that carries `end_user_id`. */
  readonly personalData?: readonly PersonalDataHolder[];
  /** Every table of the module that carries `customer_id`; what is emptied later comes later. */
  readonly customerData?: readonly CustomerDataHolder[];
  /** One at most for a table. */
  readonly retention?: readonly RetentionRule[];
  /** Every column of the module that names blobs. */
  readonly blobs?: readonly BlobHolder[];
  /** HTTP routes beside GraphQL (webhooks, uploads, downloads, pages). */
  readonly routes?: (http: FastifyInstance) => void | Promise<void>;
  /** Puts in what an empty database needs; safe to run at every start. */
  readonly seed?: () => Promise<void>;
  /** Runs before the server listens (engines, caches, reconcilers), in module order; `stop` in reverse order. */
  readonly start?: () => Promise<void>;
  readonly stop?: () => Promise<void>;
  /** What keeps the process from taking requests, in words; empty = ready (asked by /readyz). */
  readonly notReady?: () => readonly string[];
}
