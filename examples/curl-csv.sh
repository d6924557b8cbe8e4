#!/bin/sh
# The report as CSV, those who wrote most first, in one request: it answers when the report is there.
set -eu
URL=${POSTS_REPORT_URL:-http://127.0.0.1:4000}
TOKEN=${POSTS_REPORT_TOKEN:-}
csv=$(mktemp)
trap 'rm -f "$csv"' EXIT

# 200 with the report if it is ready within 60 seconds, else 202 with a job (see curl-wait.sh).
code=$(curl --silent --show-error ${TOKEN:+--header "Authorization: Bearer $TOKEN"} \
  --request POST "$URL/api/2.0/report/posts?format=csv&order_by=-total_words" --header 'Prefer: wait=60' \
  --output "$csv" --write-out '%{http_code}')
[ "$code" = 200 ] || { echo "Answered $code: $(cat "$csv")" >&2 && exit 1; }

head -n 4 "$csv"
awk -F, 'NR > 1 { words += $2 } END { printf "%d users wrote %d words\n", NR - 1, words }' "$csv"
