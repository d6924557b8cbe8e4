import type { Handler } from './rest/call.js';
import { jsonResponse } from './rest/json-response.js';
import type { Services } from './services.js';

/** `GET /healthz`: the process lives. */
export const showHealth: Handler = () => answer(200, { status: 'ok' });

/** `GET /readyz`: 503 only while MySQL cannot be used, or the process is stopping. */
export function createReadiness(services: Pick<Services, 'health' | 'broker'>): Handler {
  return async () => {
    const stopping = services.health.isShuttingDown();
    const [mysql, source] = await Promise.all([services.health.mysql(), services.health.source?.()]);
    const checks = {
      mysql,
      broker: services.broker.isUp() ? 'up' : 'down',
      ...(source === undefined ? {} : { source }),
      ...(stopping ? { process: 'shutting down' } : {}),
    };
    if (stopping || checks.mysql !== 'up') return answer(503, { status: 'unavailable', checks });
    const isDegraded = checks.broker !== 'up' || checks.source === 'down';
    return answer(200, { status: isDegraded ? 'degraded' : 'ok', checks });
  };
}

function answer(status: number, body: object): Response {
  return jsonResponse(body, { status, headers: { 'cache-control': 'no-store' } });
}
