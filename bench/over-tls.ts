/** The same database over TLS, whose certificate signs itself. */
export function overTls(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('ssl', '{"rejectUnauthorized":false}');
  return url.href;
}
