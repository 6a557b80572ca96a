// @sentry/browser 8 and later, or whatever takes its events.
import type { OutgoingRecord, Steadfetch } from './index.js';

/**
 * Hands faults to the app's own Sentry, until the function that it returns is called: `toSentry(steady, Sentry)`. A call that failed
 * and concerns the team is an event, one issue for each kind of failure and route; whatever else met trouble is a breadcrumb.
 * Everything is redacted (docs/privacy.md). What Sentry's own integrations record of requests is not: see docs/telemetry.md.
 */
export declare function toSentry(
  client: Pick<Steadfetch, 'on'>,
  sentry: SentryTarget,
  options?: ToSentryOptions,
): () => void;

export interface ToSentryOptions {
  /**
   * Which calls are events. By default those with impact blocked or data-at-risk, and recovery automatic or operator, unless the
   * person is offline.
   */
  capture?(record: OutgoingRecord): boolean;
}

/** What is needed of Sentry: its namespace, a scope, or a client has it. */
export interface SentryTarget {
  captureEvent(event: SentryEvent): unknown;
  addBreadcrumb?(breadcrumb: {
    category: string;
    message: string;
    level: 'info' | 'warning';
    timestamp: number;
    data: Record<string, unknown>;
  }): unknown;
}

/** What Sentry is given. */
export interface SentryEvent {
  message: string;
  level: 'warning' | 'error';
  logger: 'steadfetch';
  /** Seconds. */
  timestamp: number;
  fingerprint: string[];
  tags: Record<string, string>;
  contexts: {
    trace?: { trace_id: string; span_id: string };
    steadfetch: Record<string, unknown>;
  };
}
