/**
 * Drafts a card from what the registry knows at the moment it is asked, and keeps what a person approved. Nothing that
 * was approved changes when the registry learns more: whoever wants that in the card approves it anew.
 */
import type { Clock } from '../../../kernel/clock';
import { conflict, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { inOrder } from '../../../platform/graphql';
import { Model, type ModelsModule, ModelVersion, thresholdOf } from '../../models';
import { Dataset, DatasetVersion } from '../../training';
import { modelCardApproved } from '../ethics.events';
import { shownFairness } from '../fairness/fairness-of-version';
import type { CardFacts, CardWords } from './card-facts';
import { cardJson } from './card-json';
import { lineagesOf } from './card-lineage';
import { cardMarkdown } from './card-markdown';
import { ModelCard } from './model-card.entity';

const LATEST = `select distinct on (model_version_id) id from model_cards where model_version_id = any($1)
  order by model_version_id, version desc`;

export interface CardApproval {
  readonly modelVersionId: string;
  readonly words: CardWords;
  readonly expectedVersion?: number | null;
  readonly staffId: string;
}

export class ModelCardService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly shipped: Pick<ModelsModule['shipped'], 'readmeOf'>,
  ) {}

  /** The latest approved card of each version, else its draft; null for an unknown version. Who asks may see the versions. */
  async latest(versionIds: readonly string[]): Promise<(ModelCard | null)[]> {
    const { read } = this.database;
    const ids = await read.sql<{ id: string }>(SERVICE, 'ethics.latest-cards', LATEST, [versionIds]);
    const approved = await read.list(ModelCard, {
      scope: SERVICE,
      where: { id: { in: ids.map(({ id }) => id) } },
    });
    const known = new Set(approved.map(({ modelVersionId }) => modelVersionId));
    const facts = await this.factsOf(versionIds.filter((id) => !known.has(id)));
    const drafts = facts.map(({ customerId, ...own }) => draft(own, customerId));
    return inOrder(versionIds, [...approved, ...drafts], ({ modelVersionId }) => modelVersionId);
  }

  /** @throws AppError NOT_FOUND for an unknown version, CONFLICT when another card was approved meanwhile. */
  async approve({ modelVersionId, words, expectedVersion, staffId }: CardApproval): Promise<string> {
    const [found] = await this.factsOf([modelVersionId]);
    if (!found) throw notFound(['input', 'modelVersionId']);
    const { customerId, ...facts } = found;
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      await unitOfWork.sql('select 1 from model_versions where id = $1 for update', [modelVersionId]);
      const cards = unitOfWork.repository(ModelCard);
      const before = await cards.countBy({ modelVersionId });
      if (expectedVersion != null && expectedVersion !== before) {
        const message = `The latest card of this version is number ${before}. Read it and decide anew.`;
        throw conflict(message, ['input', 'expectedVersion']);
      }
      const approvedAt = this.clock.now();
      const card: ModelCard = {
        id: newId('mcd', approvedAt),
        customerId,
        modelVersionId,
        version: before + 1,
        markdown: cardMarkdown(facts, words),
        json: cardJson(facts, words),
        approvedById: staffId,
        approvedAt,
      };
      await cards.insert(card as never);
      await this.events.emit(modelCardApproved(card));
      return card.id;
    });
  }

  /** What the registry knows of each version now. Who asks may see them. */
  async factsOf(ids: readonly string[]): Promise<(CardFacts & { customerId: string | null })[]> {
    if (ids.length === 0) return [];
    const { read } = this.database;
    const list = <T extends { id: string }>(entity: new () => T, wanted: readonly (string | null)[]) =>
      read.list(entity, {
        scope: SERVICE,
        where: { id: { in: [...new Set(wanted.filter((id) => id !== null))] } } as never,
      });
    const versions = await list(ModelVersion, ids);
    const models = await list(
      Model,
      versions.map(({ modelId }) => modelId),
    );
    const data = await list(
      DatasetVersion,
      versions.map(({ datasetVersionId }) => datasetVersionId),
    );
    const sets = await list(
      Dataset,
      data.map(({ datasetId }) => datasetId),
    );
    const lineages = await lineagesOf(this.database, versions);
    return Promise.all(
      versions.map(async (version, at) => {
        const model = models.find(({ id }) => id === version.modelId)!;
        const rows = data.find(({ id }) => id === version.datasetVersionId);
        const set = sets.find(({ id }) => id === rows?.datasetId);
        const { signature } = version;
        return {
          customerId: version.customerId,
          versionId: version.id,
          model: model.name,
          task: model.task,
          number: version.number,
          contentHash: version.contentHash,
          engine: version.engine,
          createdAt: new Date(version.createdAt).toISOString(),
          sizeBytes: version.sizeBytes,
          inputs: signature.inputs,
          outputs: signature.outputs,
          labels: signature.labels ?? [],
          threshold: thresholdOf(signature),
          metrics: version.metrics,
          fairness: shownFairness(version.evaluation),
          parents: version.parentIds,
          lineage: lineages[at]!,
          derivation: version.derivation?.kind ?? null,
          data:
            rows && set
              ? { name: set.name, number: rows.number, rows: rows.rows, consentScope: rows.consentScope }
              : null,
          makersWords: (await this.shipped.readmeOf(version.id)) ?? null,
        };
      }),
    );
  }
}

/** Its id follows from the version's, so that it can be asked for again while nobody has approved it. */
function draft(facts: CardFacts, customerId: string | null): ModelCard {
  return {
    id: facts.versionId.replace(/^mdv/, 'mcd'),
    customerId,
    modelVersionId: facts.versionId,
    version: 0,
    markdown: cardMarkdown(facts, null),
    json: cardJson(facts, null),
    approvedById: null,
    approvedAt: null,
  };
}
