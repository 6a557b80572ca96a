// A headless Chromium that speaks the DevTools protocol over a pipe: nothing of ours runs in its pages unasked.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--remote-debugging-pipe',
];

/** One browser process, with a profile that goes with it. */
export class Chromium {
  #child;
  #profile = mkdtempSync(join(tmpdir(), 'steadfetch-bench-'));
  #calls = new Map();
  #waiting = new Set();
  #last = 0;

  /** @param {string} program @param {string} [jsFlags] for V8 */
  constructor(program, jsFlags) {
    const flags = [...FLAGS, `--user-data-dir=${this.#profile}`];
    if (jsFlags) flags.push(`--js-flags=${jsFlags}`);
    this.#child = spawn(program, [...flags, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    this.#child.on('error', (error) => this.#fail(new Error(`${program} did not start: ${error.message}`)));
    this.#child.on('exit', () => this.#fail(new Error(`${program} has ended`)));
    let received = '';
    this.#child.stdio[4].setEncoding('utf8').on('data', (text) => {
      const messages = (received + text).split('\0');
      received = messages.pop() ?? '';
      for (const message of messages) this.#hear(JSON.parse(message));
    });
    this.#child.stdio[3].on('error', () => {});
  }

  /** @param {string} method @param {object} [params] @param {string} [sessionId] */
  send(method, params = {}, sessionId = undefined) {
    const id = ++this.#last;
    this.#child.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0');
    return new Promise((resolve, reject) => this.#calls.set(id, { method, resolve, reject }));
  }

  /** The next event of this name in a session. */
  event(name, sessionId) {
    return new Promise((resolve, reject) => this.#waiting.add({ name, sessionId, resolve, reject }));
  }

  async version() {
    return (await this.send('Browser.getVersion')).product;
  }

  /** Opens a page as a new visitor: nothing is cached. Resolves once it is loaded. */
  async open(url) {
    const { browserContextId } = await this.send('Target.createBrowserContext');
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank', browserContextId });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, sessionId, browserContextId);
    await page.send('Page.enable');
    const loaded = this.event('Page.loadEventFired', sessionId);
    await page.send('Page.navigate', { url });
    await loaded;
    await page.send('Page.disable');
    await page.send('Performance.enable');
    return page;
  }

  async close() {
    if (this.#child.pid && this.#child.exitCode === null) {
      const ended = new Promise((resolve) => this.#child.once('exit', resolve));
      this.send('Browser.close').catch(() => {});
      const late = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(late);
    }
    // Its helpers may still write for a moment.
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 10 }).catch(() => {});
  }

  #hear({ id, method, params, sessionId, result, error }) {
    for (const wait of this.#waiting) {
      if (wait.name !== method || wait.sessionId !== sessionId) continue;
      this.#waiting.delete(wait);
      wait.resolve(params);
    }
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (error) call?.reject(new Error(`${call.method}: ${error.message}`));
    else call?.resolve(result);
  }

  #fail(error) {
    for (const { reject } of [...this.#calls.values(), ...this.#waiting]) reject(error);
    this.#calls.clear();
    this.#waiting.clear();
  }
}

/** One page of it. */
class Page {
  constructor(browser, sessionId, browserContextId) {
    this.browser = browser;
    this.sessionId = sessionId;
    this.browserContextId = browserContextId;
  }

  send(method, params) {
    return this.browser.send(method, params, this.sessionId);
  }

  /** Evaluates an expression, awaits it, gives back its value. */
  async run(expression) {
    const options = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', options);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async metrics() {
    const { metrics } = await this.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  }

  collectGarbage() {
    return this.send('HeapProfiler.collectGarbage');
  }

  async heapBytes() {
    return (await this.send('Runtime.getHeapUsage')).usedSize;
  }

  close() {
    return this.browser.send('Target.disposeBrowserContext', { browserContextId: this.browserContextId });
  }
}
