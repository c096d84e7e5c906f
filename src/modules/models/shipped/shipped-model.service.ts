/** Puts the shipped models into the registry at every start: contents that are there already are the version that is there. */
import { sha256 } from '../../../kernel/hash';
import { isAway } from '../../../platform/blob';
import { type Database, SERVICE } from '../../../platform/database';
import { requestScope } from '../../../platform/events';
import type { ModelService } from '../model.service';
import type { StoredArtefact } from '../model-version.entity';
import { readmeOf, SHIPPED_MODELS, type ShippedFile, type ShippedModel } from './shipped-model';

export interface ShippedVersion {
  readonly name: string;
  readonly versionId: string;
}

const PRINCIPAL = { kind: 'SYSTEM', name: 'shipped-models' } as const;

export class ShippedModelService {
  private registered: readonly ShippedVersion[] = [];

  constructor(
    private readonly database: Database,
    private readonly models: ModelService,
  ) {}

  /** What is registered, once `register` has run. */
  versions(): readonly ShippedVersion[] {
    return this.registered;
  }

  isShipped(versionId: string): boolean {
    return this.registered.some((version) => version.versionId === versionId);
  }

  /** What its maker wrote of it; undefined for a version that did not come with the product. */
  async readmeOf(versionId: string): Promise<string | undefined> {
    const version = this.registered.find((shipped) => shipped.versionId === versionId);
    return version && readmeOf(version.name);
  }

  async register(): Promise<void> {
    const versions: ShippedVersion[] = [];
    await requestScope.run({ requestId: null, principal: PRINCIPAL }, async () => {
      for (const model of SHIPPED_MODELS) versions.push(await this.add(model));
    });
    this.registered = versions;
  }

  /** Small files are stored now, large ones when a version that needs them is first loaded. */
  private async stored(files: readonly ShippedFile[]): Promise<StoredArtefact[]> {
    const stored: StoredArtefact[] = [];
    for (const file of files) {
      if ('bytes' in file) stored.push(await this.storedNow(file));
      else {
        const { format, hash, sizeBytes, read } = file;
        this.models.storeOnDemand(hash, read);
        stored.push({ format, hash, sizeBytes });
      }
    }
    return stored;
  }

  /** Where the store is away it is stored as a large one is: the start does not wait for it. */
  private async storedNow({
    format,
    bytes,
  }: Extract<ShippedFile, { bytes: unknown }>): Promise<StoredArtefact> {
    try {
      const [artefact] = await this.models.storeArtefacts([{ format, bytes }]);
      return artefact!;
    } catch (error) {
      if (!isAway(error)) throw error;
      const hash = sha256(bytes);
      this.models.storeOnDemand(hash, async () => bytes);
      return { format, hash, sizeBytes: bytes.byteLength };
    }
  }

  private async add(shipped: ShippedModel): Promise<ShippedVersion> {
    const { name, task, engine, signature, inputWidth, outputWidth, warmUp } = shipped;
    const artefacts = await this.stored(await shipped.artefacts());
    const metrics = (await shipped.metrics?.()) ?? [];
    const preparation = await shipped.preparation();
    return this.database.unitOfWork.run(SERVICE, async () => {
      const model = await this.models.ensureModel(name, task);
      const { versionId } = await this.models.addVersion(model.id, {
        engine,
        artefacts,
        inputWidth,
        outputWidth,
        signature,
        preparation,
        warmUp,
        metrics,
        evaluation: null,
        exportDifference: null,
        datasetVersionId: null,
        trainingJobId: null,
      });
      return { name, versionId };
    });
  }
}
