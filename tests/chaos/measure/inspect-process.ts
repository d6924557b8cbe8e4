import { once } from 'node:events';
import { WebSocket } from 'ws';

/** What a process of Node.js says of itself over its inspector, so that nothing need be built into it for that. */
export interface InspectedProcess {
  /** Bytes that are in use once all garbage is collected. */
  heapBytes(): Promise<number>;
  /** The value of an expression; it must be JSON. */
  evaluate<Value>(expression: string): Promise<Value>;
  close(): void;
}

/** @param url as the process prints it when it is started with `--inspect`: `ws://…` */
export async function inspectProcess(url: string): Promise<InspectedProcess> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const waiting = new Map<number, (answer: Answer) => void>();
  let calls = 0;
  socket.on('message', (data: Buffer) => {
    const answer = JSON.parse(data.toString()) as Answer;
    waiting.get(answer.id ?? 0)?.(answer);
  });

  async function send(method: string, params: object = {}): Promise<Answer> {
    calls += 1;
    const id = calls;
    socket.send(JSON.stringify({ id, method, params }));
    const answer = await new Promise<Answer>((resolve) => waiting.set(id, resolve));
    waiting.delete(id);
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer;
  }

  async function evaluate<Value>(expression: string): Promise<Value> {
    const { result } = await send('Runtime.evaluate', { expression, returnByValue: true });
    if (result?.exceptionDetails !== undefined)
      throw new Error(`${expression}: ${JSON.stringify(result.exceptionDetails)}`);
    return result?.result?.value as Value;
  }

  return {
    evaluate,
    async heapBytes() {
      await send('HeapProfiler.collectGarbage');
      await send('HeapProfiler.collectGarbage'); // what the first one's finalizers let go of
      return await evaluate<number>('process.memoryUsage().heapUsed');
    },
    close: () => socket.close(),
  };
}

interface Answer {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: { readonly result?: { readonly value?: unknown }; readonly exceptionDetails?: unknown };
}
