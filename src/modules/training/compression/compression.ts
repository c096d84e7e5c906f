/** How a version is made smaller: in fewer bits, or with fewer weights that are not zero. */
export enum CompressionMethod {
  FLOAT16 = 'FLOAT16',
  INT8 = 'INT8',
  PRUNE = 'PRUNE',
}

export interface Compression {
  readonly method: CompressionMethod;
  /** PRUNE: share of each kernel's weights that becomes zero. */
  readonly sparsity: number;
  /** PRUNE: epochs for which the rest learns on. */
  readonly epochs: number;
}
