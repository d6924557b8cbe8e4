import type { ApiProcess } from '../../support/processes.js';
import type { RestClient } from '../../support/rest-client.js';
import type { Service } from '../../support/service.js';

/** Servers and an API that all tests with one broker share, because they take seconds to start. Each starts its workers. */
export interface Stage {
  readonly service: Service;
  readonly api: ApiProcess;
  readonly client: RestClient;
}
