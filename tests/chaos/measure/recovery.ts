import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/waiting.js';
import { WORKERS } from '../fault-plan.js';
import { quantiles } from '../figures.js';
import { holdReports, query, requestJob, untilAllEnded, type Measurement } from './measurement.js';

const ROUNDS = 20;
const JOBS_PER_ROUND = 3;

/** Of a worker that runs jobs; nothing else happens. */
export const recovery: Measurement = {
  what: 'kill -9 of a worker → its jobs run elsewhere',
  env: { JOB_MAX_ATTEMPTS: '10' },
  async measure({ stage, client, say }) {
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const release = holdReports(stage);
      const ids = await Promise.all(Array.from({ length: JOBS_PER_ROUND }, () => requestJob(client)));
      const running = () =>
        query<{ id: string; epoch: number; pid: string }>(
          stage,
          `SELECT j.id, j.epoch, SUBSTRING_INDEX(SUBSTRING_INDEX(a.worker, ':', 2), ':', -1) AS pid
           FROM report_jobs j JOIN report_job_attempts a ON a.job_id = j.id AND a.number = j.epoch
           WHERE j.id IN (?) AND j.status = 'RUNNING'`,
          [ids],
        );
      await until(async () => (await running()).length === ids.length);
      await delay(300 + Math.random() * 1000); // anywhere between two heartbeats
      const victim = WORKERS[round % WORKERS.length];
      const worker = victim && stage.processes.get(victim);
      const pid = String(worker?.pid);
      const lost = (await running()).filter((job) => job.pid === pid);
      const killedAt = Date.now();
      worker?.end('SIGKILL');
      const again = () =>
        query<{ startedAt: number }>(
          stage,
          `SELECT CAST(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', started_at) DIV 1000 AS DOUBLE) AS startedAt
           FROM report_job_attempts WHERE (job_id, number) IN (?)`,
          [lost.map(({ id, epoch }) => [id, epoch + 1])],
        );
      if (lost.length > 0) {
        await until(async () => (await again()).length === lost.length);
        took.push(...(await again()).map(({ startedAt }) => startedAt - killedAt));
      }
      release();
      await untilAllEnded(stage);
      say(`round ${round + 1} of ${ROUNDS}: ${lost.length} jobs lost their worker`);
    }
    const ms = quantiles(took);
    return { ok: (ms.p50 ?? 0) <= 5000 && (ms.p99 ?? 0) <= 8000, figures: { kills: ROUNDS, ms } };
  },
};
