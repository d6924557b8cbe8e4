import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { startRabbitMqCluster } from '../../../scripts/servers/rabbitmq-cluster.mjs';
import { ApiClient } from '../api-client.js';
import type { BrokerName } from '../fault-plan.js';
import { Recorder } from '../history.js';
import { startStage } from '../stage.js';
import { makeTree } from '../tree.js';
import { brokerAway } from './broker-away.js';
import { cluster } from './cluster.js';
import { deadBus } from './dead-bus.js';
import { disconnects } from './disconnects.js';
import { fullDisk } from './full-disk.js';
import { keys } from './keys.js';
import type { Measured, Measurement } from './measurement.js';
import { observers } from './observers.js';
import { poison } from './poison.js';
import { recovery } from './recovery.js';
import { restarts } from './restarts.js';
import { retries } from './retries.js';

export const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  recovery,
  keys,
  retries,
  'broker-away': brokerAway,
  observers,
  'dead-bus': deadBus,
  disconnects,
  poison,
  restarts,
  cluster,
  'full-disk': fullDisk,
};

export async function runMeasurement(
  name: string,
  { dir, seed, broker, say }: { dir: string; seed: number; broker: BrokerName; say: (line: string) => void },
): Promise<Measured> {
  const measurement = MEASUREMENTS[name];
  if (measurement === undefined) throw new Error(`There is no measurement ${name}`);
  mkdirSync(dir, { recursive: true });
  await makeTree(join(dir, 'tree'), measurement.patches ?? []);
  const recorder = new Recorder(join(dir, 'history.jsonl'));
  const nodes =
    measurement.onCluster && (await startRabbitMqCluster({ dir: join(dir, 'cluster'), log: say }));
  const env = { ...measurement.env, ...(nodes && { BROKER_URL: nodes.url }) };
  const through = measurement.mariaDbThrough && { mariaDbThrough: measurement.mariaDbThrough };
  const stage = await startStage({ dir, seed, broker, recorder, env, ...through }).catch(
    async (error: unknown) => {
      await nodes?.stop();
      throw error;
    },
  );
  try {
    say(measurement.what);
    return await measurement.measure({
      stage,
      client: new ApiClient(stage.apiUrls, recorder),
      recorder,
      ...(nodes && { cluster: nodes }),
      say,
    });
  } finally {
    await stage.close();
    await nodes?.stop();
    await recorder.close();
  }
}
