/** Error codes of mysql2 and error numbers of MariaDB and MySQL, grouped by what they mean for the service. */

export const DUPLICATE_KEY = 1062;
export const LOCK_WAIT_TIMEOUT = 1205;
export const NO_SUCH_TABLE = 1146;

/** The server rolled back, or stopped waiting, because of another transaction. */
export const CONFLICT_ERRNOS = new Set([
  LOCK_WAIT_TIMEOUT,
  1020, // ER_CHECKREAD: with MariaDB's innodb_snapshot_isolation the row changed since it was read
  1180, // ER_ERROR_DURING_COMMIT: Galera found another node's change
  1213, // ER_LOCK_DEADLOCK
  3101, // MySQL ER_TRANSACTION_ROLLBACK_DURING_COMMIT: Group Replication found another node's change
]);

/** Nothing was done: the server takes no writes. */
export const READ_ONLY_ERRNOS = new Set([
  1036, // ER_OPEN_AS_READONLY: InnoDB is read-only
  1047, // ER_UNKNOWN_COM_ERROR: Galera, "WSREP has not yet prepared node for application use"
  1207, // ER_READ_ONLY_TRANSACTION
  1223, // ER_CANT_UPDATE_WITH_READLOCK
  1290, // ER_OPTION_PREVENTS_STATEMENT: --read-only, --super-read-only
  1792, // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  1836, // ER_READ_ONLY_MODE
  1874, // ER_INNODB_READ_ONLY
  1881, // ER_INNODB_FORCED_RECOVERY
  3032, // MySQL ER_SERVER_OFFLINE_MODE
  3100, // MySQL ER_RUN_HOOK_ERROR: Group Replication without a majority
  3989, // MySQL ER_SCHEMA_READ_ONLY
]);

/** Rights or a setting of the server are missing; waiting does not help. */
export const SETUP_ERRNOS = new Set([
  1142, // ER_TABLEACCESS_DENIED_ERROR
  1143, // ER_COLUMNACCESS_DENIED_ERROR
  1227, // ER_SPECIFIC_ACCESS_DENIED_ERROR
  1665, // ER_BINLOG_STMT_MODE_AND_ROW_ENGINE: binlog_format is STATEMENT
]);

/** The server does not let the account in. */
export const REFUSAL_ERRNOS = new Set([
  1044, // ER_DBACCESS_DENIED_ERROR
  1045, // ER_ACCESS_DENIED_ERROR
  1049, // ER_BAD_DB_ERROR
  1130, // ER_HOST_NOT_PRIVILEGED
  1251, // ER_NOT_SUPPORTED_AUTH_MODE
  1524, // ER_PLUGIN_IS_NOT_LOADED
  1698, // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
  1820, // ER_MUST_CHANGE_PASSWORD
  1862, // ER_MUST_CHANGE_PASSWORD_LOGIN
  3118, // MySQL ER_ACCOUNT_HAS_BEEN_LOCKED
  3159, // MySQL ER_SECURE_TRANSPORT_REQUIRED
  3955, // MySQL ER_USER_ACCESS_DENIED_FOR_USER_ACCOUNT_BLOCKED_BY_PASSWORD_LOCK
  4150, // MariaDB ER_USER_IS_BLOCKED
  4151, // MariaDB ER_ACCOUNT_HAS_BEEN_LOCKED
]);

/** mysql2's and Node's codes of a connection that is gone: whether the work was done is unknown. */
export const LOST_CODES = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_UNEXPECTED_PACKET',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

/** The server's error numbers for a lost connection. Whether the work was done is unknown. */
export const LOST_ERRNOS = new Set([
  1053, // ER_SERVER_SHUTDOWN
  1152, // ER_ABORTING_CONNECTION
  1158, // ER_NET_READ_ERROR
  1159, // ER_NET_READ_INTERRUPTED
  1160, // ER_NET_ERROR_ON_WRITE
  1161, // ER_NET_WRITE_INTERRUPTED
  1317, // ER_QUERY_INTERRUPTED
  1927, // MariaDB ER_CONNECTION_KILLED
  4031, // ER_CLIENT_INTERACTION_TIMEOUT
]);

/** No connection could be made. */
export const UNAVAILABLE_CODES = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT', // the socket file of a server that does not run
  'HANDSHAKE_SSL_ERROR',
]);

/** The server works, but cannot execute the statement now, because it is full, overloaded or not migrated. */
export const UNAVAILABLE_ERRNOS = new Set([
  1021, // ER_DISK_FULL
  1037, // ER_OUTOFMEMORY
  1038, // ER_OUT_OF_SORTMEMORY
  1040, // ER_CON_COUNT_ERROR
  1041, // ER_OUT_OF_RESOURCES
  1042, // ER_BAD_HOST_ERROR
  1043, // ER_HANDSHAKE_ERROR
  1114, // ER_RECORD_FILE_FULL
  1129, // ER_HOST_IS_BLOCKED
  1135, // ER_CANT_CREATE_THREAD
  1146, // ER_NO_SUCH_TABLE: not migrated
  1203, // ER_TOO_MANY_USER_CONNECTIONS
  1206, // ER_LOCK_TABLE_FULL
  1226, // ER_USER_LIMIT_REACHED
  3024, // ER_QUERY_TIMEOUT
  1969, // MariaDB ER_STATEMENT_TIMEOUT
  1028, // ER_FILSORT_ABORT
  1030, // ER_GET_ERRNO, such as 28 from the storage engine: no space left
  3, // EE_WRITE
  20, // EE_DISK_FULL
]);
