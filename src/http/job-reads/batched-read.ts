import DataLoader from 'dataloader';
import type { Release, RequesterSlots } from '../fair-semaphore.js';

interface BatchedRead<Key, Value> {
  /** Values in the order of the keys; an Error is the outcome of one key. */
  readonly read: (keys: readonly Key[]) => Promise<readonly (Value | Error)[]>;
  /**
   * A call shares the read of an equal key that is under way. Undefined when a call must see what was written before it:
   * then it shares only a read that has not begun.
   */
  readonly keyOf?: (key: Key) => string;
}

/** Makes one read of the database for all calls that arrive before the read has a slot. */
export function batchedRead<Key, Value>(
  slots: Pick<RequesterSlots, 'acquire' | 'failed'>,
  { read, keyOf }: BatchedRead<Key, Value>,
): (key: Key) => Promise<Value> {
  let slot: Promise<Release>;
  const loader = new DataLoader<Key, Value>(
    async (keys) => {
      try {
        const release = await slot;
        return await read(keys).finally(release);
      } catch (error) {
        slots.failed(error);
        throw error;
      }
    },
    {
      // Calls that find their key in the cache of DataLoader (2.2.3) schedule a batch, but never call
      // this function for it, so that the slot of the batch would not be released.
      cache: false,
      batchScheduleFn: (dispatch) => {
        slot = slots.acquire();
        // Calls of the same turn of the event loop belong to the batch.
        slot.then(() => setImmediate(dispatch), dispatch);
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
