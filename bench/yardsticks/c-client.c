/*
 * The yardstick for reading: a C program that reads columns of all posts with the client library of MariaDB and throws
 * each row away. It connects once, reads lines that say `run` from its input, and answers each with a line of JSON.
 *
 * The server is named by BENCH_HOST, BENCH_PORT, BENCH_USER, BENCH_PASSWORD and BENCH_DATABASE, the columns by
 * BENCH_COLUMNS. With BENCH_TLS the connection is encrypted, and any certificate is accepted.
 */
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>

static double cpu_ms(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000.0 +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000.0;
}

static double peak_rss_mb(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
  return usage.ru_maxrss / 1048576.0;
#else
  return usage.ru_maxrss / 1024.0;
#endif
}

static void fail(MYSQL *connection) {
  fprintf(stderr, "c-client: %s\n", mysql_error(connection));
  exit(1);
}

static unsigned long read_and_discard(MYSQL *connection) {
  char select[256];
  snprintf(select, sizeof select, "SELECT %s FROM posts", getenv("BENCH_COLUMNS"));
  if (mysql_query(connection, select)) fail(connection);
  MYSQL_RES *result = mysql_use_result(connection);
  if (result == NULL) fail(connection);
  unsigned long rows = 0;
  while (mysql_fetch_row(result) != NULL) rows += 1;
  if (mysql_errno(connection)) fail(connection);
  mysql_free_result(result);
  return rows;
}

int main(void) {
  MYSQL *connection = mysql_init(NULL);
  mysql_options(connection, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  if (getenv("BENCH_TLS") != NULL) {
    my_bool yes = 1, no = 0;
    mysql_options(connection, MYSQL_OPT_SSL_ENFORCE, &yes);
    mysql_options(connection, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &no);
  }
  if (mysql_real_connect(connection, getenv("BENCH_HOST"), getenv("BENCH_USER"), getenv("BENCH_PASSWORD"),
                         getenv("BENCH_DATABASE"), (unsigned int)atoi(getenv("BENCH_PORT")), NULL, 0) == NULL)
    fail(connection);
  char line[16];
  while (fgets(line, sizeof line, stdin) != NULL) {
    double before = cpu_ms();
    unsigned long rows = read_and_discard(connection);
    printf("{\"answer\":\"%lu rows\",\"cpuMs\":%.1f,\"peakRssMb\":%.1f}\n", rows, cpu_ms() - before, peak_rss_mb());
    fflush(stdout);
  }
  mysql_close(connection);
  return 0;
}
