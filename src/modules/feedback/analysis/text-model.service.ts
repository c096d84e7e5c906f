/**
 * Which of our own models reads texts, and the asking: whatever version the operator serves under a name, in small batches outside
 * all traffic, billed to nobody. What somebody else's server runs is not asked: that would need each person's consent.
 */
import { AppErrors } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import { EngineKind } from '../../compute';
import { Deployment } from '../../deployments';
import type { InferenceModule, TriedVersion } from '../../inference';
import type { ModelsModule } from '../../models';
import { piecesOf } from './pieces';

/** A text has at most 10,000 characters: more pieces than it has at the smallest length that a model takes are never read. */
const MOST_PIECES = 10;
const USUAL_LENGTH = 1000;
/** Together in one batch, behind which the rows of a customer may have to wait once. */
const ROWS_AT_ONCE = 8;

type Outputs = Readonly<Record<string, unknown>>;

/** What a model answered to a text: one row a piece, with the length of each piece. None for a text that it does not take. */
export interface ReadText {
  readonly outputs: readonly Outputs[];
  readonly lengths: readonly number[];
}

export interface TextModel {
  readonly versionId: string;
  /** @throws whatever the engine fails with. */
  read(text: string, signal: AbortSignal): Promise<ReadText>;
}

export interface TextModelDoors {
  readonly database: Pick<Database, 'read'>;
  readonly models: Pick<ModelsModule['models'], 'servable'>;
  readonly trial: InferenceModule['trial'];
}

export class TextModelService {
  constructor(private readonly doors: TextModelDoors) {}

  /** The version that answers most under this name; undefined when nobody serves one, or another's server does. */
  async versionOf(deployment: string): Promise<string | undefined> {
    const row = await this.doors.database.read.one(Deployment, {
      scope: SERVICE,
      where: { name: deployment, customerId: null },
      selection: { routes: true },
    });
    const [route] = [...(row?.routes ?? [])].sort((a, b) => b.weight - a.weight);
    const version = route && (await this.doors.models.servable(route.versionId));
    return version && version.engine !== EngineKind.REMOTE ? version.id : undefined;
  }

  /** Holds the version for as long as `work` takes. */
  async on<T>(versionId: string, work: (model: TextModel) => Promise<T>): Promise<T> {
    const version = await this.doors.models.servable(versionId);
    const { name = 'text', maxLength } = version?.signature.inputs[0] ?? {};
    const read = async (tried: TriedVersion, text: string, signal: AbortSignal): Promise<ReadText> => {
      const pieces = piecesOf(text, maxLength ?? USUAL_LENGTH, MOST_PIECES);
      const outputs: Outputs[] = [];
      for (let from = 0; from < pieces.length; from += ROWS_AT_ONCE) {
        const rows = pieces.slice(from, from + ROWS_AT_ONCE).map((piece) => ({ [name]: piece }));
        outputs.push(...((await tried.ask(rows, signal)) as Outputs[]));
      }
      return { outputs, lengths: pieces.map(({ length }) => length) };
    };
    return this.doors.trial.on(versionId, (tried) =>
      work({
        versionId,
        read: async (text, signal) => {
          signal.throwIfAborted();
          return read(tried, text, signal).catch(nothingIfRefused);
        },
      }),
    );
  }
}

/** A text that the model does not take says nothing; that it was tried is kept, so that it is not tried for ever. */
function nothingIfRefused(error: unknown): ReadText {
  const isRefusal = error instanceof AppErrors && error.errors.every(({ code }) => code === 'INVALID_INPUT');
  if (!isRefusal) throw error;
  return { outputs: [], lengths: [] };
}
