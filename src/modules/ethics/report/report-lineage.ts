/**
 * Where the versions came from, as a picture of the page: data on the left, what learned on it beside it, and what was made
 * of that on the right. And the same as the text of a Mermaid flowchart, for who wants to draw it again.
 */
import { learnsOnData, lineageChart, type LineageData, type LineageVersion } from '../../training';
import { type Markup, markup } from './markup';
import { COLOURS, frame, WIDTH } from './report-charts';
import type { InventoryEntry } from './report-contents';

const BOX = { width: 190, height: 40 };
const ROW = 52;
/** From a column to the next; many columns stand closer. */
const WIDEST_STEP = 300;
/** Letters that a box holds; the whole name stands in the table. */
const MOST_LETTERS = 24;

interface Node {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly column: number;
  readonly from: readonly string[];
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Those that neither learned here nor were made of another, and that nothing was made of, came from nowhere that we know. */
export function hasLineage(models: readonly InventoryEntry[]): boolean {
  return models.some(({ dataset, parents }) => dataset !== null || parents.length > 0);
}

/** @returns an SVG; an arrow goes from what was used to what was made of it. */
export function lineagePicture(models: readonly InventoryEntry[]): Markup {
  const nodes = nodesOf(models);
  const columns = 1 + Math.max(...nodes.map(({ column }) => column));
  const step = Math.min(WIDEST_STEP, (WIDTH - BOX.width) / Math.max(1, columns - 1));
  const places = new Map<string, Place>();
  for (let column = 0; column < columns; column++)
    inColumn(nodes, column, places).forEach(({ id }, row) =>
      places.set(id, { x: column * step, y: row * ROW }),
    );
  const arrows = nodes.flatMap(({ id, from }) =>
    from.map((source) => arrow(places.get(source)!, places.get(id)!)),
  );
  const rows = Math.max(...[...places.values()].map(({ y }) => y)) / ROW + 1;
  return frame('Where the versions came from', rows * ROW, [
    arrows,
    nodes.map((node) => box(node, places.get(node.id)!)),
  ]);
}

/** The text of the same picture. */
export function lineageText(models: readonly InventoryEntry[]): string {
  const versions = models.map(
    ({ versionId, model, number, parents, dataset, derivation }): LineageVersion => ({
      id: versionId,
      model,
      number,
      parentIds: parents.map((parent) => parent.id),
      datasetVersionId: dataset?.id ?? null,
      kind: derivation && derivation.kind,
      isRetired: false,
    }),
  );
  const data = models.flatMap(({ dataset }): LineageData[] =>
    dataset ? [{ id: dataset.id, dataset: dataset.name, number: dataset.number }] : [],
  );
  return lineageChart(null, versions, [...new Map(data.map((one) => [one.id, one])).values()]);
}

function nodesOf(models: readonly InventoryEntry[]): Node[] {
  const byId = new Map(models.map((entry) => [entry.versionId, entry]));
  const parentsOf = ({ parents }: InventoryEntry): InventoryEntry[] =>
    parents.flatMap(({ id }) => byId.get(id) ?? []);
  const made = new Set(models.flatMap((entry) => parentsOf(entry).map(({ versionId }) => versionId)));
  const depth = (entry: InventoryEntry): number => 1 + Math.max(0, ...parentsOf(entry).map(depth));
  const linked = models.filter(
    (entry) => entry.dataset !== null || parentsOf(entry).length > 0 || made.has(entry.versionId),
  );
  const data = new Map<string, Node>();
  for (const { dataset } of linked)
    if (dataset)
      data.set(dataset.id, {
        id: dataset.id,
        name: `${dataset.name} v${dataset.number}`,
        note: `data, ${dataset.rows} rows`,
        column: 0,
        from: [],
      });
  const versions = linked.map((entry): Node => {
    const parents = parentsOf(entry).map(({ versionId }) => versionId);
    const kind = entry.derivation && entry.derivation.kind;
    const learned = entry.dataset && learnsOnData(kind) ? [entry.dataset.id] : [];
    return {
      id: entry.versionId,
      name: `${entry.model} v${entry.number}`,
      note: kind === null ? entry.engine : kind.toLowerCase().replaceAll('_', '-'),
      column: depth(entry),
      from: [...learned, ...parents],
    };
  });
  return [...data.values(), ...versions];
}

/** Beside what they came of, so that few arrows cross. */
function inColumn(nodes: readonly Node[], column: number, places: ReadonlyMap<string, Place>): Node[] {
  const height = ({ from }: Node): number => {
    const heights = from.flatMap((id) => places.get(id)?.y ?? []);
    return heights.reduce((sum, y) => sum + y, 0) / Math.max(1, heights.length);
  };
  return nodes.filter((node) => node.column === column).sort((a, b) => height(a) - height(b));
}

function box({ name, note, column }: Node, { x, y }: Place): Markup {
  const fill = column === 0 ? COLOURS.band : '#fff';
  return markup`<g><rect x="${x + 1}" y="${y + 1}" width="${BOX.width - 2}" height="${BOX.height}" rx="7" fill="${fill}" stroke="${COLOURS.grey}"/><text x="${x + 11}" y="${y + 18}">${shortened(name)}</text><text class="soft" x="${x + 11}" y="${y + 34}">${shortened(note)}</text></g>`;
}

function arrow(from: Place, to: Place): Markup {
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [x2, y2] = [to.x - 5, to.y + BOX.height / 2];
  const bend = (x2 - x1) / 2;
  return markup`<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}" fill="none" stroke="${COLOURS.blue}" stroke-width="1.5"/><path d="M${x2 + 5} ${y2}l-7 -4v8z" fill="${COLOURS.blue}"/>`;
}

function shortened(text: string): string {
  return text.length <= MOST_LETTERS ? text : `${text.slice(0, MOST_LETTERS - 1)}…`;
}
