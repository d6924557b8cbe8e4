import { createServer } from 'node:http';
import { SERVERS } from './servers.js';

/** CHILD PROCESS: runs one of the stock servers of `servers.ts`, on the port in PORT. */
const [, , name = ''] = process.argv;
const load = SERVERS[name];
if (load === undefined) throw new Error(`there is no server ${name}`);
const make = await load();
// With the default of 5 s, a server whose event loop is blocked for longer resets connections that carry requests.
const server = createServer({ keepAliveTimeout: 120_000 });
const handle = await make(server);
server.on('request', (request, response) => {
  if (request.url === '/ready') response.end('ready');
  else void handle(request, response);
});
server.listen(Number(process.env['PORT']), '127.0.0.1');
