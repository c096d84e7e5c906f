/**
 * Makes files that were uploaded a version: read, settled, tried on the engine, and only then kept. Whatever is wrong is
 * told about the field that can put it right, and leaves nothing behind but the uploads.
 */
import { AppError, AppErrors, invalidInput, notFound } from '../../../kernel/errors';
import { sha256 } from '../../../kernel/hash';
import type { BlobStore } from '../../../platform/blob';
import { type Database, SERVICE } from '../../../platform/database';
import { EngineKind } from '../../compute';
import { ModelTask } from '../model.entity';
import type { ModelService } from '../model.service';
import { faultsOfRows } from '../row-faults';
import { writeRow } from '../row-numbers';
import { DType } from '../signature.type';
import type { Upload } from '../upload/upload.entity';
import type { UploadService } from '../upload/upload.service';
import type { ArtefactImportInput } from './artefact-import.input';
import {
  agree,
  checkExpected,
  difference,
  type Samples,
  tried,
  type Trial,
  type TrialEngine,
} from './artefact-trial';
import {
  importedInputs,
  type ImportedInputs,
  importedOutputs,
  importedSignature,
  servedOutputs,
} from './imported-signature';
import { type FrozenForm, MOST_BYTES, readArtefact, type SentFile } from './read-artefact';
import { syntheticRows } from './synthetic-rows';

const PATH = ['input', 'artefact'];
/** Texts need a preparation, which no artefact brings along. */
const TASKS: readonly ModelTask[] = [
  ModelTask.TABULAR_CLASSIFICATION,
  ModelTask.TABULAR_REGRESSION,
  ModelTask.IMAGE_CLASSIFICATION,
  ModelTask.EMBEDDING,
];

interface KeptForm {
  readonly forms: readonly FrozenForm[];
  readonly trial: Trial;
  readonly exportDifference: number | null;
}

export interface ArtefactImportDoors {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly models: ModelService;
  readonly uploads: Pick<UploadService, 'find'>;
  readonly engine: TrialEngine;
}

export class ArtefactImportService {
  constructor(private readonly doors: ArtefactImportDoors) {}

  /** Answers the id of the version. @throws AppError INVALID_INPUT with what is wrong, NOT_FOUND for an unknown upload. */
  async import(modelName: string, wish: ArtefactImportInput): Promise<string> {
    const { models, database } = this.doors;
    if (!TASKS.includes(wish.task))
      throw invalidInput([...PATH, 'task'], `Artefacts can be brought in for ${TASKS.join(', ')}.`, 'task');
    await models.checkTask(modelName, wish.task);
    const files = await this.sent(wish);
    const artefact = await at(['files'], () => readArtefact(files));
    const taken = await at([], () => importedInputs(artefact.shape, wish));
    const served = await at(['outputNames'], () => servedOutputs(artefact.shape, wish));
    const samples = samplesOf(taken, wish);
    const forms = await at(['files'], () => artefact.frozen(taken.rowShape, wish.outputNames));
    const { trial, ...kept } = await this.triedForms(
      forms,
      samples,
      sha256(Buffer.concat(files.map(({ bytes }) => bytes))),
    );
    await at(['samples'], () => checkExpected(trial, expectedOf(wish)));
    const outputs = await at(['labels'], () => importedOutputs(served, wish, trial.width));
    const signature = await at(['threshold'], () => importedSignature(taken.inputs, outputs, wish));
    const artefacts = await models.storeArtefacts(kept.forms);
    return database.unitOfWork.run(SERVICE, async () => {
      const { id } = await models.ensureModel(modelName, wish.task);
      const { versionId } = await models.addVersion(id, {
        engine: artefacts[0]!.format === 'ONNX' ? EngineKind.ONNX : EngineKind.TENSORFLOW,
        artefacts,
        inputWidth: taken.width,
        outputWidth: trial.width,
        signature,
        preparation: taken.preparation,
        warmUp: rowsOf(samples),
        metrics: [],
        evaluation: null,
        exportDifference: kept.exportDifference,
        datasetVersionId: null,
        trainingJobId: null,
      });
      return versionId;
    });
  }

  /** @throws AppError NOT_FOUND, or TOO_LARGE before any of it is read. */
  private async sent({ files }: ArtefactImportInput): Promise<SentFile[]> {
    const uploads: Upload[] = [];
    for (const [index, { uploadId }] of files.entries()) {
      // One after the other: the connection of a transaction takes no second question before it has answered the first.
      const upload = await this.doors.uploads.find(uploadId);
      if (!upload) throw notFound([...PATH, 'files', String(index), 'uploadId']);
      uploads.push(upload);
    }
    const total = uploads.reduce((sum, upload) => sum + Number(upload.sizeBytes), 0);
    if (total > MOST_BYTES) {
      const words = `The files hold ${total} bytes; at most ${MOST_BYTES} are taken for one model.`;
      throw new AppError('TOO_LARGE', words, [...PATH, 'files']);
    }
    const sent: SentFile[] = [];
    for (const [index, { name }] of files.entries())
      sent.push({ name, bytes: await this.doors.blobs.get(uploads[index]!.blobHash) });
    return sent;
  }

  /** A form that we wrote is kept only when it answers what the one answers that came. */
  private async triedForms(forms: readonly FrozenForm[], samples: Samples, id: string): Promise<KeptForm> {
    const trials: Trial[] = [];
    for (const form of forms)
      trials.push(await at(['files'], () => tried(this.doors.engine, form, samples, id)));
    const [first, original] = trials;
    if (!original) return { forms, trial: first!, exportDifference: null };
    if (!agree(first!, original)) return { forms: forms.slice(1), trial: original, exportDifference: null };
    return { forms, trial: first!, exportDifference: difference(first!.outputs, original.outputs) };
  }
}

/** The owner's rows, or drawn ones: with them the model is tried now and warmed whenever it is loaded. */
function samplesOf({ inputs, width, whole }: ImportedInputs, { samples }: ArtefactImportInput): Samples {
  if (!samples || samples.length === 0) return syntheticRows(inputs, width, whole);
  // A picture is given by its pixels here; what reads files of pictures comes later in the house.
  const specs = inputs.map((spec) => (spec.dtype === DType.IMAGE ? { ...spec, dtype: DType.FLOAT32 } : spec));
  const path = (index: number): string[] => [...PATH, 'samples', String(index), 'row'];
  const rowsOfOwner = samples.map(({ row }) => row);
  const faults = faultsOfRows(specs, rowsOfOwner, path);
  if (faults.length > 0) throw new AppErrors(faults);
  const rows = new Float32Array(samples.length * width);
  samples.forEach(({ row }, index) => writeRow(specs, row as Record<string, unknown>, rows, index * width));
  return { rows, count: samples.length };
}

function expectedOf({ samples }: ArtefactImportInput): Map<number, readonly number[]> {
  return new Map(
    (samples ?? []).flatMap(({ expected }, row) => (expected ? [[row, expected] as const] : [])),
  );
}

function rowsOf({ rows, count }: Samples): number[][] {
  const width = rows.length / count;
  return Array.from({ length: count }, (_, row) => [...rows.subarray(row * width, (row + 1) * width)]);
}

/** What is wrong, said about the field that can put it right. */
async function at<T>(path: readonly string[], work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof AppError || error instanceof AppErrors) throw error;
    throw invalidInput([...PATH, ...path], error.message, 'artefact');
  }
}
