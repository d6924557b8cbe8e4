/** Servers that speak MySQL's protocol but lack what the service relies on. */
const UNSUPPORTED: readonly (readonly [pattern: RegExp, name: string, why: string])[] = [
  [/tidb/i, 'TiDB', 'it accepts SKIP LOCKED without locking, so that two workers would take one job'],
  [/vitess|planetscale/i, 'Vitess', 'over shards there is no unique key and no transaction for all rows'],
];

/** The oldest series that have SKIP LOCKED. */
const OLDEST = { MariaDB: [10, 6], MySQL: [8, 0] } as const;

/** The name of an unsupported server with this `version` and the reason; undefined for a supported one. */
export function whyUnsupported(version: string): string | undefined {
  for (const [pattern, name, why] of UNSUPPORTED) {
    if (pattern.test(version)) return `${name} (${version}), which is not supported: ${why}`;
  }
  const brand = /mariadb/i.test(version) ? 'MariaDB' : 'MySQL';
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  const [oldestMajor, oldestMinor] = OLDEST[brand];
  const isOld = Number(major) < oldestMajor || (Number(major) === oldestMajor && Number(minor) < oldestMinor);
  if (!isOld) return undefined;
  return `${brand} ${version}, which is too old: the service needs ${oldestMajor}.${oldestMinor} or newer`;
}
