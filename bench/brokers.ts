import { findProgram } from '../scripts/servers/programs.mjs';
import type { BrokerName } from '../src/adapters/broker-url.js';
import type { BenchContext } from './claim.js';

/** The requested brokers whose programs are installed or can be downloaded. */
export async function brokersToMeasure({ brokers, say }: BenchContext): Promise<BrokerName[]> {
  const found: BrokerName[] = [];
  for (const broker of brokers) {
    try {
      await findProgram(broker === 'rabbitmq' ? 'rabbitmq' : 'redis', { log: say });
      found.push(broker);
    } catch (error) {
      say(`left out ${broker}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return found;
}
