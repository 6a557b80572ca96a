// One core behind the functions that the Wasm file exports, each of which takes the core's number first. What they do is
// documented with the Rust they call (core.rs).
import * as wasm from 'steadfetch-glue';
import type { IntlFormats } from './intl';

/** A client's engine, catalog and notices. */
export class Core {
  readonly #core: number;

  /** Throws the problems of the options, as an array. */
  constructor(options: object, intl: IntlFormats, origin: string, seed: number, prefix: string) {
    this.#core = wasm.create(options, intl, origin, seed, prefix);
  }

  route(method: string, href: string): number {
    return wasm.route(this.#core, method, href);
  }

  single(base: number, options: object): number {
    return wasm.single(this.#core, base, options);
  }

  admit(lane: number, facts: number, serial: number, now: number): number {
    return wasm.admit(this.#core, lane, facts, serial, now);
  }

  head(slot: number, status: number, now: number): number {
    return wasm.head(this.#core, slot, status, now);
  }

  answer(slot: number, response: Response, now: number, wall: number): void {
    wasm.answer(this.#core, slot, response, now, wall);
  }

  fail(slot: number, failure: number, now: number): void {
    wasm.fail(this.#core, slot, failure, now);
  }

  abort(slot: number, now: number): void {
    wasm.abort(this.#core, slot, now);
  }

  body(slot: number, what: number, now: number): void {
    wasm.body(this.#core, slot, what, now);
  }

  command(slot: number): number {
    return wasm.command(this.#core, slot);
  }

  tick(now: number): void {
    wasm.tick(this.#core, now);
  }

  due(): number {
    return wasm.due(this.#core);
  }

  arm(now: number): number {
    return wasm.arm(this.#core, now);
  }

  must_arm(): boolean {
    return wasm.must_arm(this.#core);
  }

  explain(slot: number, now: number, wall: number): unknown {
    return wasm.explain(this.#core, slot, now, wall);
  }

  fault(slot: number, now: number, wall: number): unknown {
    return wasm.fault(this.#core, slot, now, wall);
  }

  template(lane: number, href: string): string {
    return wasm.template(this.#core, lane, href);
  }

  release(slot: number): void {
    wasm.release(this.#core, slot);
  }

  online(now: number): void {
    wasm.online(this.#core, now);
  }

  changed(): boolean {
    return wasm.changed(this.#core);
  }

  frame(now: number, wall: number): unknown {
    return wasm.frame(this.#core, now, wall);
  }

  countdown(id: number, now: number, wall: number): string | undefined {
    return wasm.countdown(this.#core, id, now, wall);
  }

  list(now: number, wall: number): unknown {
    return wasm.list(this.#core, now, wall);
  }

  label(id: string, hotkey: string): string {
    return wasm.label(this.#core, id, hotkey);
  }

  show(input: object, now: number, wall: number): number {
    return wasm.show(this.#core, input, now, wall);
  }

  has_message(id: string): boolean {
    return wasm.has_message(this.#core, id);
  }

  update(id: number, changes: object, now: number, wall: number): void {
    wasm.update(this.#core, id, changes, now, wall);
  }

  resolve(id: number, message: string | undefined, now: number): void {
    wasm.resolve(this.#core, id, message, now);
  }

  dismiss(id: number, now: number): void {
    wasm.dismiss(this.#core, id, now);
  }

  expired(id: number, now: number): void {
    wasm.expired(this.#core, id, now);
  }

  mounted(mounted: boolean, now: number): void {
    wasm.mounted(this.#core, mounted, now);
  }

  listens(listens: boolean): void {
    wasm.listens(this.#core, listens);
  }

  retry(id: number, now: number): number {
    return wasm.retry(this.#core, id, now);
  }

  keeps(serial: number): boolean {
    return wasm.keeps(this.#core, serial);
  }

  free(): void {
    wasm.free(this.#core);
  }
}
