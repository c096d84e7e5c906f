/** Gives a version out as a file: staff asks for it with a reason, and whoever holds the address fetches it while it is good. */
import type { Readable } from 'node:stream';
import { notFound } from '../../../kernel/errors';
import type { Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { SignedLinks } from '../../../platform/http';
import { Model } from '../model.entity';
import type { ModelService } from '../model.service';
import { ModelVersion } from '../model-version.entity';
import { MODEL_VERSION_EXPORTED } from '../models.events';
import { runsElsewhere } from '../models.errors';
import { versionArchive } from './version-archive';

const SELECTION = {
  id: true,
  customerId: true,
  modelId: true,
  number: true,
  contentHash: true,
  artefacts: true,
  inputWidth: true,
  outputWidth: true,
  signature: true,
  preparation: true,
  metrics: true,
  createdAt: true,
} as const;

export function exportPath(versionId: string): string {
  return `/model-versions/${versionId}.zip`;
}

export interface ExportedFile {
  readonly name: string;
  readonly content: Readable;
}

export class ModelExportService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly links: SignedLinks,
    private readonly models: Pick<ModelService, 'artefactOf'>,
  ) {}

  /** Answers the address. Event: model-version.exported. @throws AppError NOT_FOUND, CONFLICT where the weights are on another server. */
  async linkTo(versionId: string, reason: string, actor: Principal): Promise<string> {
    const version = await this.find(versionId);
    if (!version) throw notFound(['input', 'id']);
    if (isRemote(version)) throw runsElsewhere();
    const { customerId, contentHash } = version;
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, () =>
      this.events.emit({
        type: MODEL_VERSION_EXPORTED,
        customerId,
        subject: versionId,
        actor,
        reason,
        data: { contentHash },
      }),
    );
    return this.links.sign(exportPath(versionId));
  }

  /** Undefined unless the address is one of ours, and still good. @throws DamagedArtefact. */
  async fetch(address: string, versionId: string): Promise<ExportedFile | undefined> {
    const version = this.links.verify(address) ? await this.find(versionId) : null;
    if (!version || isRemote(version)) return undefined;
    const where = { id: version.modelId };
    const { name } = (await this.database.read.one(Model, { scope: SERVICE, where }))!;
    const { files } = await this.models.artefactOf(version);
    return {
      name: `${name.replaceAll(' ', '-')}-${version.number}.zip`,
      content: await versionArchive({ ...version, modelName: name }, files),
    };
  }

  private find(id: string) {
    return this.database.read.one(ModelVersion, { scope: SERVICE, where: { id }, selection: SELECTION });
  }
}

function isRemote({ artefacts }: Pick<ModelVersion, 'artefacts'>): boolean {
  return artefacts.some(({ format }) => format === 'REMOTE');
}
