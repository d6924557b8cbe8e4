import { inTime } from './in-time.js';

/** Below 1 s, the default timeout of a readiness probe. */
const SOON_MS = 800;

/** Returns the result of the check, or `down` when the check takes longer than a readiness probe waits. */
export async function downUnlessSoon<State>(check: Promise<State>): Promise<State | 'down'> {
  return (await inTime(check, SOON_MS)) ? await check : 'down';
}
