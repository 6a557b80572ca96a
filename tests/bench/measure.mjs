// Rounds of batches: each library once in a round, in turning order, so that what disturbs the machine disturbs all.

/** Kinds of call, as page/calls.js has them. */
export const WORKLOADS = {
  get: 'GET of one URL',
  view: 'GET of 200 URLs with headers and a signal',
  post: 'POST of a small JSON body',
  read: 'GET of one URL, and its JSON',
};

/** Calls until the compiler is done: it is optimised code that is measured. */
const WARM = 10_000;

/** V8 flags under which a batch ends before its garbage is collected. */
export const ROOMY = '--min-semi-space-size=128 --max-semi-space-size=128 --no-flush-bytecode';

/**
 * Main-thread CPU, µs per call: the thread's own clock around a batch, so that other processes count for nothing.
 * `wall`: the same by the page's own performance.now(), to check it by.
 */
export async function cpu(browser, url, { rounds, calls }) {
  const pages = await open(browser, url);
  const found = {};
  for (const workload of Object.keys(WORKLOADS)) {
    const able = pages.filter((page) => page.workloads.includes(workload));
    const samples = (found[workload] = of(able, () => ({ cpu: [], wall: [] })));
    for (const page of able) await page.run(batch(workload, WARM));
    for (let round = 0; round < rounds; round++) {
      for (const page of turned(able, round)) {
        const idle = await timed(page, batch(workload, 0));
        const { cpu, wall } = await timed(page, batch(workload, calls));
        samples[page.library].cpu.push(((cpu - idle.cpu) * 1000) / calls);
        samples[page.library].wall.push((wall * 1000) / calls);
      }
    }
  }
  return found;
}

/**
 * Bytes allocated in V8's heap per call: how much larger it is after a batch during which nothing is collected. The
 * browser must have room for that (`ROOMY`). `known` is what 1024 bytes measure as.
 */
export async function bytes(browser, url, { windows, callsInWindow: calls }) {
  const pages = await open(browser, url);
  const perCall = async (page, workload) => {
    const idle = await grown(page, batch(workload, 0));
    return ((await grown(page, batch(workload, calls))) - idle) / calls;
  };
  for (const check of ['nothing', '1024 bytes']) await pages[0].run(batch(check, WARM));
  const known = (await perCall(pages[0], '1024 bytes')) - (await perCall(pages[0], 'nothing'));
  const found = {};
  for (const workload of Object.keys(WORKLOADS)) {
    const able = pages.filter((page) => page.workloads.includes(workload));
    const samples = (found[workload] = of(able, () => []));
    for (const page of able) for (let warm = 0; warm < 5; warm++) await page.run(batch(workload, WARM / 5));
    for (let window = 0; window < windows; window++) {
      for (const page of turned(able, window)) samples[page.library].push(await perCall(page, workload));
    }
  }
  return { found, known };
}

/**
 * The first call on fresh pages: ms until the network is asked and until its instant answer is handed over, and ms of main-thread CPU
 * meanwhile; for a call that is sent while the engine loads, and for one that the engine decides on.
 */
export async function first(browser, url, pages) {
  const kind = () => ({ asked: [], answered: [], cpu: [] });
  /** @type {Record<'plain' | 'decided', Record<'asked' | 'answered' | 'cpu', number[]>>} */
  const found = { plain: kind(), decided: kind() };
  for (let count = 0; count < pages * 2; count++) {
    const samples = count % 2 ? found.decided : found.plain;
    const page = await browser.open(url);
    const { cpu, wall } = await timed(page, `first(${count % 2})`);
    samples.asked.push(wall.asked);
    samples.answered.push(wall.answered);
    samples.cpu.push(cpu);
    await page.close();
  }
  return found;
}

/** What many calls leave behind. */
export async function flat(browser, url, calls) {
  const page = await browser.open(url);
  await page.run('flat.ready');
  const look = async () => {
    await page.collectGarbage();
    await page.collectGarbage();
    const { JSEventListeners: listeners } = await page.metrics();
    const [wasm, timers] = await page.run('[flat.wasmBytes(), flat.timers()]');
    return { heap: await page.heapBytes(), wasm, listeners, timers };
  };
  // One host timer serves all calls; once none is in flight, it is not set again.
  const rest = () => new Promise((resolve) => setTimeout(resolve, 2500));
  // Long enough for the compiler to be done.
  await page.run('flat.run(10000)');
  await rest();
  const before = await look();
  for (let done = 0; done < calls; done += 5000) await page.run(`flat.run(${Math.min(5000, calls - done)})`);
  await rest();
  const after = await look();
  return { calls, before, after };
}

/** A page, and so a process, for each library: what one leaves to the compiler and the collector is no other's burden. */
async function open(browser, url) {
  const asked = await browser.open(url);
  const libraries = await asked.run('bench.libraries');
  await asked.close();
  const pages = [];
  for (const library of libraries) {
    const page = await browser.open(`${url}?${encodeURIComponent(library)}`);
    pages.push(Object.assign(page, { library, workloads: await page.run('bench.start()') }));
  }
  return pages;
}

function batch(workload, calls) {
  return `bench.run(${JSON.stringify(workload)}, ${calls})`;
}

/** `wall`: the milliseconds that the expression gives; `cpu`: what the main thread worked for it. */
async function timed(page, expression) {
  const before = await page.metrics();
  const wall = await page.run(expression);
  const after = await page.metrics();
  return { wall, cpu: (after.ThreadTime - before.ThreadTime) * 1000 };
}

async function grown(page, expression) {
  await page.collectGarbage();
  const before = await page.heapBytes();
  await page.run(expression);
  return (await page.heapBytes()) - before;
}

function turned(pages, by) {
  const first = by % pages.length;
  return [...pages.slice(first), ...pages.slice(0, first)];
}

function of(pages, make) {
  return Object.fromEntries(pages.map(({ library }) => [library, make()]));
}
