/** The page as a whole: puts the parts together, once it is known whether the service wants a token. */
import { createApi, ServiceError, UnreachableError } from './api.js';
import { startAsking } from './ask.js';
import { byId } from './element.js';
import { startFailures } from './failures.js';
import { startJobView } from './job.js';
import { startJobList } from './jobs.js';
import { startQueueHealth } from './queue.js';
import { forgetToken, sessionToken } from './session.js';
import { askForToken } from './sign-in.js';

const session = new AbortController();
const desk = byId('desk', HTMLElement);
const api = createApi({ token: sessionToken, onRefused, onReachable });

byId('forget-token', HTMLButtonElement).addEventListener('click', () => {
  forgetToken();
  location.reload();
});

try {
  await api.request('/api/2.0/report/jobs?limit=1');
  openDesk();
} catch (error) {
  const isAnswer = error instanceof ServiceError;
  if (!isAnswer && !(error instanceof UnreachableError)) throw error;
  // Refused, and a token is asked for; or else each part says what is wrong, and goes on trying.
  if (!isAnswer || error.status !== 401) openDesk();
}

function openDesk() {
  const { signal } = session;
  desk.hidden = false;
  byId('forget-token', HTMLButtonElement).hidden = sessionToken() === null;
  const queue = startQueueHealth(api, { signal });
  const jobs = startJobList(api, { signal });
  const failures = startFailures(api, { signal, onRetry: refresh });
  const job = startJobView(api, { signal, token: sessionToken, onChange: refresh });
  startAsking(api, { onAccepted: (ticket) => job.open(ticket.job_id, noteOn(ticket)) });

  function refresh() {
    for (const part of [queue, jobs, failures, job]) part.refresh();
  }
}

/** @param {{ coalesced: boolean, reused: boolean }} ticket */
function noteOn({ coalesced, reused }) {
  if (coalesced) return 'The same report was asked for already and is on its way: this is that job.';
  return reused ? 'A report that is young enough was there already: this is its job.' : '';
}

/** @param {string | null} refusedToken */
function onRefused(refusedToken) {
  // Another one may have been given meanwhile, or is being tried.
  if (refusedToken !== sessionToken() || session.signal.aborted) return;
  session.abort();
  desk.hidden = true;
  byId('forget-token', HTMLButtonElement).hidden = true;
  askForToken(api, refusedToken);
}

/** @param {boolean} isReachable */
function onReachable(isReachable) {
  const banner = byId('connection', HTMLElement);
  banner.hidden = isReachable;
  banner.textContent = isReachable
    ? ''
    : 'The service does not answer at the moment. This page goes on trying.';
}
