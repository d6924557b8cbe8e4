import type { RedisOptions } from 'ioredis';

export interface RedisAddress extends RedisOptions {
  /** Nodes of the cluster. The client connects to the node with the queue's slot. */
  readonly clusterNodes?: readonly { readonly host: string; readonly port: number }[];
}

/**
 * Parses a Redis URL into ioredis options. The forms are those of other Redis clients:
 *
 * - `redis://user:password@host:port/db`: one server
 * - `redis+sentinel://user:password@a:26379,b:26379/master/db`: the master that the sentinels name. User and password
 *   are for Redis; `?sentinelUsername=…&sentinelPassword=…` are for the sentinels
 * - `redis+cluster://user:password@a:6379,b:6379`: the cluster node that has the queue's slot
 *
 * `rediss` instead of `redis` means TLS for Redis and for the sentinels. `?family=4` or `?family=6` selects IPv4 or
 * IPv6 addresses, `?db=` is the same as `/db`, and `?ssl_cert_reqs=none` accepts any certificate.
 *
 * @throws Error whose message does not contain the URL, which may hold a password
 */
export function parseRedisUrl(url: string): RedisAddress {
  const { form, tls, account, hosts, path, parameters } = split(url);
  const certificates = tls ? { tls: tlsOptions(parameters) } : {};
  const common = { ...account, ...certificates, ...family(parameters) };
  switch (form) {
    case '': {
      const [host = '', ...others] = hosts;
      if (others.length > 0)
        throw new Error(
          'A redis:// URL has one host; several belong to redis+sentinel:// or redis+cluster://',
        );
      return { ...hostAndPort(host, 6379), db: database(parameters.get('db') ?? path), ...common };
    }
    case '+sentinel': {
      const [, name = '', db = ''] = /^([^/]*)(?:\/(.*))?$/.exec(path) ?? [];
      if (name === '')
        throw new Error(
          'A redis+sentinel:// URL names the master: redis+sentinel://a:26379,b:26379/mymaster',
        );
      return {
        sentinels: hosts.map((host) => hostAndPort(host, 26_379)),
        name: decoded(name),
        db: database(parameters.get('db') ?? db),
        sentinelCommandTimeout: 900,
        ...sentinelAccount(parameters),
        ...common,
        ...(tls && { sentinelTLS: tlsOptions(parameters), enableTLSForSentinelMode: true }),
      };
    }
    case '+cluster':
      if (database(parameters.get('db') ?? path) !== 0)
        throw new Error('A Redis Cluster has database 0 only; leave the number out');
      return { clusterNodes: hosts.map((host) => hostAndPort(host, 6379)), db: 0, ...common };
  }
}

/**
 * The queue's name as the prefix of its keys. In a cluster the name is in braces, so that all keys of the queue are in
 * one slot.
 */
export function queueInRedis(url: string, queue: string): string {
  return /^rediss?\+cluster:/.test(url) ? `{${queue}}` : queue;
}

type Form = '' | '+sentinel' | '+cluster';

const PARAMETERS: Readonly<Record<Form, readonly string[]>> = {
  '': ['db', 'family', 'ssl_cert_reqs'],
  '+sentinel': ['db', 'family', 'ssl_cert_reqs', 'sentinelUsername', 'sentinelPassword'],
  '+cluster': ['db', 'family', 'ssl_cert_reqs'],
};

interface Parts {
  readonly form: Form;
  readonly tls: boolean;
  readonly account: { readonly username?: string; readonly password?: string };
  readonly hosts: readonly string[];
  /** The path of the URL, without its leading slash. */
  readonly path: string;
  readonly parameters: URLSearchParams;
}

function split(url: string): Parts {
  const [, s, form = '', user, hosts, path = '', query = ''] =
    /^redis(s?):\/\/()(?:([^/?#]*)@)?([^/?#@]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(url) ??
    /^redis(s?)(\+sentinel|\+cluster):\/\/(?:([^/?#]*)@)?([^/?#@]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(
      url,
    ) ??
    [];
  if (hosts === undefined) throw unreadable();
  const parameters = new URLSearchParams(query);
  const known = PARAMETERS[form as Form];
  for (const name of parameters.keys()) {
    if (!known.includes(name))
      throw new Error(`A redis${form}:// URL has no parameter ${name}, but ${known.join(', ')}`);
  }
  return {
    form: form as Form,
    tls: s === 's',
    account: parseAccount(user),
    hosts: hosts.split(','),
    path: path.replace(/\/$/, ''),
    parameters,
  };
}

function parseAccount(text = ''): Parts['account'] {
  const [, username = '', password = ''] = /^([^:]*)(?::(.*))?$/.exec(text) ?? [];
  return {
    ...(username && { username: decoded(username) }),
    ...(password && { password: decoded(password) }),
  };
}

function hostAndPort(text: string, defaultPort: number): { host: string; port: number } {
  if (text === '') return { host: '127.0.0.1', port: defaultPort };
  const [, inBrackets, plain, port] =
    /^(?:\[([\da-fA-F:.%]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = inBrackets ?? plain;
  if (host === undefined || Number(port ?? 1) > 65_535 || port === '0') throw unreadable();
  return { host, port: port === undefined ? defaultPort : Number(port) };
}

function database(text: string): number {
  if (text === '') return 0;
  if (!/^\d{1,4}$/.test(text))
    throw new Error('The database in a Redis URL is a number: redis://host:6379/0');
  return Number(text);
}

function family(parameters: URLSearchParams): { readonly family?: number } {
  const value = parameters.get('family');
  if (value === null) return {};
  if (!/^[046]$/.test(value)) throw new Error('The parameter family of a Redis URL is 4, 6, or 0 for both');
  return { family: Number(value) };
}

/** `ssl_cert_reqs` is a parameter of redis-py that some providers put into their URLs. */
function tlsOptions(parameters: URLSearchParams): { readonly rejectUnauthorized?: false } {
  const value = parameters.get('ssl_cert_reqs') ?? 'required';
  if (value !== 'none' && value !== 'required')
    throw new Error('The parameter ssl_cert_reqs of a Redis URL is required or none');
  return value === 'none' ? { rejectUnauthorized: false } : {};
}

function sentinelAccount(parameters: URLSearchParams): {
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
} {
  const [sentinelUsername, sentinelPassword] = ['sentinelUsername', 'sentinelPassword'].map((name) =>
    parameters.get(name),
  );
  return { ...(sentinelUsername && { sentinelUsername }), ...(sentinelPassword && { sentinelPassword }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unreadable();
  }
}

function unreadable(): Error {
  return new Error('The Redis URL cannot be read; it should look like redis://user:password@host:6379/0');
}
