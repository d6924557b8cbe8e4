#!/bin/sh
# Requests a report, waits for it, fetches it.
set -eu
URL=${POSTS_REPORT_URL:-http://127.0.0.1:4000}
call() { curl --silent --show-error --fail-with-body ${TOKEN:+--header "Authorization: Bearer $TOKEN"} "$@"; }
TOKEN=${POSTS_REPORT_TOKEN:-}

accepted=$(call --request POST "$URL/api/2.0/report/posts")
job=$(echo "$accepted" | sed -E 's/.*"job_id":"([^"]+)".*/\1/')
echo "Requested: job $job"

# Answers when the job is over, or after 10 seconds with how far it is.
status=RUNNING
until [ "$status" = SUCCEEDED ]; do
  answer=$(call --header 'Prefer: wait=10' "$URL/api/2.0/report/jobs/$job")
  status=$(echo "$answer" | sed -E 's/.*"status":"([^"]+)".*/\1/')
  echo "It is $status"
  case $status in FAILED | CANCELED) echo "$answer" >&2 && exit 1 ;; esac
done

# One line a user and no header: {"user_id":1,"total_words":6380}
call "$URL/api/2.0/report/jobs/$job/result?format=ndjson" |
  sed -E 's/.*"total_words":([0-9]+).*/\1/' |
  awk '{ words += $1 } END { printf "%d users wrote %d words\n", NR, words }'
