import type { Services } from './services.js';
import { json, type Answer } from './web/answer.js';
import type { Handler } from './web/route.js';

/** `GET /healthz`: the process lives. */
export const showHealth: Handler = () => answer(200, { status: 'ok' });

/** `GET /readyz`: 503 only while MySQL cannot be used, or the process is stopping. */
export function createReadiness(services: Pick<Services, 'health' | 'broker'>): Handler {
  return async () => {
    const stopping = services.health.isShuttingDown();
    const checks = {
      mysql: await services.health.mysql(),
      broker: services.broker.isUp() ? 'up' : 'down',
      ...(services.health.source === undefined ? {} : { source: await services.health.source() }),
      ...(stopping ? { process: 'shutting down' } : {}),
    };
    if (stopping || checks.mysql !== 'up') return answer(503, { status: 'unavailable', checks });
    const isDegraded = checks.broker !== 'up' || checks.source === 'down';
    return answer(200, { status: isDegraded ? 'degraded' : 'ok', checks });
  };
}

function answer(status: number, body: object): Answer {
  return json(body, { status, headers: { 'cache-control': 'no-store' } });
}
