import { z } from 'zod';
import { json, openOperation } from './openapi/describe.js';
import type { Services } from './services.js';
import { json as jsonAnswer, type Answer } from './web/answer.js';
import type { Handler, Route } from './web/route.js';

const healthSchema = z.strictObject({ status: z.literal('ok') });

const readinessSchema = z
  .strictObject({
    status: z.enum(['ok', 'degraded', 'unavailable']),
    checks: z.strictObject({
      mysql: z.enum(['up', 'down', 'not migrated', 'read-only', 'unusable']),
      broker: z.enum(['up', 'down']),
      source: z
        .enum(['up', 'down'])
        .optional()
        .meta({ description: 'The state of the source; only with SOURCE_DATABASE_URL.' }),
      process: z.literal('shutting down').optional(),
    }),
  })
  .meta({ id: 'Readiness', example: { status: 'degraded', checks: { mysql: 'up', broker: 'down' } } });

type HealthDeps = Pick<Services, 'health' | 'broker'>;

/** `/healthz`: 200 while the process lives. `/readyz`: 503 while MySQL cannot be used or the process is stopping. */
export function createHealthRoutes(deps: HealthDeps): readonly Route[] {
  const alive = openOperation('isAlive', 'Whether the process is alive', {
    200: json('The process is alive.', healthSchema),
  });
  const ready = openOperation(
    'isReady',
    'Whether requests can be served',
    {
      200: json('Requests can be served.', readinessSchema),
      503: json('Requests cannot be served.', readinessSchema),
    },
    '503 only while MySQL cannot be used (down, not migrated, read-only, or without a setting or right that the service needs) or the process is stopping. A broker that is down does not matter.',
  );
  return [
    {
      path: '/healthz',
      open: true,
      isQuiet: true,
      get: { description: alive, handle: () => answer(200, { status: 'ok' }) },
    },
    { path: '/readyz', open: true, isQuiet: true, get: { description: ready, handle: readiness(deps) } },
  ];
}

function readiness({ health, broker }: HealthDeps): Handler {
  return async () => {
    const stopping = health.isShuttingDown();
    const [mysql, source] = await Promise.all([health.mysql(), health.source?.()]);
    const checks = {
      mysql,
      broker: broker.isUp() ? 'up' : 'down',
      ...(source === undefined ? {} : { source }),
      ...(stopping ? { process: 'shutting down' } : {}),
    };
    if (stopping || checks.mysql !== 'up') return answer(503, { status: 'unavailable', checks });
    const isDegraded = checks.broker !== 'up' || checks.source === 'down';
    return answer(200, { status: isDegraded ? 'degraded' : 'ok', checks });
  };
}

function answer(status: number, body: object): Answer {
  return jsonAnswer(body, { status, headers: { 'cache-control': 'no-store' } });
}
