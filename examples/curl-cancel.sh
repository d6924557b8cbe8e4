#!/bin/sh
# Requests a report and thinks better of it.
set -eu
URL=${POSTS_REPORT_URL:-http://127.0.0.1:4000}
TOKEN=${POSTS_REPORT_TOKEN:-}
call() { curl --silent --show-error ${TOKEN:+--header "Authorization: Bearer $TOKEN"} "$@"; }

accepted=$(call --fail-with-body --request POST "$URL/api/2.0/report/posts")
job=$(echo "$accepted" | sed -E 's/.*"job_id":"([^"]+)".*/\1/')
echo "Requested: job $job"

# 200 also when it is canceled already; 409 when it has ended otherwise.
code=$(call --request POST "$URL/api/2.0/report/jobs/$job/cancel" --output /dev/null --write-out '%{http_code}')
case $code in
  200) echo 'Canceled: the worker stops within two seconds' ;;
  409) echo 'Too late: it was over before' ;;
  *) echo "Answered $code" >&2 && exit 1 ;;
esac
