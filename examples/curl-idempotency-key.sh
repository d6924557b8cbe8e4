#!/bin/sh
# Sends the same request twice, as one does when the first answer got lost, and gets the same job.
set -eu
URL=${POSTS_REPORT_URL:-http://127.0.0.1:4000}
TOKEN=${POSTS_REPORT_TOKEN:-}
call() { curl --silent --show-error --fail-with-body ${TOKEN:+--header "Authorization: Bearer $TOKEN"} "$@"; }

# One key for one intention; it leads to the same job for 24 hours, in any status of the job.
key="example-$(date +%s)-$$"
for attempt in first second; do
  accepted=$(call --request POST "$URL/api/2.0/report/posts" --header "Idempotency-Key: $key")
  job=$(echo "$accepted" | sed -E 's/.*"job_id":"([^"]+)".*/\1/')
  echo "The $attempt request: job $job"
  [ "${before:-$job}" = "$job" ] || { echo 'That is another job' >&2 && exit 1; }
  before=$job
done

# The same key with another filter is a mistake of the caller: 422.
if call --request POST "$URL/api/2.0/report/posts?user_id=1" --header "Idempotency-Key: $key"; then
  echo 'This should have been refused' >&2
  exit 1
fi
echo
echo 'The same key for something else was refused, as it should be'
