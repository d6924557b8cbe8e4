"""Requests a report, waits for it, fetches it: Python 3 and its standard library."""

import json
import os
import urllib.request

URL = os.environ.get("POSTS_REPORT_URL", "http://127.0.0.1:4000")
TOKEN = os.environ.get("POSTS_REPORT_TOKEN")


def call(path, method="GET", headers=None):
    request = urllib.request.Request(URL + path, method=method, headers=headers or {})
    if TOKEN:
        request.add_header("Authorization", f"Bearer {TOKEN}")
    with urllib.request.urlopen(request) as response:  # raises for 4xx and 5xx
        return json.load(response)["data"]


job = call("/api/2.0/report/posts", method="POST")
print("Requested: job", job["job_id"])

while job["status"] not in ("SUCCEEDED", "FAILED", "CANCELED"):
    # Answers when the job is over, or after 10 seconds with how far it is.
    job = call(job["links"]["self"], headers={"Prefer": "wait=10"})
    print("It is", job["status"])
if job["status"] != "SUCCEEDED":
    raise SystemExit(f"It is {job['status']}: {job['error']}")

rows = call(job["links"]["result"])
print(len(rows), "users wrote", sum(row["total_words"] for row in rows), "words")
