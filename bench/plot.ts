/** Small plots as SVG, for documents: what is drawn is drawn plainly, and no library has to be kept. */

export interface LinePlot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
}

export interface Series {
  readonly name: string;
  /** Positive: both axes are logarithmic. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface BarPlot {
  readonly title: string;
  readonly y: string;
  readonly bars: readonly (readonly [label: string, value: number])[];
}

const WIDTH = 720;
const HEIGHT = 400;
const FRAME = { left: 80, right: 130, top: 48, bottom: 56 };
const INNER = { width: WIDTH - FRAME.left - FRAME.right, height: HEIGHT - FRAME.top - FRAME.bottom };
const LABEL_HEIGHT = 15;
/** Told apart by people who do not see all colours, too (Okabe and Ito, 2008). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00'];

/** Both axes logarithmic: what grows in step is a straight line. */
export function linePlot({ title, x, y, series }: LinePlot): string {
  const points = series.flatMap((one) => one.points);
  const across = logScale(
    points.map(([value]) => value),
    FRAME.left,
    FRAME.left + INNER.width,
  );
  const up = logScale(
    points.map(([, value]) => value),
    FRAME.top + INNER.height,
    FRAME.top,
  );
  const placed = series.map(({ name, points: path }, index) => ({
    name,
    colour: COLOURS[index % COLOURS.length] ?? 'black',
    at: path.map(([px, py]) => [across.place(px), up.place(py)] as const),
  }));
  const lines = placed.flatMap(({ colour, at }) => [
    `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${at.map((point) => point.map(round).join(',')).join(' ')}"/>`,
    ...at.map(([cx, cy]) => `<circle cx="${round(cx)}" cy="${round(cy)}" r="3.5" fill="${colour}"/>`),
  ]);
  let above = Number.NEGATIVE_INFINITY;
  const labels = placed
    .map(({ name, colour, at }) => ({ name, colour, end: at.at(-1) ?? ([0, 0] as const) }))
    .sort((one, other) => one.end[1] - other.end[1])
    .map(({ name, colour, end: [endX, endY] }) => {
      above = Math.max(endY + 4, above + LABEL_HEIGHT);
      return text(endX + 10, above, name, `fill="${colour}"`);
    });
  return svg(title, [...horizontal(up), ...vertical(across), ...axisTitles(x, y), ...lines, ...labels]);
}

/** Zeroes cannot be shown. Its axis is logarithmic, since what is compared may differ a thousandfold; each bar has its value on it. */
export function barPlot({ title, y, bars }: BarPlot): string {
  const values = bars.map(([, value]) => value);
  const up = logScale(
    [...values, Math.min(...values) / 2], // or the smallest might be no bar at all
    FRAME.top + INNER.height,
    FRAME.top + 16,
  );
  const step = (INNER.width + FRAME.right - 30) / bars.length;
  const drawn = bars.flatMap(([label, value], index) => {
    const left = FRAME.left + step * (index + 0.2);
    const top = up.place(value);
    const middle = left + step * 0.3;
    return [
      `<rect x="${round(left)}" y="${round(top)}" width="${round(step * 0.6)}" height="${round(FRAME.top + INNER.height - top)}" fill="${COLOURS[0]}"/>`,
      text(middle, top - 6, short(value), 'text-anchor="middle"'),
      text(middle, FRAME.top + INNER.height + 20, label, 'text-anchor="middle"'),
    ];
  });
  return svg(title, [...horizontal(up, INNER.width + FRAME.right - 30), ...axisTitles('', y), ...drawn]);
}

interface Scale {
  place(value: number): number;
  readonly ticks: readonly number[];
}

/** Whole powers of ten around the values. */
function logScale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    place: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
  };
}

function horizontal(scale: Scale, width = INNER.width): string[] {
  return scale.ticks.flatMap((tick) => [
    line(FRAME.left, scale.place(tick), FRAME.left + width, scale.place(tick)),
    text(FRAME.left - 8, scale.place(tick) + 4, short(tick), 'text-anchor="end"'),
  ]);
}

function vertical(scale: Scale): string[] {
  const bottom = FRAME.top + INNER.height;
  return scale.ticks.flatMap((tick) => [
    line(scale.place(tick), FRAME.top, scale.place(tick), bottom),
    text(scale.place(tick), bottom + 20, short(tick), 'text-anchor="middle"'),
  ]);
}

function axisTitles(x: string, y: string): string[] {
  const middle = FRAME.top + INNER.height / 2;
  return [
    text(FRAME.left + INNER.width / 2, HEIGHT - 12, x, 'text-anchor="middle"'),
    text(20, middle, y, `text-anchor="middle" transform="rotate(-90 20 ${middle})"`),
  ];
}

function svg(title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" fill="#222" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    text(FRAME.left, 26, title, 'font-size="16"'),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="#ddd"/>`;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function short(value: number): string {
  if (value >= 1e6) return `${round(value / 1e6)}M`;
  if (value >= 1e3) return `${round(value / 1e3)}k`;
  return String(value >= 10 ? Math.round(value) : round(value));
}
