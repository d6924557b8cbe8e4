import { describe, expect, it } from '@jest/globals';
import { createTestService, problemOf } from './support/service.js';

describe('GET /api/2.0/report/jobs/{job_id}/events', () => {
  it('sends the state at once, each change, and the end; then it is over', async () => {
    const service = createTestService();
    const id = await service.request();
    const response = await service.fetch(`/api/2.0/report/jobs/${id}/events`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('x-accel-buffering')).toBe('no');

    const events = readEvents(response);
    expect(await nextEvent(events)).toMatchObject({ event: 'job', id: '1', data: { status: 'QUEUED' } });
    await service.begin(id);
    expect(await nextEvent(events)).toMatchObject({ event: 'job', id: '2', data: { status: 'RUNNING' } });
    await service.finish(id);
    const end = await lastEvent(events);
    expect(end).toMatchObject({ event: 'end', data: { job_id: id, status: 'SUCCEEDED', version: 3 } });
  });

  it('sends only the end of a job that is over', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.fail(id);
    const events = readEvents(await service.fetch(`/api/2.0/report/jobs/${id}/events`));
    expect(await nextEvent(events)).toMatchObject({ event: 'end', data: { status: 'FAILED' } });
    expect((await events.next()).done).toBe(true);
  });

  it('sends nothing up to Last-Event-ID', async () => {
    const service = createTestService();
    const id = await service.request();
    const headers = { 'last-event-id': '1' };
    const events = readEvents(await service.fetch(`/api/2.0/report/jobs/${id}/events`, { headers }));
    await service.begin(id);
    expect(await nextEvent(events)).toMatchObject({ id: '2' });
    await events.return(undefined);
  });

  it('answers 204 to a caller who has seen the end', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.finish(id);
    const address = `/api/2.0/report/jobs/${id}/events`;
    expect((await service.fetch(address, { headers: { 'last-event-id': '3' } })).status).toBe(204);
    const unseen = await service.fetch(address, { headers: { 'last-event-id': '2' } });
    expect(unseen.status).toBe(200);
    await unseen.body?.cancel();
  });

  it('breaks off without an end when the service stops', async () => {
    const service = createTestService();
    const id = await service.request();
    const events = readEvents(await service.fetch(`/api/2.0/report/jobs/${id}/events`));
    expect(await nextEvent(events)).toMatchObject({ event: 'job' });
    service.watcher.close();
    await expect(events.next()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('says on a quiet stream that it is still there', async () => {
    const service = createTestService({ keepAliveMs: 10 });
    const id = await service.request();
    const response = await service.fetch(`/api/2.0/report/jobs/${id}/events`);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    while (!/event: job[^]*\n: /.test(text)) text += new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
  });

  it('lets go of the job when its reader goes away', async () => {
    const service = createTestService();
    const id = await service.request();
    const response = await service.fetch(`/api/2.0/report/jobs/${id}/events`);
    expect(service.watcher.size).toBe(1);
    await response.body?.cancel();
    expect(service.watcher.size).toBe(0);
  });

  it('breaks off for a reader that does not read, and stops watching its job', async () => {
    const service = createTestService();
    const id = await service.request();
    const response = await service.fetch(`/api/2.0/report/jobs/${id}/events`);
    const { closed } = (response.body as ReadableStream<Uint8Array>).getReader();
    const broken = expect(closed).rejects.toThrow('the connection was closed');
    for (let posts = 1; posts <= 110; posts += 1) await service.progress(id, posts);
    await broken;
    expect(service.watcher.size).toBe(0);
  });

  it('watches nothing for HEAD', async () => {
    const service = createTestService();
    const id = await service.request();
    const response = await service.fetch(`/api/2.0/report/jobs/${id}/events`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(service.watcher.size).toBe(0);
  });

  it.each([
    ['Last-Event-ID: last', { 'last-event-id': 'last' }, 400, 'BAD_USER_INPUT'],
    ['an Accept without event streams', { accept: 'application/json' }, 406, 'NOT_ACCEPTABLE'],
  ])('refuses %s', async (_what, headers, status, code) => {
    const service = createTestService();
    const id = await service.request();
    const response = await service.fetch(`/api/2.0/report/jobs/${id}/events`, { headers });
    expect(response.status).toBe(status);
    expect(await problemOf(response)).toMatchObject({ code });
  });

  it('answers 404 for an unknown job', async () => {
    const response = await createTestService().fetch('/api/2.0/report/jobs/unknown/events');
    expect(response.status).toBe(404);
  });
});

interface ServerSentEvent {
  readonly event: string;
  readonly id: string;
  readonly data: Record<string, unknown>;
}

async function* readEvents(response: Response): AsyncGenerator<ServerSentEvent, void> {
  let text = '';
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    text += new TextDecoder().decode(chunk);
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n').map((line) => line.split(/: (.*)/) as [string, string]);
      const { event, id, data } = Object.fromEntries(lines) as Record<'event' | 'id' | 'data', string>;
      yield { event, id, data: JSON.parse(data) as Record<string, unknown> };
    }
  }
}

async function nextEvent(events: AsyncGenerator<ServerSentEvent, void>): Promise<ServerSentEvent> {
  const next = await events.next();
  if (next.done === true) throw new Error('the stream is over');
  return next.value;
}

async function lastEvent(
  events: AsyncGenerator<ServerSentEvent, void>,
): Promise<ServerSentEvent | undefined> {
  let last: ServerSentEvent | undefined;
  for await (const event of events) last = event;
  return last;
}
