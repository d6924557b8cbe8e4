import { fileURLToPath } from 'node:url';

/** A certificate that is good for tests only: it signs itself, for localhost, until 2126, and its key is public. */
export const TEST_CERTIFICATE = fileURLToPath(new URL('tls/certificate.pem', import.meta.url));

export const TLS_SERVER: readonly string[] = [
  `--ssl-cert=${TEST_CERTIFICATE}`,
  `--ssl-key=${fileURLToPath(new URL('tls/key.pem', import.meta.url))}`,
];
