import type { ConnectionOptions } from 'rabbitmq-client';
import { isLoopback } from '../is-loopback.js';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'amqp:': '5672', 'amqps:': '5671' };

/** As in RabbitMQ's URI specification: the heartbeat in seconds, the time to connect in milliseconds. */
const PARAMETERS = ['heartbeat', 'connection_timeout', 'channel_max'];

/**
 * RabbitMQ's documentation says that false alarms are very likely with heartbeats up to 1 s, and likely up to 5 s. This
 * holds for networks, but not for connections within one machine.
 */
const HEARTBEAT_SECONDS = { loopback: 1, network: 10 };

type RabbitAddress = Pick<ConnectionOptions, 'url' | 'hosts' | 'socket' | 'heartbeat'>;

/**
 * Parses a RabbitMQ URL: `amqp://user:password@host:port/vhost`, or `amqps://` for TLS. A cluster has several hosts
 * with one account and one virtual host: `amqp://user:password@a:5672,b:5672,c/vhost`.
 *
 * `?heartbeat=` is in seconds. rabbitmq-client 5.0.8 reads it from `url`, and closes the connection when the server has
 * been silent for two heartbeats.
 *
 * @throws Error whose message does not contain the URL, which may hold a password
 */
export function parseRabbitUrl(url: string): RabbitAddress {
  const [, scheme = '', account = '', hosts = '', rest = ''] =
    /^(amqps?:\/\/)([^/?#]*@)?([^/?#@]+)([/?#].*)?$/.exec(url) ?? [];
  const urls = hosts.split(',').map((host) => parse(`${scheme}${account}${host}${rest}`));
  const [first] = urls;
  if (first === undefined) throw unreadable();
  checkParameters(first.searchParams);
  const heartbeat = HEARTBEAT_SECONDS[urls.every(isLocal) ? 'loopback' : 'network'];
  if (!first.hostname.startsWith('[') || urls.length > 1) {
    return { url: first.href, hosts: urls.map(addressOf), heartbeat };
  }
  // rabbitmq-client 5.0.8 would resolve the brackets of an IPv6 address as part of a host name.
  const port = Number(first.port || DEFAULT_PORTS[first.protocol]);
  return { url: first.href, socket: { host: first.hostname.slice(1, -1), port }, heartbeat };
}

function parse(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || parsed.hostname === '' || parsed.port === '0') throw unreadable();
  return parsed;
}

function checkParameters(parameters: URLSearchParams): void {
  for (const [name, value] of parameters) {
    if (!PARAMETERS.includes(name))
      throw new Error(`A RabbitMQ URL has no parameter ${name}, but ${PARAMETERS.join(', ')}`);
    if (!/^\d{1,6}$/.test(value))
      throw new Error(`The parameter ${name} of a RabbitMQ URL is a whole number`);
  }
}

function isLocal({ hostname }: URL): boolean {
  return isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'));
}

function addressOf({ hostname, port, protocol }: URL): string {
  // rabbitmq-client 5.0.8 takes the first colon of an IPv6 address for the one before the port.
  if (hostname.startsWith('['))
    throw new Error(
      'A RabbitMQ URL with several hosts names them or gives IPv4 addresses, no IPv6 addresses.',
    );
  return `${hostname}:${port || DEFAULT_PORTS[protocol]}`;
}

function unreadable(): Error {
  return new Error(
    'The RabbitMQ URL cannot be read; it should look like amqp://user:password@host:5672/vhost, ' +
      'for a cluster with several hosts: amqp://user:password@a:5672,b:5672,c:5672/vhost',
  );
}
