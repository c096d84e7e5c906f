/** Texts of which it is known what in them says who somebody is. */
export interface LabelledText {
  readonly text: string;
  readonly labels: readonly { readonly kind: string; readonly value: string }[];
}

/** A line of which the labelled parts stand in braces: `Write to {EMAIL:ann@lee.org}.` */
export function labelled(line: string): LabelledText {
  const labels = [...line.matchAll(/\{([A-Z_]+):([^}]+)\}/g)].map(([, kind, value]) => ({
    kind: kind!,
    value: value!,
  }));
  return { text: line.replace(/\{[A-Z_]+:([^}]+)\}/g, '$1'), labels };
}

export interface Quality {
  /** By kind: how many of the labelled values no longer stand in the masked text. */
  readonly found: ReadonlyMap<string, { readonly all: number; readonly gone: number }>;
  /** Texts with nothing to mask, and how many of them were changed. */
  readonly clean: number;
  readonly changed: number;
}

export function qualityOf(sample: readonly LabelledText[], masked: readonly string[]): Quality {
  const found = new Map<string, { all: number; gone: number }>();
  let clean = 0;
  let changed = 0;
  sample.forEach(({ text, labels }, at) => {
    if (labels.length === 0) {
      clean++;
      if (masked[at] !== text) changed++;
    }
    for (const { kind, value } of labels) {
      const count = found.get(kind) ?? { all: 0, gone: 0 };
      count.all++;
      if (!masked[at]!.includes(value)) count.gone++;
      found.set(kind, count);
    }
  });
  return { found, clean, changed };
}
