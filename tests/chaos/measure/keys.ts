import { quantiles } from '../figures.js';
import { APIS } from '../fault-plan.js';
import { codeOf, countBy, ownFilter, query, untilAllEnded, type Measurement } from './measurement.js';

const KEYS = 1000;
const DUPLICATES = 50;
const KEYS_AT_A_TIME = 4;

/** Half of the duplicates while the job is open, half when it is over: then only the key holds them together. */
export const keys: Measurement = {
  what: `${KEYS} keys × ${DUPLICATES} parallel duplicates`,
  async measure({ stage, client, say }) {
    const filters = Array.from({ length: KEYS }, ownFilter);
    const idsOf = filters.map(() => new Set<string>());
    const codes: string[] = [];
    const waits: number[] = [];
    for (const half of [1, 2]) {
      const waiting = filters.entries();
      const ask = async (): Promise<void> => {
        for (const [index, filter] of waiting) {
          await Promise.all(
            Array.from({ length: DUPLICATES / 2 }, async (_, copy) => {
              const at = performance.now();
              const outcome = await client.request(APIS[copy % APIS.length] ?? 'api-1', {
                door: copy % 5 === 0 ? 'graphql' : 'rest',
                filter,
                key: `key-${index}`,
                maxAgeSeconds: 0,
              });
              waits.push(performance.now() - at);
              codes.push(codeOf(outcome));
              if (outcome.phase === 'ok' && outcome.seen) idsOf[index]?.add(outcome.seen.jobId);
            }),
          );
        }
      };
      await Promise.all(Array.from({ length: KEYS_AT_A_TIME }, ask));
      say(`half ${half} of the duplicates is answered`);
      await untilAllEnded(stage);
    }
    const [row] = await query<{ jobs: number }>(stage, 'SELECT COUNT(*) AS jobs FROM report_jobs');
    const jobs = row?.jobs ?? 0;
    const split = idsOf.filter((ids) => ids.size !== 1).length;
    return {
      ok: jobs === KEYS && split === 0 && codes.every((code) => code === 'ok'),
      figures: {
        requests: codes.length,
        jobs,
        keysWithSeveralJobs: split,
        answers: countBy(codes),
        answerMs: quantiles(waits.map(Math.round)),
      },
    };
  },
};
