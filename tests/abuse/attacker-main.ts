/** Carries out each attack that `attacker.ts` sends, and sends back the attack's tally. */
import { setMaxListeners } from 'node:events';
import { ATTACKS } from './attacks/index.js';
import type { Order } from './attacker.js';

let over = new AbortController();

process.on('message', (message: Order | 'over') => {
  if (message === 'over') over.abort();
  else void carryOut(message);
});
process.on('disconnect', () => process.exit()); // the parent process has ended

async function carryOut({ attack: name, step, target }: Order): Promise<void> {
  const attack = ATTACKS.find((one) => one.name === name);
  if (attack === undefined) throw new Error(`There is no attack ${name}`);
  const tally = { served: 0, refused: 0, failed: 0 };
  over = new AbortController();
  setMaxListeners(0, over.signal); // each connection adds a listener
  if (step === 'prepare') await attack.prepare?.({ ...target, tally });
  else await attack.run({ ...target, tally }, over.signal);
  process.send?.(tally);
}
