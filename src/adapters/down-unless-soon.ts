import { inTime } from './in-time.js';

/** Probes of readiness give up after 1 s by default. */
const SOON_MS = 800;

/** What a check finds, or `down` when its server takes too long to answer. */
export async function downUnlessSoon<State>(check: Promise<State>): Promise<State | 'down'> {
  return (await inTime(check, SOON_MS)) ? await check : 'down';
}
