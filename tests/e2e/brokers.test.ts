/**
 * Tests that must hold with each broker, in real processes that are killed, frozen and separated from their servers.
 */
import { afterAll, beforeAll, describe } from '@jest/globals';
import { BROKERS } from '../../src/adapters/broker-url.js';
import { startApi } from '../support/processes.js';
import { createRestClient } from '../support/rest-client.js';
import { startServiceServers, type Service } from '../support/service.js';
import { rabbitMqFaults } from './brokers/rabbitmq-faults.js';
import { reportKinds } from './brokers/report-kinds.js';
import { serverFaults } from './brokers/server-faults.js';
import type { Stage } from './brokers/stage.js';
import { workerFaults } from './brokers/worker-faults.js';

describe.each(BROKERS)('with %s', (broker) => {
  let service: Service;
  let stage: Stage;

  beforeAll(async () => {
    service = await startServiceServers(broker);
    const api = await startApi({ env: service.env });
    stage = { service, api, client: createRestClient(api.url) };
  });
  afterAll(async () => {
    await stage?.api.kill('SIGKILL');
    await service?.close();
  });

  workerFaults(() => stage);
  reportKinds(() => stage);
  serverFaults(() => stage);
  if (broker === 'rabbitmq') rabbitMqFaults(() => stage); // last, because they change its settings
});
