/** Takes a message and never acknowledges it, until a test kills this process. Usage: doomed-consumer.ts URL */
import { connectMessaging } from '../../src/adapters/connect-messaging.js';

const [, , url = ''] = process.argv;
const silent = (): void => {};
const logger = { debug: silent, info: silent, warn: silent, error: silent };

const { broker } = connectMessaging({ url, queueName: 'posts-report', logger });
broker.consume(
  ({ jobId, attempt }) => {
    process.stdout.write(`${jobId}-${attempt}\n`);
    return new Promise(() => {});
  },
  { concurrency: 1 },
);
