/**
 * Models that come with the product, so that every kind of call works at the first start: their files lie in folders
 * beside this one, each with its card. One more is one more entry here.
 */
import path from 'node:path';
import type { ArtefactFormat, EngineKind } from '../../compute';
import type { ModelTask } from '../model.entity';
import type { Signature } from '../signature.type';
import { tinyLanguageModel } from './tiny-language-model/tiny-language-model';

export interface ShippedModel {
  /** Of the model and of the deployment that serves it. */
  readonly name: string;
  readonly task: ModelTask;
  readonly engine: EngineKind;
  /** Answers the frozen files, the served one first. */
  readonly artefacts: () => Promise<
    readonly { readonly format: ArtefactFormat; readonly bytes: Uint8Array }[]
  >;
  readonly signature: Signature;
  readonly preparation: () => Promise<object | null>;
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly warmUp: readonly (readonly number[])[];
}

export const SHIPPED_MODELS: readonly ShippedModel[] = [
  tinyLanguageModel(path.join(__dirname, 'tiny-language-model')),
];
