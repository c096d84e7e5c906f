/**
 * Models that come with the product, so that every kind of call works at the first start: their files lie in folders
 * beside this one, each with its card. One more is one more entry here.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ArtefactFormat, EngineKind } from '../../compute';
import type { Metric } from '../evaluation.type';
import type { ModelTask } from '../model.entity';
import type { Signature } from '../signature.type';
import { digitClassifier } from './digit-classifier/digit-classifier';
import { passageFinder, sentenceEmbeddings } from './sentence-embeddings/sentence-embeddings';
import { sentimentClassifier } from './sentiment-classifier/sentiment-classifier';
import { spamClassifier } from './spam-classifier/spam-classifier';
import { tinyLanguageModel } from './tiny-language-model/tiny-language-model';

/** A large file whose hash is known beforehand: it is read when a version is first loaded, not at the start. */
export interface PinnedFile {
  readonly format: ArtefactFormat;
  readonly hash: string;
  readonly sizeBytes: number;
  readonly read: () => Promise<Uint8Array>;
}

export type ShippedFile = { readonly format: ArtefactFormat; readonly bytes: Uint8Array } | PinnedFile;

export interface ShippedModel {
  /** Of the model and of the deployment that serves it. */
  readonly name: string;
  readonly task: ModelTask;
  readonly engine: EngineKind;
  /** Answers the frozen files, the served one first. */
  readonly artefacts: () => Promise<readonly ShippedFile[]>;
  readonly signature: Signature;
  readonly preparation: () => Promise<object | null>;
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly warmUp: readonly (readonly number[])[];
  /** As measured on rows that were held out; its card says on which. */
  readonly metrics?: () => Promise<readonly Metric[]>;
}

const folder = (name: string): string => path.join(__dirname, name);

/** Built on another model, and told of in its card. */
const TOLD_WITH: Readonly<Record<string, string>> = { 'passage-finder': 'sentence-embeddings' };

/** What the maker of a shipped model wrote of it, as Markdown. */
export function readmeOf(name: string): Promise<string> {
  return readFile(path.join(folder(TOLD_WITH[name] ?? name), 'README.md'), 'utf8');
}

export const SHIPPED_MODELS: readonly ShippedModel[] = [
  tinyLanguageModel(folder('tiny-language-model')),
  sentenceEmbeddings,
  passageFinder,
  sentimentClassifier(folder('sentiment-classifier')),
  spamClassifier(folder('spam-classifier')),
  digitClassifier(folder('digit-classifier')),
];
