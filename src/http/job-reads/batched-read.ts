import DataLoader from 'dataloader';
import type { EndTurn, Turns } from './fair-turns.js';

interface BatchedRead<Key, Value> {
  /** Values in the order of the keys; an Error is the outcome of one key. */
  readonly read: (keys: readonly Key[]) => Promise<readonly (Value | Error)[]>;
  /**
   * A call shares the read of an equal key that is under way. Undefined when a call must see what was written before it:
   * then it shares only a read that has not begun.
   */
  readonly keyOf?: (key: Key) => string;
}

/** One read of a database for all calls that come before its turn begins. */
export function batchedRead<Key, Value>(
  turns: Pick<Turns, 'begin' | 'failed'>,
  { read, keyOf }: BatchedRead<Key, Value>,
): (key: Key) => Promise<Value> {
  let turn: Promise<EndTurn>;
  const loader = new DataLoader<Key, Value>(
    async (keys) => {
      try {
        const end = await turn;
        return await read(keys).finally(end);
      } catch (error) {
        turns.failed(error);
        throw error;
      }
    },
    {
      // Calls that find their key in the cache of DataLoader (2.2.3) schedule a batch that never comes here, so that its
      // turn would not end.
      cache: false,
      batchScheduleFn: (dispatch) => {
        turn = turns.begin();
        // What the same turn of the event loop still asks for belongs to the batch.
        turn.then(() => setImmediate(dispatch), dispatch);
      },
    },
  );
  return keyOf === undefined ? (key) => loader.load(key) : sharing((key) => loader.load(key), keyOf);
}

/** Calls with equal keys share the one that is under way. */
function sharing<Key, Value>(
  load: (key: Key) => Promise<Value>,
  keyOf: (key: Key) => string,
): (key: Key) => Promise<Value> {
  const underWay = new Map<string, Promise<Value>>();
  return (key) => {
    const name = keyOf(key);
    const present = underWay.get(name);
    if (present !== undefined) return present;
    const loading = load(key).finally(() => underWay.delete(name));
    underWay.set(name, loading);
    return loading;
  };
}
