/** The datasets that the modules of the house offer, by name. */
import type { ReleasableDataset, ReleasableMeasure } from './releasable-dataset';
import { unknownDataset, unknownMeasure } from './release.errors';

export class ReleasableDatasets {
  private readonly offered: ReleasableDataset[] = [];

  offer(...datasets: readonly ReleasableDataset[]): void {
    this.offered.push(...datasets);
  }

  all(): readonly ReleasableDataset[] {
    return this.offered;
  }

  /** @throws AppError INVALID_INPUT with the names that there are. */
  named(name: string): ReleasableDataset {
    const found = this.offered.find((dataset) => dataset.name === name);
    if (!found) throw unknownDataset(this.offered.map((dataset) => dataset.name));
    return found;
  }

  /** @throws AppError INVALID_INPUT with the names that there are. */
  measureOf({ name: dataset, measures }: ReleasableDataset, name: string): ReleasableMeasure {
    const found = measures.find((measure) => measure.name === name);
    if (!found)
      throw unknownMeasure(
        dataset,
        measures.map((measure) => measure.name),
      );
    return found;
  }
}
