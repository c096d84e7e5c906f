/** What models says happened. Ids and figures only. */
export const UPLOAD_RECEIVED = 'upload.received';
export const MODEL_CREATED = 'model.created';
export const MODEL_VERSION_CREATED = 'model-version.created';
export const MODEL_VERSION_RETIRED = 'model-version.retired';
export const MODEL_VERSION_EXPORTED = 'model-version.exported';
export const MODEL_ALIAS_MOVED = 'model-alias.moved';

/** `data` of model-version.created. */
export interface ModelVersionCreated extends Record<string, unknown> {
  readonly modelId: string;
  readonly number: number;
  readonly contentHash: string;
  readonly datasetVersionId: string | null;
  readonly trainingJobId: string | null;
}

/** `data` of model-alias.moved. */
export interface ModelAliasMoved extends Record<string, unknown> {
  readonly alias: string;
  readonly versionId: string | null;
  readonly previousVersionId: string | null;
  readonly evidenceIds: readonly string[];
}
