// Rounds of batches: each library once in a round, in turning order, so that what disturbs the machine disturbs all.

/** Kinds of call, as page/calls.js has them. */
export const WORKLOADS = {
  get: 'GET of one URL',
  view: 'GET of 200 URLs with headers and a signal',
  post: 'POST of a small JSON body',
};

/**
 * Main-thread CPU, µs per call: the thread's own clock around a batch, so that other processes count for nothing.
 * `wall`: the same by the page's own performance.now(), to check it by.
 */
export async function cpu(browser, url, { rounds, calls }) {
  const page = await open(browser, url);
  const names = await page.run('bench.libraries');
  const found = {};
  for (const workload of Object.keys(WORKLOADS)) {
    for (const name of names) await page.run(batch(workload, name, 2 * calls));
    const samples = (found[workload] = of(names, () => ({ cpu: [], wall: [] })));
    for (let round = 0; round < rounds; round++) {
      await page.collectGarbage();
      const idle = await timed(page, batch('', 'nothing', 0));
      for (const name of turned(names, round)) {
        // Collecting garbage also drops code that lies idle: a few calls bring it back.
        await page.run(batch(workload, name, Math.ceil(calls / 10)));
        const { cpu, wall } = await timed(page, batch(workload, name, calls));
        samples[name].cpu.push(((cpu - idle.cpu) * 1000) / calls);
        samples[name].wall.push((wall * 1000) / calls);
      }
    }
  }
  await page.close();
  return found;
}

/**
 * Bytes allocated in V8's heap per call: how much larger it is after a batch during which nothing is collected. The
 * browser must have room for that (`ROOMY`). `known` is what 1024 bytes measure as.
 */
export async function bytes(browser, url, { windows, callsInWindow: calls }) {
  const page = await open(browser, url);
  const names = await page.run('bench.libraries');
  const grown = async (workload, name, count) => {
    await page.collectGarbage();
    const before = await page.heapBytes();
    await page.run(batch(workload, name, count));
    return (await page.heapBytes()) - before;
  };
  const perCall = async (workload, name) => {
    const idle = await grown('', 'nothing', 0);
    return ((await grown(workload, name, calls)) - idle) / calls;
  };
  for (let warm = 0; warm < 3; warm++) await perCall('', '1024 bytes');
  const known = (await perCall('', '1024 bytes')) - (await perCall('', 'nothing'));
  const found = {};
  for (const workload of Object.keys(WORKLOADS)) {
    const samples = (found[workload] = of(names, () => []));
    for (const name of names) {
      // Until the compiler is done with it: what optimised code allocates is what counts.
      for (let warm = 0; warm < 5; warm++) await page.run(batch(workload, name, 2000));
    }
    for (let window = 0; window < windows; window++) {
      for (const name of turned(names, window)) samples[name].push(await perCall(workload, name));
    }
  }
  await page.close();
  return { found, known };
}

/** V8 flags under which a batch ends before its garbage is collected, and code is kept while others run. */
export const ROOMY = '--min-semi-space-size=128 --max-semi-space-size=128 --no-flush-bytecode';

/** The first call on fresh pages: ms until the network is asked, and ms of main-thread CPU meanwhile. */
export async function first(browser, url, pages) {
  const found = { wait: [], cpu: [] };
  for (let count = 0; count < pages; count++) {
    const page = await browser.open(url);
    const { cpu, wall } = await timed(page, 'first()');
    found.wait.push(wall);
    found.cpu.push(cpu);
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
  await page.run('flat.run(3000)');
  await rest();
  const before = await look();
  for (let done = 0; done < calls; done += 5000) await page.run(`flat.run(${Math.min(5000, calls - done)})`);
  await rest();
  const after = await look();
  await page.close();
  return { calls, before, after };
}

async function open(browser, url) {
  const page = await browser.open(url);
  const states = await page.run('bench.ready');
  if (states.some((state) => state !== 'active')) throw new Error(`steadfetch is ${states}`);
  return page;
}

function batch(workload, name, calls) {
  return `bench.run(${JSON.stringify(workload)}, ${JSON.stringify(name)}, ${calls})`;
}

/** `wall`: the milliseconds that the expression gives; `cpu`: what the main thread worked for it. */
async function timed(page, expression) {
  const before = await page.metrics();
  const wall = await page.run(expression);
  const after = await page.metrics();
  return { wall, cpu: (after.ThreadTime - before.ThreadTime) * 1000 };
}

function turned(names, by) {
  const first = by % names.length;
  return [...names.slice(first), ...names.slice(0, first)];
}

function of(names, make) {
  return Object.fromEntries(names.map((name) => [name, make()]));
}
