/** The charts of a report, drawn as SVG inside the page: bars for counts, dots with whiskers for rates and their uncertainty. */
import { type Markup, markup } from './markup';

export const COLOURS = {
  blue: '#2a5bd7',
  orange: '#d9742b',
  grey: '#c3cad6',
  red: '#b3362b',
  band: '#e8f0e9',
};

/** Of every picture, in the units of its own. */
export const WIDTH = 820;
const LABEL = 210;
const AFTER = 96;
const PLOT = WIDTH - LABEL - AFTER;
const ROW = 30;
const TOP = 6;
const AXIS = 26;

export interface Series {
  readonly name: string;
  readonly colour: string;
}

export interface BarRow {
  readonly label: string;
  /** One value a series. */
  readonly values: readonly number[];
}

/** Horizontal bars, one group a row, one bar a series; the value stands at the end of each. */
export function bars(title: string, series: readonly Series[], rows: readonly BarRow[]): Markup {
  const most = Math.max(1, ...rows.flatMap(({ values }) => values));
  const thickness = series.length === 1 ? 16 : 12;
  const height = series.length * (thickness + 3) + 12;
  const drawn = rows.map(({ label, values }, row) => {
    const y = TOP + row * height;
    const middle = y + (height - 12) / 2;
    const lines = values.map((value, i) => {
      const barY = y + i * (thickness + 3);
      const length = Math.max(value === 0 ? 0 : 2, (value / most) * PLOT);
      return markup`<rect x="${LABEL}" y="${barY}" width="${round(length)}" height="${thickness}" rx="3" fill="${series[i]!.colour}"/><text class="soft" x="${round(LABEL + length + 7)}" y="${barY + thickness - 2}">${value}</text>`;
    });
    return markup`<text x="${LABEL - 12}" y="${round(middle + 4)}" text-anchor="end">${label}</text>${lines}`;
  });
  const svg = frame(title, TOP + rows.length * height, drawn);
  return series.length > 1 ? markup`${svg}${legend(series)}` : svg;
}

export interface WhiskerRow {
  readonly label: string;
  readonly value: number;
  readonly interval: readonly number[] | null;
  readonly note?: string;
  readonly colour?: string;
}

/** Rates between 0 and 1 with their intervals; `band` shades what is still taken for alike. */
export function whiskers(
  title: string,
  rows: readonly WhiskerRow[],
  band?: readonly [number, number],
): Markup {
  const height = TOP + rows.length * ROW;
  const x = (value: number): number => round(LABEL + Math.min(1, Math.max(0, value)) * PLOT);
  const shade = band
    ? markup`<rect x="${x(band[0])}" y="${TOP - 4}" width="${round(x(band[1]) - x(band[0]))}" height="${height - TOP + 4}" fill="${COLOURS.band}"/>`
    : null;
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (tick) =>
      markup`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${TOP - 4}" y2="${height}"/><text class="soft" x="${x(tick)}" y="${height + 17}" text-anchor="middle">${Math.round(tick * 100)} %</text>`,
  );
  const drawn = rows.map(({ label, value, interval, note, colour = COLOURS.blue }, row) => {
    const y = TOP + row * ROW + ROW / 2 - 2;
    const whisker = interval
      ? markup`<line x1="${x(interval[0]!)}" x2="${x(interval[1]!)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2" stroke-linecap="round" opacity=".45"/>`
      : null;
    return markup`<text x="${LABEL - 12}" y="${y + 4}" text-anchor="end">${label}</text>${whisker}<circle cx="${x(value)}" cy="${y}" r="5" fill="${colour}"/><text class="soft" x="${LABEL + PLOT + 12}" y="${y + 4}">${percent(value)}${note ? ` ${note}` : ''}</text>`;
  });
  return frame(title, height + AXIS, [shade, grid, drawn]);
}

/** How much of a whole, one row each. */
export function shares(
  title: string,
  rows: readonly { label: string; part: number; whole: number }[],
): Markup {
  const drawn = rows.map(({ label, part, whole }, row) => {
    const y = TOP + row * ROW;
    const length = whole === 0 ? 0 : (part / whole) * PLOT;
    return markup`<text x="${LABEL - 12}" y="${y + 14}" text-anchor="end">${label}</text><rect x="${LABEL}" y="${y + 2}" width="${PLOT}" height="16" rx="3" fill="#edf0f5"/><rect x="${LABEL}" y="${y + 2}" width="${round(length)}" height="16" rx="3" fill="${COLOURS.blue}"/><text class="soft" x="${LABEL + PLOT + 12}" y="${y + 14}">${part} of ${whole}</text>`;
  });
  return frame(title, TOP + rows.length * ROW, drawn);
}

export function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

function legend(series: readonly Series[]): Markup {
  const entries = series.map(
    ({ name, colour }) => markup`<span><i style="background:${colour}"></i>${name}</span>`,
  );
  return markup`<div class="legend">${entries}</div>`;
}

/** @param title what a screen reader says of the picture. */
export function frame(title: string, height: number, contents: Parameters<typeof markup>[1]): Markup {
  return markup`<svg viewBox="0 0 ${WIDTH} ${round(height)}" role="img" aria-label="${title}">${contents}</svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
