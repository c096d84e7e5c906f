/**
 * Where a version came from and what was made of it, as the text of a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html).
 * Names are people's own texts, so that everything but letters, digits and a few signs is written as a character code:
 * no name can end its node or begin another.
 */

/** A version as the walk found it. */
export interface LineageVersion {
  readonly id: string;
  readonly model: string;
  readonly number: number;
  readonly parentIds: readonly string[];
  readonly datasetVersionId: string | null;
  /** How it was made of its parent; null for one that was made of no other. */
  readonly kind: string | null;
  readonly isRetired: boolean;
}

/** Data by version, as far as the reader may see it. */
export interface LineageData {
  readonly id: string;
  readonly dataset: string;
  readonly number: number;
}

/** So many versions still make a picture. */
export const MOST_VERSIONS = 50;

/**
 * Versions come nearest first; those beyond `MOST_VERSIONS` are left out, and a comment and a node say so.
 * @param rootId the version whose picture it is: its frame is thick; null for a picture of all.
 */
export function lineageChart(
  rootId: string | null,
  versions: readonly LineageVersion[],
  data: readonly LineageData[],
): string {
  const shown = versions.slice(0, MOST_VERSIONS);
  const nodes = new Map<string, string>();
  const nodeOf = (id: string): string => {
    if (!nodes.has(id)) nodes.set(id, `n${nodes.size}`);
    return nodes.get(id)!;
  };
  const seen = new Set(shown.map(({ id }) => id));
  const used = data.filter(({ id }) => shown.some(({ datasetVersionId }) => datasetVersionId === id));
  const dataIds = new Set(used.map(({ id }) => id));
  const lines = ['flowchart LR'];
  for (const { id, dataset, number } of used)
    lines.push(`  ${nodeOf(id)}[("${escaped(dataset)} data ${number}")]`);
  for (const { id, model, number, isRetired } of shown)
    lines.push(`  ${nodeOf(id)}["${escaped(model)} ${number}${isRetired ? ', retired' : ''}"]`);
  for (const { id, parentIds, datasetVersionId, kind } of shown) {
    if (learnsOnData(kind) && datasetVersionId !== null && dataIds.has(datasetVersionId))
      lines.push(`  ${nodeOf(datasetVersionId)} -->|learned on| ${nodeOf(id)}`);
    for (const parentId of parentIds)
      if (seen.has(parentId)) lines.push(`  ${nodeOf(parentId)} -->|${told(kind)}| ${nodeOf(id)}`);
  }
  if (rootId !== null && seen.has(rootId)) lines.push(`  style ${nodeOf(rootId)} stroke-width:3px`);
  if (versions.length > shown.length)
    lines.push(`  cut["more than ${MOST_VERSIONS} versions: the rest is left out"]`);
  return `${lines.join('\n')}\n`;
}

/** What was compressed did not learn again: its data reaches it through its parent. @param kind how it was made; null = trained. */
export function learnsOnData(kind: string | null): boolean {
  return kind === null || kind === 'FINE_TUNED';
}

function told(kind: string | null): string {
  return kind === null ? 'made of' : escaped(kind.toLowerCase().replaceAll('_', '-'));
}

function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,_-]/gu, (sign) => `#${sign.codePointAt(0)};`);
}
