/** How much is read of one file, and how little is too little to learn from. Each refusal names its number. */
export const LIMITS = {
  rows: 1_000_000,
  columns: 500,
  /** Different texts in one column; more is a name or an id, which nothing can be learned from. */
  categories: 200,
  /** Bytes of one record: an unclosed quotation mark would swallow the rest of the file otherwise. */
  recordBytes: 1024 * 1024,
  /** Classes that a label may tell apart. */
  classes: 100,
  minimumRows: 20,
  /** Rows of each class: every part of the split must hold some. */
  minimumClassRows: 5,
  /** Bad rows that are kept in a report. */
  reportedRows: 100,
  /** Bad rows that a refusal spells out. */
  spelledRows: 10,
} as const;
