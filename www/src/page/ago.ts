// Moments in words that do not jump about.

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** "14:02:05". */
export function timeOfDay(at: number): string {
  return clock.format(at);
}

const short = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** "14:02". */
export function timeShort(at: number): string {
  return short.format(at);
}

/** "just now", "12 s ago", from a minute on the time. */
export function ago(at: number, now = Date.now()): string {
  const seconds = Math.floor((now - at) / 1000);
  if (seconds < 2) return 'just now';
  return seconds < 60 ? `${seconds} s ago` : `at ${timeOfDay(at)}`;
}

/** "0:07". */
export function minutes(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** "4.2 s", "120 ms". */
export function span(ms: number): string {
  return ms < 995 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
