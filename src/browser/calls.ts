// The latest calls of a client: what happened can be asked for afterwards. Two rings of fixed length in the page's memory alone, so
// that a busy page's calls that went well do not push out those that met trouble. A call that goes well writes a few numbers over
// what was there, and is put into words only where somebody asks.
import type { Explanation, SteadfetchEvents } from '../../pkg/types/index';
import type { Flight } from './flight';
import type { Teller } from './known';
import type { Route } from './route';

/** Calls that are kept of those that went well at once, and as many of all others. */
const MOST = 50;
/** Characters that the explanations and URLs of those come to, at most; the oldest go first. */
const MOST_SIZE = 250_000;
/** A call that went well is not kept where its URL is longer, characters. */
const MOST_HREF = 5_000;
/** Of a step, with its reason. */
const STEP = 100;

/** A call that is over. */
interface Past {
  route: Route;
  teller: Teller;
  lane: number;
  serial: number;
  actionId: string | undefined;
  began: number;
  /** Of one that went well at once. */
  took: number;
  status: number;
  /** Of any other. */
  explanation?: Explanation;
  size: number;
}

/** A call, and the URL that it was for, which is nobody's to see. */
export interface Call {
  event: SteadfetchEvents['call'];
  href: string;
  /** On the driver's clock, ms. */
  began: number;
}

export class Calls {
  readonly #well: Past[] = [];
  #next = 0;
  /** The oldest one first. */
  readonly #others: Past[] = [];
  #size = 0;

  /** One that went well at once: in place of the oldest one, without a new object. */
  well(flight: Flight, took: number, status: number): void {
    if (flight.href.length > MOST_HREF) return;
    const past = (this.#well[this.#next] ??= {} as Past);
    this.#next = (this.#next + 1) % MOST;
    fill(past, flight);
    past.took = took;
    past.status = status;
  }

  /** Any other. */
  other(flight: Flight): void {
    const past = fill({} as Past, flight);
    const { explanation } = flight;
    const { problem } = explanation.fault ?? {};
    past.explanation = explanation;
    const { href } = past.route;
    past.size =
      explanation.timeline.length * STEP + href.length + (problem ? JSON.stringify(problem).length : 0);
    this.#size += past.size;
    const others = this.#others;
    others.push(past);
    while (others.length > MOST || (this.#size > MOST_SIZE && others.length > 1))
      this.#size -= others.shift()!.size;
  }

  /** The one that began last first. `routeOf`: a URL without what may identify somebody. */
  list(routeOf: (lane: number, href: string) => string): Call[] {
    const all = [...this.#well, ...this.#others].sort((one, other) => other.serial - one.serial);
    return all.map((past) => {
      const { teller, lane, serial, actionId, began, took, status } = past;
      const { method, href } = past.route;
      const explanation = past.explanation ?? teller.explanation(serial, took, status);
      const event = { callId: explanation.callId, route: routeOf(lane, href), method, explanation };
      return { event: actionId === undefined ? event : { ...event, actionId }, href, began };
    });
  }
}

function fill(past: Past, { route, trace, lane, serial, started, steady }: Flight): Past {
  past.route = route;
  past.teller = trace ?? route;
  past.lane = lane;
  past.serial = serial;
  past.actionId = steady?.actionId;
  past.began = started;
  return past;
}
