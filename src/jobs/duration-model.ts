/** How long a job ran, and how many rows it read. */
export interface MeasuredDuration {
  readonly ms: number;
  readonly rows: number;
}

/**
 * A job's duration in milliseconds = `fixedMs` + rows × `msPerRow`. Fitted to jobs with `fewestRows` to `mostRows`
 * rows.
 */
export interface DurationModel {
  readonly fixedMs: number;
  readonly msPerRow: number;
  readonly fewestRows: number;
  readonly mostRows: number;
}

/**
 * The model is valid from `fewestRows` / REACH to `mostRows` × REACH. Outside this range, an error in the fixed cost
 * would be multiplied.
 */
const REACH = 3;

/**
 * The fixed cost and the milliseconds per row cannot be separated when the largest job has less than SPREAD times the
 * rows of the smallest job.
 */
const SPREAD = 2;

/**
 * Fits a line through the durations. The slope is the weighted median of the slopes between all pairs of jobs (Theil
 * 1950, Sen 1968), because outliers do not move a median. The weight of a slope is the difference in rows between its
 * two jobs, because the slope between jobs of similar size is mostly noise. When all jobs are of similar size, the
 * fixed cost is taken to be 0. Returns null for an empty list.
 */
export function fitDurations(durations: readonly MeasuredDuration[]): DurationModel | null {
  if (durations.length === 0) return null;
  const sizes = durations.map(({ rows }) => rows);
  const [fewestRows, mostRows] = [Math.min(...sizes), Math.max(...sizes)];
  const wholePace =
    weightedMedian(durations.map(({ ms, rows }) => ({ value: ms / rows, weight: rows }))) ?? 0;
  if (mostRows < fewestRows * SPREAD) return { fixedMs: 0, msPerRow: wholePace, fewestRows, mostRows };
  // The fixed cost cannot be negative, so the slope is at most the median of the whole durations per row.
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

/** The modeled duration in milliseconds. Null without a model, and for a number of rows outside the model's range. */
export function modeledMs(model: DurationModel | null, rows: number): number | null {
  if (model === null) return null;
  if (rows > model.mostRows * REACH || rows < model.fewestRows / REACH) return null;
  return model.fixedMs + rows * model.msPerRow;
}

/** The median; with an even number of values, the mean of the two middle values. Null for an empty list. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [upper, lower] = [sorted[Math.floor(sorted.length / 2)], sorted[Math.ceil(sorted.length / 2) - 1]];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** The mean of the values without the lowest and the highest tenth. Null for an empty list. */
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
