import { APIS } from '../fault-plan.js';
import { codeOf, countBy, query, requestJob, untilAllEnded, type Measurement } from './measurement.js';

const JOBS = 20;
const PARALLEL = 50;

export const retries: Measurement = {
  what: `${PARALLEL} parallel retryJob on one FAILED job`,
  async measure({ stage, client, say }) {
    await query(stage, 'RENAME TABLE posts TO posts_elsewhere');
    const ids = await Promise.all(Array.from({ length: JOBS }, () => requestJob(client)));
    await untilAllEnded(stage);
    await query(stage, 'RENAME TABLE posts_elsewhere TO posts');
    const wins: number[] = [];
    const codes: string[] = [];
    for (const id of ids) {
      const outcomes = await Promise.all(
        Array.from({ length: PARALLEL }, (_, copy) =>
          client.change(
            APIS[copy % APIS.length] ?? 'api-1',
            'retry',
            copy % 3 === 0 ? 'graphql' : 'rest',
            id,
          ),
        ),
      );
      codes.push(...outcomes.map(codeOf));
      wins.push(outcomes.filter(({ phase }) => phase === 'ok').length);
    }
    say(`${ids.length} jobs retried`);
    await untilAllEnded(stage);
    const rows = await query<{ status: string; max_attempts: number }>(
      stage,
      'SELECT status, max_attempts FROM report_jobs',
    );
    const onceMore = rows.filter((job) => job.status === 'SUCCEEDED' && job.max_attempts === 6).length;
    return {
      ok: wins.every((count) => count === 1) && onceMore === JOBS,
      figures: {
        jobs: JOBS,
        newCycles: onceMore,
        winners: countBy(wins.map(String)),
        answers: countBy(codes),
      },
    };
  },
};
