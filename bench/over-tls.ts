/** The URL of the same database over TLS with a self-signed certificate. */
export function overTls(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('ssl', '{"rejectUnauthorized":false}');
  return url.href;
}
