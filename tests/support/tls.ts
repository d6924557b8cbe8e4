import { fileURLToPath } from 'node:url';

/** A certificate for tests only: self-signed, for localhost, valid until 2126. Its private key is in the repository. */
const TEST_CERTIFICATE = fileURLToPath(new URL('tls/certificate.pem', import.meta.url));

export const TLS_SERVER: readonly string[] = [
  `--ssl-cert=${TEST_CERTIFICATE}`,
  `--ssl-key=${fileURLToPath(new URL('tls/key.pem', import.meta.url))}`,
];
