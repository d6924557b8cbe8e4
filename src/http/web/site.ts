import { ReportsError } from '../../reports/errors.js';
import type { Exchange } from './exchange.js';
import type { RequestHeaders } from './headers.js';
import { InputError } from './input-error.js';

export interface SiteOptions {
  /** The origin of the service for clients. Pages of this origin are accepted, and pages of the origin in `Host`. */
  readonly publicUrl?: string | undefined;
  /** Origins of other sites whose pages may use the service. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** Whether authentication is off. Then only requests with a Host of this machine or of `publicUrl` are answered. */
  readonly isOpen: boolean;
}

/** The names of the service, and the origins whose pages may use it. */
export interface Site {
  /**
   * @throws InputError when `Host` is missing, invalid or repeated
   * @throws ReportsError MISDIRECTED_REQUEST when `Host` is not a name of the service
   */
  checkHost(headers: RequestHeaders): void;
  /**
   * Refuses requests of foreign pages. CORS does not prevent the work of such requests: browsers send a GET, and a POST
   * without a body, without a preflight, and only hide the answer from the page. A request without `Sec-Fetch-Site` and
   * `Origin` is not from a page.
   *
   * @throws ReportsError FORBIDDEN
   */
  refuseForeignPages(headers: RequestHeaders): void;
  /**
   * The CORS headers of every answer.
   * @param allow the methods of the address, for a preflight
   */
  corsHeaders(
    exchange: Exchange,
    vary: string | undefined,
    allow: string | undefined,
  ): Record<string, string>;
}

const EXPOSED =
  'Allow, Content-Disposition, Content-Location, ETag, Link, Location, Preference-Applied, Retry-After, ' +
  'WWW-Authenticate, X-Request-Id';
/** The time for which browsers cache a preflight, in seconds: the maximum that browsers allow. */
const PREFLIGHT_SECONDS = '7200';

export function createSite({ publicUrl, corsOrigins = [], isOpen }: SiteOptions): Site {
  const outside = publicUrl === undefined ? undefined : new URL(publicUrl);
  const others = new Set(corsOrigins);
  /** The latest accepted Host. It is not checked again, because nearly all requests have the same Host. */
  let acceptedHost: string | undefined;

  return {
    checkHost({ host }) {
      if (host === undefined || host === acceptedHost) return; // undefined only in HTTP/1.0
      const name = hostName(host);
      if (name === undefined)
        throw new InputError([{ header: 'Host', detail: 'Host must be one name, with or without a port.' }]);
      if (!isOpen || isThisMachine(name) || name === outside?.hostname) {
        acceptedHost = host;
        return;
      }
      throw new ReportsError(
        'MISDIRECTED_REQUEST',
        `While authentication is off, the service answers as localhost, not as ${JSON.stringify(host)}; ` +
          'set PUBLIC_URL to its name, or AUTH_TOKENS.',
      );
    },
    refuseForeignPages({ origin, host, 'sec-fetch-site': fetchSite }) {
      if (origin !== undefined && others.has(origin)) return;
      const isForeign =
        fetchSite === undefined
          ? origin !== undefined && origin !== outside?.origin && !isOriginOf(origin, host)
          : fetchSite !== 'same-origin' && fetchSite !== 'none';
      if (isForeign) throw new ReportsError('FORBIDDEN', 'A page of another site may not ask for this.');
    },
    corsHeaders({ method, headers }, vary, allow) {
      if (others.size === 0) return {};
      const common = { vary: vary === undefined ? 'Origin' : `${vary}, Origin` };
      const { origin, 'access-control-request-method': asked } = headers;
      if (origin === undefined || !others.has(origin)) return common;
      const allowed = { ...common, 'access-control-allow-origin': origin };
      if (method !== 'OPTIONS' || asked === undefined || allow === undefined)
        return { ...allowed, 'access-control-expose-headers': EXPOSED };
      return {
        ...allowed,
        'access-control-allow-methods': allow,
        'access-control-allow-headers': headers['access-control-request-headers'] ?? '',
        'access-control-max-age': PREFLIGHT_SECONDS,
      };
    },
  };
}

/** The name in a host; undefined when the text is not a host with or without a port. */
function hostName(host: string): string | undefined {
  if (!/^(?:\[[\da-f:.]+\]|[^\s\\/?#@:,[\]]+)(?::\d{0,5})?$/i.test(host)) return undefined;
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : undefined;
}

function isThisMachine(name: string): boolean {
  return /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(name);
}

/**
 * Whether the origin has this host. Origins are compared, so that `reports.example:443` equals
 * `https://reports.example`. The scheme is ignored, because a proxy may terminate TLS.
 */
function isOriginOf(origin: string, host: string | undefined): boolean {
  const scheme = /^https?:/.exec(origin)?.[0];
  const own = `${scheme}//${host}`;
  return (
    scheme !== undefined &&
    URL.canParse(own) &&
    URL.canParse(origin) &&
    new URL(own).origin === new URL(origin).origin
  );
}
