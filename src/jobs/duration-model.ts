/** How long a job of a known size ran. */
export interface MeasuredDuration {
  readonly ms: number;
  readonly rows: number;
}

/** Duration = `fixedMs` + rows × `msPerRow`, valid for the sizes from which it was made. */
export interface DurationModel {
  readonly fixedMs: number;
  readonly msPerRow: number;
  readonly fewestRows: number;
  readonly mostRows: number;
}

/**
 * How far outside the measured sizes the model is used, as a factor. Further away, an error in the fixed cost would be
 * multiplied.
 */
const REACH = 3;

/** With sizes that differ by less than this factor, fixed cost and pace cannot be separated. */
const SPREAD = 2;

/**
 * Fits a line through the durations by the median of slopes (Theil 1950, Sen 1968), which outliers do not move. Each
 * slope is weighted by the difference of its two sizes, because between jobs of similar size it is noise. Among jobs of
 * similar size the fixed cost is taken to be 0. Null without durations.
 */
export function fitDurations(durations: readonly MeasuredDuration[]): DurationModel | null {
  if (durations.length === 0) return null;
  const sizes = durations.map(({ rows }) => rows);
  const [fewestRows, mostRows] = [Math.min(...sizes), Math.max(...sizes)];
  const wholePace =
    weightedMedian(durations.map(({ ms, rows }) => ({ value: ms / rows, weight: rows }))) ?? 0;
  if (mostRows < fewestRows * SPREAD) return { fixedMs: 0, msPerRow: wholePace, fewestRows, mostRows };
  // The fixed cost cannot be negative, so the slope is at most the pace of the whole duration.
  const msPerRow = Math.max(0, Math.min(weightedMedian(slopesOf(durations)) ?? 0, wholePace));
  const fixedMs = Math.max(0, median(durations.map(({ ms, rows }) => ms - rows * msPerRow)) ?? 0);
  return { fixedMs, msPerRow, fewestRows, mostRows };
}

function slopesOf(durations: readonly MeasuredDuration[]): readonly Weighted[] {
  return durations.flatMap((one, index) =>
    durations.slice(index + 1).map((other) => ({
      value: (one.ms - other.ms) / (one.rows - other.rows),
      weight: Math.abs(one.rows - other.rows),
    })),
  );
}

/** Null without a model, and for a size outside its range. */
export function modeledMs(model: DurationModel | null, rows: number): number | null {
  if (model === null) return null;
  if (rows > model.mostRows * REACH || rows < model.fewestRows / REACH) return null;
  return model.fixedMs + rows * model.msPerRow;
}

/** With an even number of values, the mean of the two in the middle. Null without values. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [upper, lower] = [sorted[Math.floor(sorted.length / 2)], sorted[Math.ceil(sorted.length / 2) - 1]];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** The mean without the lowest and the highest tenth. Null without values. */
export function trimmedMean(values: readonly number[]): number | null {
  const cut = Math.round(values.length / 10);
  const kept = values.toSorted((a, b) => a - b).slice(cut, values.length - cut);
  return kept.length === 0 ? null : kept.reduce((sum, value) => sum + value, 0) / kept.length;
}

interface Weighted {
  readonly value: number;
  readonly weight: number;
}

function weightedMedian(values: readonly Weighted[]): number | null {
  const sorted = values.filter(({ weight }) => weight > 0).toSorted((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let below = 0;
  return sorted.find(({ weight }) => (below += weight) >= half)?.value ?? null;
}
