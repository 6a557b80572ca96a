// Runs batches of calls, one after the other, with the one library that the page is for.

const { origin } = location;

const workloads = {
  get:
    ({ get }) =>
    () =>
      get('/api/orders'),
  view: ({ view }) => {
    let signal;
    return (index) => {
      // A view asks for what it shows with one signal, which ends it all when the person leaves.
      if (index % 200 === 0) ({ signal } = new AbortController());
      const headers = { accept: 'application/json', authorization: 'Bearer 0123456789abcdef' };
      return view(`${origin}/api/orders/${index % 200}?expand=lines`, headers, signal);
    };
  },
  post: ({ post }) => {
    return (index) => post('/api/orders', { item: index, count: 1, note: 'leave at the door' });
  },
  read:
    ({ read }) =>
    () =>
      read('/api/orders'),
};

let kept;

/** Calls whose cost in bytes is known, to see whether bytes are measured rightly. */
const known = {
  nothing: () => {},
  '1024 bytes': () => {
    // 250 compressed pointers of 4 bytes, a header of 8, and an array of 16 around them.
    kept = new Array(250);
  },
};

let libraries;
let library;

async function start() {
  library = await libraries[decodeURIComponent(location.search.slice(1))]();
  return Object.keys(workloads).filter((name) => library[name]);
}

/** One call of this many fails once. */
const BROKEN = 50;
/** Calls are made so often, ms. */
const TICK = 50;

/** So many calls, so many a second, whoever else wants the thread: timers run as they do in an app. */
async function live(calls, perSecond) {
  const { get } = library;
  const began = performance.now();
  const answers = [];
  for (let made = 0; made < calls;) {
    await new Promise((go) => setTimeout(go, TICK));
    const due = Math.min(calls, Math.ceil(((performance.now() - began) * perSecond) / 1000));
    for (; made < due; made++)
      answers.push(get(made % BROKEN ? '/api/orders' : `/api/orders?broken=${made}`));
    const late = (await Promise.all(answers.splice(0))).find(({ status }) => status !== 200);
    if (late) throw new Error(`live: status ${late.status}`);
  }
  return performance.now() - began;
}

/** Makes the page ready to be measured with any of these. `network`: what became of its requests, where somebody counts. */
export function measured(all, network) {
  libraries = all;
  globalThis.bench = {
    libraries: Object.keys(libraries),
    network,
    live,
    kept: () => kept,
    /** Makes the library ready; says which kinds of call it has. */
    start,
    /** Milliseconds by the wall clock. */
    async run(workload, calls) {
      const call = known[workload] ?? workloads[workload](library);
      let answer;
      const began = performance.now();
      for (let index = 0; index < calls; index++) answer = await call(index);
      const ended = performance.now();
      if (workloads[workload] && calls > 0 && answer.status !== 200 && answer.id !== 17) {
        throw new Error(`${workload}: no good answer`);
      }
      return ended - began;
    },
  };
}
