/** How long a worker may be silent before its job is taken back. It renews the lease every second. */
export const LEASE_SECONDS = 5;
