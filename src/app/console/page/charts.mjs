/** Charts of few numbers, drawn once: each names what it shows, and every mark says its own value when pointed at. Bars, which
 * are many, can be read as a table too, by whoever points at nothing. */
import { h, svg, table, unfold } from './dom.mjs';

const WIDTH = 720;
/** Few bars are not made to fill the width. */
const WIDEST = 72;
const COLOURS = ['blue', 'green', 'amber', 'red', 'violet'];

function figure(title, note, drawing, { legend = [], colours = COLOURS, newest = false, numbers } = {}) {
  return h(
    'figure',
    null,
    h('figcaption', null, title, note && h('small', null, note)),
    h('div', { class: newest ? 'plot newest' : 'plot' }, drawing),
    legend.length > 1 &&
      h(
        'p',
        { class: 'legend' },
        legend.map((name, i) => h('span', null, h('i', { class: colours[i] }), name)),
      ),
    numbers && unfold('In numbers', numbers),
  );
}

const picture = (height, label, ...marks) =>
  svg('svg', { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-label': label }, marks);

/** On a telephone a line of a chart has its label above it, so that both are seen at once. */
const NARROW = 340;
const isNarrow = () => innerWidth <= 760;
const stacked = (height, label, ...marks) =>
  svg(
    'svg',
    { viewBox: `0 0 ${NARROW} ${height}`, role: 'img', 'aria-label': label, class: 'stacked' },
    marks,
  );

const mark = (tag, attributes, says) => svg(tag, attributes, svg('title', null, says));

/**
 * Bars over time, upwards what adds and downwards what takes away.
 * @param columns `{ label, values: number[] }`, one value for each of `names`, in its colour.
 */
export function bars({ title, note, names, colours = COLOURS, columns, say = String }) {
  const height = 220;
  const [top, bottom] = [14, 26];
  const up = Math.max(...columns.map(({ values }) => sum(values.filter((value) => value > 0))), 0);
  const down = Math.max(...columns.map(({ values }) => -sum(values.filter((value) => value < 0))), 0);
  if (up + down === 0) return figure(title, note, h('p', { class: 'soft' }, 'Nothing yet.'));
  const scale = (height - top - bottom) / (up + down);
  const zero = top + up * scale;
  const step = Math.min(WIDTH / columns.length, WIDEST);
  const every = Math.ceil(columns.length / 12);
  const drawn = columns.map(({ label, values }, column) => {
    let [above, below] = [zero, zero];
    const x = column * step + step * 0.15;
    const rects = values.map((value, i) => {
      const size = Math.abs(value) * scale;
      if (size === 0) return null;
      const y = value > 0 ? (above -= size) : (below += size) - size;
      const box = { x, y, width: step * 0.7, height: Math.max(size, 1), class: colours[i] };
      return mark('rect', box, `${label}, ${names[i]}: ${say(value)}`);
    });
    const text = { x: x + step * 0.35, y: height - 8, 'text-anchor': 'middle' };
    return [rects, column % every === 0 && svg('text', text, label)];
  });
  const line = svg('line', { x1: 0, x2: WIDTH, y1: zero, y2: zero, class: 'axis' });
  // How high the highest is: without it nobody knows what a bar stands for.
  const highest = up > 0 && [
    svg('line', { x1: 0, x2: WIDTH, y1: top, y2: top, class: 'diagonal' }),
    svg('text', { x: WIDTH, y: top - 4, 'text-anchor': 'end', class: 'soft' }, say(up)),
  ];
  return figure(title, note, picture(height, title, highest, drawn, line), {
    numbers: table(
      [
        ['Of', ({ label }) => label],
        ...names.map((name, i) => [name, ({ values }) => say(values[i]), 'number']),
      ],
      columns,
    ),
    legend: names,
    colours,
    newest: columns.length * WIDEST >= WIDTH,
  });
}

/** Figures that change step by step, as lines. @param series `{ name, values }`, a value for each step or null. */
export function lines({ title, note, series, say = String }) {
  const height = 220;
  const known = series.flatMap(({ values }) => values).filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const steps = Math.max(...series.map(({ values }) => values.length), 2);
  const x = (step) => 60 + (step / (steps - 1)) * (WIDTH - 70);
  const y = (value) => height - 24 - ((value - low) / (high - low || 1)) * (height - 44);
  const drawn = series.map(({ name, values }, i) => {
    const points = values.flatMap((value, step) => (value === null ? [] : [`${x(step)},${y(value)}`]));
    const last = values.findLast((value) => value !== null);
    return mark(
      'polyline',
      { points: points.join(' '), class: `trace ${COLOURS[i]}` },
      `${name}: ${last === undefined ? 'not known' : say(last)} at last`,
    );
  });
  const ends = [low, high].map((value) => svg('text', { x: 0, y: y(value) + 4, class: 'soft' }, say(value)));
  return figure(title, note, picture(height, title, drawn, ends), { legend: series.map(({ name }) => name) });
}

/**
 * Shares against shares, both from 0 to 1, with the diagonal on which a guess or a promise lies.
 * @param points `{ x, y, says }`, joined in their order.
 */
export function square({ title, note, across, up, points }) {
  const [size, left, top] = [260, 42, 10];
  const at = ({ x, y }) => [left + x * size, top + (1 - y) * size];
  const [[x0, y0], [x1, y1]] = [at({ x: 0, y: 0 }), at({ x: 1, y: 1 })];
  const soft = (text, x, y, anchor) => svg('text', { x, y, 'text-anchor': anchor, class: 'soft' }, text);
  const drawn = svg(
    'svg',
    { viewBox: `0 0 ${size + left + 14} ${size + 48}`, role: 'img', 'aria-label': title, class: 'square' },
    svg('rect', { x: x0, y: y1, width: size, height: size, fill: 'none', class: 'axis' }),
    svg('line', { x1: x0, y1: y0, x2: x1, y2: y1, class: 'diagonal' }),
    svg('polyline', { points: points.map((point) => at(point).join(',')).join(' '), class: 'trace blue' }),
    points.map((point) => {
      const [cx, cy] = at(point);
      return mark('circle', { cx, cy, r: 4.5, class: 'blue' }, point.says);
    }),
    soft('0', x0 - 6, y0 + 4, 'end'),
    soft('1', x0 - 6, y1 + 8, 'end'),
    soft('0', x0, y0 + 16, 'middle'),
    soft('1', x1, y0 + 16, 'middle'),
    soft(across, left + size / 2, y0 + 34, 'middle'),
    svg(
      'text',
      {
        x: 0,
        y: 0,
        'text-anchor': 'middle',
        class: 'soft',
        transform: `translate(14 ${top + size / 2}) rotate(-90)`,
      },
      up,
    ),
  );
  return figure(title, note, drawn);
}

/** How a column is spread, so small that it fits in a cell. @param columns `{ value, says }`. */
export function spark(label, columns) {
  const [width, height] = [150, 34];
  const most = Math.max(...columns.map(({ value }) => value), 1);
  const step = Math.min(width / columns.length, 25);
  const rects = columns.map(({ value, says }, i) => {
    const size = (value / most) * (height - 1);
    const box = { x: i * step, y: height - size, width: step * 0.85, height: size, class: 'blue' };
    return mark('rect', box, says);
  });
  return svg(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label, class: 'spark' },
    rects,
  );
}

/** What is left at each step of the first, as bars that shrink. @param steps `{ label, value }`. */
export function funnel({ title, note, steps }) {
  const narrow = isNarrow();
  const most = Math.max(...steps.map(({ value }) => value ?? 0), 1);
  const rows = steps.map(({ label, value }, i) => {
    const y = i * 34 + 4;
    const width = ((value ?? 0) / most) * ((narrow ? NARROW : WIDTH) - 230);
    return [
      svg('text', { x: 0, y: y + 17 }, label),
      mark(
        'rect',
        { x: 130, y, width: Math.max(width, 1), height: 24, rx: 4, class: 'blue' },
        `${label}: ${value ?? 'not known'}`,
      ),
      svg(
        'text',
        { x: 138 + Math.max(width, 1), y: y + 17, class: 'soft' },
        value === null ? 'not known' : String(value),
      ),
    ];
  });
  return figure(title, note, (narrow ? stacked : picture)(steps.length * 34 + 6, title, rows));
}

/** Estimates with their intervals beside zero. @param rows `{ label, estimate, interval, mood }`. @param fromZero draws what has no interval as its distance. */
export function forest({ title, note, rows, say, fromZero = false }) {
  const bound =
    Math.max(
      ...rows.flatMap(({ estimate, interval }) => [estimate, ...(interval ?? [])]).map(Math.abs),
      0.01,
    ) * 1.1;
  const narrow = isNarrow();
  const [left, width, step] = narrow ? [8, NARROW - 16, 50] : [290, WIDTH - 310, 34];
  const at = (value) => left + ((Math.max(-bound, Math.min(bound, value)) + bound) / (2 * bound)) * width;
  const height = rows.length * step + 26;
  const drawn = rows.map(({ label, estimate, interval, mood }, i) => {
    const y = i * step + (narrow ? 36 : 18);
    const line = interval ?? (fromZero && [0, estimate]);
    const says = `${label}: ${say(estimate)}${interval ? `, ${say(interval[0])} to ${say(interval[1])}` : ''}`;
    return [
      svg('text', { x: 0, y: narrow ? y - 14 : y + 4 }, label),
      line &&
        mark('line', { x1: at(line[0]), x2: at(line[1]), y1: y, y2: y, class: `whisker ${mood}` }, says),
      mark('circle', { cx: at(estimate), cy: y, r: 5, class: mood }, says),
    ];
  });
  const axis = svg('line', { x1: at(0), x2: at(0), y1: 0, y2: height - 22, class: 'axis' });
  const ends = [-bound, 0, bound].map((value) =>
    svg(
      'text',
      {
        x: at(value),
        y: height - 4,
        'text-anchor': value < 0 ? 'start' : value > 0 ? 'end' : 'middle',
        class: 'soft',
      },
      say(value),
    ),
  );
  return figure(title, note, (narrow ? stacked : picture)(height, title, axis, drawn, ends));
}

/** A table whose cells are the darker the larger: `cell` answers `{ text, strength (0–1), says }` or null. */
export function heat({ title, note, columns, rows, cell }) {
  const cells = (row) =>
    columns.map((column) => {
      const { text = '', strength = 0, says } = cell(row, column) ?? {};
      const td = h('td', { class: 'number', title: says }, text);
      td.style.backgroundColor = `rgba(42, 91, 215, ${(strength * 0.5).toFixed(2)})`;
      return td;
    });
  const head = h(
    'tr',
    null,
    h('td'),
    columns.map(({ label }) => h('th', { class: 'number', scope: 'col' }, label)),
  );
  const body = rows.map((row) => h('tr', null, h('th', { scope: 'row' }, row.label), cells(row)));
  return figure(
    title,
    note,
    h(
      'div',
      { class: 'wide' },
      h('table', { class: 'heat' }, h('thead', null, head), h('tbody', null, body)),
    ),
  );
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
