import type { ApiProcess } from '../../support/processes.js';
import type { RestClient } from '../../support/rest-client.js';
import type { Service } from '../../support/service.js';

/**
 * The servers and the API that all tests with one broker share, because they take seconds to start. Each test starts
 * its own workers.
 */
export interface Stage {
  readonly service: Service;
  readonly api: ApiProcess;
  readonly client: RestClient;
}
