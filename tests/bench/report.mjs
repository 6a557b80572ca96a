// What was measured as tables, and the limits of steadfetch.
import { WORKLOADS } from './measure.mjs';
import { figure, median, ratio, spread, table } from './table.mjs';

/** Prints as it hears, and keeps what was judged. */
export class Report {
  limits = [];

  cpu(found) {
    for (const [workload, title] of Object.entries(WORKLOADS)) {
      const samples = found[workload];
      const { native } = samples;
      const rows = Object.entries(samples).map(([name, { cpu, wall }]) => [
        name,
        ...spread(cpu).map((value) => figure(value, 1)),
        figure(ratio(cpu, native.cpu), 2),
        figure(ratio(wall, native.wall), 2),
      ]);
      const head = ['library', 'min', 'median', 'max', '× native', '× by wall clock'];
      table(`Main-thread CPU, µs per call: ${title}`, head, rows);
      const peer = like(samples);
      for (const name of ours(samples)) {
        const { cpu } = samples[name];
        this.#limit(`CPU × native, ${title}: ${name}`, ratio(cpu, native.cpu), 1.8);
        this.#limit(`CPU × ${peer}, ${title}: ${name}`, ratio(cpu, samples[peer].cpu), 1);
      }
    }
  }

  bytes({ found, known }) {
    for (const [workload, title] of Object.entries(WORKLOADS)) {
      const samples = found[workload];
      const rows = Object.entries(samples).map(([name, bytes]) => [
        name,
        ...spread(bytes).map((value) => figure(value)),
        figure(ratio(bytes, samples.native), 2),
      ]);
      table(`Bytes in V8's heap per call: ${title}`, ['library', 'min', 'median', 'max', '× native'], rows);
      const peer = like(samples);
      for (const name of ours(samples)) {
        // What reading a body allocates is the browser's, and no part of a call.
        if (workload === 'read')
          this.#limit(`bytes × ${peer}, ${title}: ${name}`, ratio(samples[name], samples[peer]), 1);
        else this.#limit(`bytes, ${title}: ${name}`, median(samples[name]), 1500, 0);
      }
    }
    console.log(`  (1 024 bytes, allocated to check this measure, count as ${figure(known)})`);
    if (Math.abs(known - 1024) > 20) throw new Error('bytes are not measured rightly');
  }

  first({ plain, decided }) {
    const row = (name, values) => [name, ...spread(values).map((value) => figure(value, 1))];
    const rows = [
      row('a plain GET, until the network is asked', plain.asked),
      row('  until its instant answer is handed over', plain.answered),
      row('  main-thread CPU', plain.cpu),
      row('with a bulkhead, until the network is asked', decided.asked),
      row('  main-thread CPU', decided.cpu),
    ];
    table('The first call on a fresh page, ms', ['', 'min', 'median', 'max'], rows);
    this.#limit('ms until the network is asked, first plain GET', median(plain.asked), 20, 1);
    this.#limit('the same, with a bulkhead', median(decided.asked), 20, 1);
  }

  flat({ calls, before, after }) {
    const names = {
      heap: 'bytes in V8’s heap',
      wasm: 'bytes of Wasm memory',
      listeners: 'listeners',
      timers: 'timers',
    };
    const rows = Object.entries(names).map(([key, name]) => [name, figure(before[key]), figure(after[key])]);
    table(`What ${figure(calls)} calls leave behind`, ['', 'before', 'after'], rows);
    this.#limit('more bytes in V8’s heap, per call', (after.heap - before.heap) / calls, 1);
    this.#limit('more bytes of Wasm memory', after.wasm - before.wasm, 0, 0);
    this.#limit('more listeners', after.listeners - before.listeners, 0, 0);
    this.#limit('timers', after.timers, 0, 0);
  }

  summary() {
    const rows = this.limits.map(({ what, is, limit, digits, kept }) => [
      what,
      figure(is, digits),
      figure(limit, digits),
      kept ? 'kept' : 'BROKEN',
    ]);
    table('Limits', ['what', 'is', 'at most', ''], rows);
  }

  #limit(what, is, limit, digits = 2) {
    this.limits.push({ what, is, limit, digits, kept: is <= limit });
  }
}

/** The way of ofetch's that gives what fetch gives: a body not yet read, where that is asked for. */
function like(samples) {
  return 'ofetch, body as a stream' in samples ? 'ofetch, body as a stream' : 'ofetch';
}

function ours(samples) {
  return Object.keys(samples).filter((name) => name.startsWith('steadfetch'));
}
