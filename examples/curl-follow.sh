#!/bin/sh
# Follows a job by Server-Sent Events until it is over.
set -eu
URL=${POSTS_REPORT_URL:-http://127.0.0.1:4000}
TOKEN=${POSTS_REPORT_TOKEN:-}
call() { curl --silent --show-error --fail-with-body ${TOKEN:+--header "Authorization: Bearer $TOKEN"} "$@"; }

accepted=$(call --request POST "$URL/api/2.0/report/posts")
job=$(echo "$accepted" | sed -E 's/.*"job_id":"([^"]+)".*/\1/')
echo "Requested: job $job"

# `event: job` for each change, `event: end` for the last one, then the stream is over. A stream that breaks off before
# can be taken up again: --header "Last-Event-ID: $version" sends only what is newer.
last=$(call --no-buffer "$URL/api/2.0/report/jobs/$job/events" | while IFS= read -r line; do
  case $line in
    event:*) event=${line#event: } ;;
    data:*)
      status=$(echo "$line" | sed -E 's/.*"status":"([^"]+)".*/\1/')
      echo "$event: $status" >&2
      echo "$event $status"
      ;;
  esac
done | tail -n 1)
[ "$last" = 'end SUCCEEDED' ] || { echo "Broken off, or ended otherwise: $last" >&2 && exit 1; }
echo "It is over: ${last#end }"

call "$URL/api/2.0/report/jobs/$job/result?format=csv" |
  awk -F, 'NR > 1 { words += $2 } END { printf "%d users wrote %d words\n", NR - 1, words }'
