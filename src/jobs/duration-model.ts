/** What one job of a known size took. */
export interface MeasuredDuration {
  readonly ms: number;
  readonly rows: number;
}

/** Duration = `fixedMs` + rows × `msPerRow`, for the sizes from which it was made. */
export interface DurationModel {
  readonly fixedMs: number;
  readonly msPerRow: number;
  readonly fewestRows: number;
  readonly mostRows: number;
}

/** Beyond this factor outside the measured sizes, a pace that was mostly fixed cost would be multiplied. */
const REACH = 3;

/** Sizes that differ by less than this factor do not separate fixed cost from pace. */
const SPREAD = 2;

/**
 * A line through the durations by the median of slopes (Theil 1950, Sen 1968), so that outliers do not move it. Each
 * slope weighs as much as its two sizes differ: between jobs of about one size it is noise. Null without durations.
 */
export function fitDurations(durations: readonly MeasuredDuration[]): DurationModel | null {
  if (durations.length === 0) return null;
  const sizes = durations.map(({ rows }) => rows);
  const [fewestRows, mostRows] = [Math.min(...sizes), Math.max(...sizes)];
  const wholePace =
    weightedMedian(durations.map(({ ms, rows }) => ({ value: ms / rows, weight: rows }))) ?? 0;
  // The fixed cost is not negative, so no pace is above that of the whole duration.
  const slope = mostRows < fewestRows * SPREAD ? wholePace : (weightedMedian(slopesOf(durations)) ?? 0);
  const msPerRow = Math.max(0, Math.min(slope, wholePace));
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

/** Null for a size that the model was not made for. */
export function modeledMs(model: DurationModel, rows: number): number | null {
  if (rows > model.mostRows * REACH || rows < model.fewestRows / REACH) return null;
  return model.fixedMs + rows * model.msPerRow;
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** The mean without the tenth at either end. Null without values. */
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
