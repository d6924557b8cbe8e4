import { afterAll, beforeAll } from '@jest/globals';
import { createCheckout, startEnvironment, type Checkout, type Command } from './checkout.js';

type Environment = Readonly<Record<string, string>>;

/** Runs `npm start` in a new checkout for the tests of a `describe`. */
export function useStartedCheckout(given: Environment = {}, options?: { readonly compiled: boolean }) {
  let checkout: Checkout;
  let env: Environment;
  let command: Command;

  /** Runs `npm start` again after the command has ended. */
  async function start(more: Environment = {}): Promise<void> {
    command = checkout.run('npm', ['start'], { ...env, ...more });
    await command.waitForOutput(/The service is ready/);
  }

  beforeAll(async () => {
    checkout = await createCheckout(options);
    env = { ...(await startEnvironment()), ...given };
    await start();
  }, 300_000);
  afterAll(async () => {
    command.process.kill('SIGTERM');
    await command.ended;
    checkout.remove();
  });

  return {
    start,
    /** Runs a command in the checkout while the service runs. */
    run: (program: string, args: readonly string[]) => checkout.run(program, args, env),
    service: () => checkout.service(),
    get dir() {
      return checkout.dir;
    },
    get env() {
      return env;
    },
    get command() {
      return command;
    },
  };
}
