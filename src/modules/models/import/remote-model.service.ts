/**
 * Makes a model on somebody else's server a version like any other: its artefact is the reference to it, with the
 * credential sealed. What rows it takes is asked of the server itself, once, when it is imported.
 */
import { type AppError, invalidInput } from '../../../kernel/errors';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE } from '../../../platform/database';
import {
  addressFault,
  EngineKind,
  type RemoteReference,
  type RemoteService,
  type RemoteTensor,
  SECRET_PURPOSE,
  secretContext,
} from '../../compute';
import { ModelTask } from '../model.entity';
import { type RemoteModelInput, RemoteProtocol } from './model-import.input';
import type { ModelService } from '../model.service';
import { DType, type Signature, type TensorSpec } from '../signature.type';

const OPENAI_TASKS: readonly ModelTask[] = [ModelTask.TEXT_GENERATION, ModelTask.EMBEDDING];

const WRITES_TEXT: Signature = {
  inputs: [{ name: 'prompt', dtype: DType.STRING, optional: false }],
  outputs: [{ name: 'text', dtype: DType.STRING, optional: false }],
};

/** Longer texts than a server reads are cut there, or refused; nobody asks for an embedding of a book. */
const LONGEST_TEXT = 32_768;
const EMBEDS: readonly TensorSpec[] = [
  { name: 'text', dtype: DType.STRING, optional: false, maxLength: LONGEST_TEXT },
];

interface Shape {
  readonly reference: RemoteReference;
  readonly signature: Signature;
  readonly task: ModelTask;
}

export class RemoteModelService {
  constructor(
    private readonly database: Database,
    private readonly crypto: Crypto,
    private readonly models: ModelService,
    private readonly remote: Pick<RemoteService, 'describe' | 'dimensionsOf'>,
  ) {}

  /** @throws AppError INVALID_INPUT for an address that is none, UPSTREAM_FAILED when its server does not describe the model. */
  async import(modelName: string, remote: RemoteModelInput): Promise<string> {
    const url = remote.url.replace(/\/+$/, '');
    const fault = addressFault(url);
    if (fault)
      throw invalidInput(['input', 'remote', 'url'], `${fault} Send the base URL of the server.`, 'url');
    const { reference, signature, task } = await this.shapeOf(remote, url);
    const bytes = Buffer.from(JSON.stringify(reference));
    const artefacts = await this.models.storeArtefacts([{ format: 'REMOTE', bytes }]);
    return this.database.unitOfWork.run(SERVICE, async () => {
      const { id } = await this.models.ensureModel(modelName, task);
      const { versionId } = await this.models.addVersion(id, {
        engine: EngineKind.REMOTE,
        artefacts,
        ...widthsOf(reference),
        signature,
        preparation: null,
        warmUp: [],
        metrics: [],
        evaluation: null,
        exportDifference: null,
        datasetVersionId: null,
        trainingJobId: null,
      });
      return versionId;
    });
  }

  private async shapeOf(remote: RemoteModelInput, url: string): Promise<Shape> {
    const { model, secret, prices, protocol, task } = remote;
    const isOpenAi = protocol === RemoteProtocol.OPENAI;
    if (task != null && !(isOpenAi && OPENAI_TASKS.includes(task))) throw otherTask(isOpenAi);
    const common = {
      url,
      model,
      secret: secret == null ? null : this.crypto.seal(SECRET_PURPOSE, secret, secretContext({ url, model })),
      prices: {
        request: prices?.request ?? '0',
        row: prices?.row ?? '0',
        promptTokens: prices?.promptToken ?? '0',
        completionTokens: prices?.completionToken ?? '0',
      },
    };
    if (isOpenAi && task === ModelTask.EMBEDDING) {
      const dimensions = await this.remote.dimensionsOf({ url, model }, secret ?? null);
      const reference: RemoteReference = { protocol: 'OPENAI', ...common, dimensions };
      const embedding = outputOf({ name: 'embedding', datatype: 'FP32', width: dimensions });
      return { reference, signature: { inputs: [...EMBEDS], outputs: [embedding] }, task };
    }
    if (isOpenAi) {
      const reference: RemoteReference = { protocol: 'OPENAI', ...common };
      return { reference, signature: WRITES_TEXT, task: ModelTask.TEXT_GENERATION };
    }
    const { inputs, outputs } = await this.remote.describe({ url, model }, secret ?? null);
    return {
      reference: { protocol: 'OPEN_INFERENCE', ...common, inputs, outputs },
      signature: { inputs: inputs.flatMap(columnsOf), outputs: outputs.map(outputOf) },
      task: ModelTask.TABULAR_REGRESSION,
    };
  }
}

function widthsOf(reference: RemoteReference): { readonly inputWidth: number; readonly outputWidth: number } {
  if (reference.protocol === 'OPENAI') return { inputWidth: 0, outputWidth: reference.dimensions ?? 0 };
  return { inputWidth: widthOf(reference.inputs), outputWidth: widthOf(reference.outputs) };
}

function widthOf(tensors: readonly RemoteTensor[]): number {
  return tensors.reduce((sum, { width }) => sum + width, 0);
}

/** A row holds single values: a tensor of several becomes as many inputs, numbered. */
function columnsOf({ name, width }: RemoteTensor): TensorSpec[] {
  const names = width === 1 ? [name] : Array.from({ length: width }, (_, at) => `${name}.${at}`);
  return names.map((one) => ({ name: one, dtype: DType.FLOAT32, optional: false }));
}

function outputOf({ name, width }: RemoteTensor): TensorSpec {
  return { name, dtype: DType.FLOAT32, optional: false, ...(width === 1 ? {} : { shape: [width] }) };
}

function otherTask(isOpenAi: boolean): AppError {
  const message = isOpenAi
    ? `A server of the OpenAI protocol does ${OPENAI_TASKS.join(' or ')}. Name one of them.`
    : 'A server of the Open Inference Protocol says itself what it does. Leave the task out.';
  return invalidInput(['input', 'remote', 'task'], message, 'task');
}
