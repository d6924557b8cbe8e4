/** The entry point of the page. Loads the requester and the kinds of reports, then starts the parts of the page. */
import { createApi, errorText, ServiceError, UnreachableError } from './api.js';
import { startAsking } from './ask.js';
import { byId, showText } from './element.js';
import { startFailures } from './failures.js';
import { timeText } from './format.js';
import { startJobView } from './job.js';
import { startJobList } from './jobs.js';
import { loadKinds } from './kinds.js';
import { startQueueHealth } from './queue.js';
import { forgetToken, sessionToken } from './session.js';
import { askForToken } from './sign-in.js';

/** Pause before the page loads the requester and the kinds again, in milliseconds. */
const AGAIN_MS = 2000;

const session = new AbortController();
const dashboard = byId('dashboard', HTMLElement);
const banner = byId('connection', HTMLElement);
const signOut = byId('sign-out', HTMLButtonElement);
const signedIn = byId('signed-in', HTMLElement);
/** @type {Date | undefined} */
let lastAnswer;
const api = createApi({ token: sessionToken, onRefused, onReachable });

signOut.addEventListener('click', () => {
  forgetToken();
  location.reload();
});

await start();

async function start() {
  try {
    openDashboard(await loadKinds(api));
  } catch (error) {
    const isAnswer = error instanceof ServiceError;
    if (!isAnswer && !(error instanceof UnreachableError)) throw error;
    if (session.signal.aborted) return;
    if (isAnswer) showBanner(errorText(error));
    setTimeout(() => void start(), AGAIN_MS);
  }
}

/** @param {Awaited<ReturnType<typeof loadKinds>>} known */
function openDashboard({ requester, kinds }) {
  const { signal } = session;
  const isOperator = requester.role === 'OPERATOR';
  dashboard.hidden = false;
  signOut.hidden = sessionToken() === null;
  signedIn.hidden = requester.name === 'anonymous';
  signedIn.textContent = `Signed in as ${requester.name} (${requester.role.toLowerCase()})`;
  const queue = startQueueHealth(api, { signal });
  const jobs = startJobList(api, { kinds, signal });
  const failures = startFailures(api, { isOperator, signal, onRetry: refresh });
  const job = startJobView(api, { kinds, signal, token: sessionToken, onChange: refresh });
  startAsking(api, { kinds, onAccepted: (accepted) => job.open(accepted.job_id, noteOn(accepted)) });

  function refresh() {
    for (const part of [queue, jobs, failures, job]) part.refresh();
  }
}

/** @param {{ coalesced: boolean, reused: boolean }} accepted */
function noteOn({ coalesced, reused }) {
  if (coalesced) return 'The same report was requested already and is under way: this is that job.';
  return reused ? 'A report that is young enough exists already: this is its job.' : '';
}

/** @param {string | null} refusedToken */
function onRefused(refusedToken) {
  // The user may have entered another token meanwhile, or the page is checking one.
  if (refusedToken !== sessionToken() || session.signal.aborted) return;
  session.abort();
  for (const part of [dashboard, signOut, signedIn]) part.hidden = true;
  askForToken(api, refusedToken);
}

/** @param {boolean} isReachable */
function onReachable(isReachable) {
  if (isReachable) lastAnswer = new Date();
  const age = lastAnswer && ` What is shown is old: it is as of ${timeText(lastAnswer.toISOString())}.`;
  showBanner(isReachable ? '' : `The service does not answer.${age ?? ''} This page keeps trying.`);
}

/** @param {string} text */
function showBanner(text) {
  banner.hidden = text === '';
  showText(banner, text);
}
