// The errors that only this package throws.
import type * as api from '../types/index';

/** Wrong options: every problem with its path. */
export class ConfigError extends TypeError implements api.ConfigError {
  constructor(readonly problems: { path: string; message: string }[]) {
    const lines = problems.map(({ path, message }) => `\n  ${path || 'options'}: ${message}`);
    super(`Steadfetch cannot use these options:${lines.join('')}`);
    this.name = 'ConfigError';
  }
}

/** An HTTP error status, where `throwHttpErrors` asks for it. */
export class HttpError extends Error implements api.HttpError {
  constructor(
    readonly response: Response,
    readonly fault: api.Fault,
  ) {
    super(`The server answered with status ${response.status} (${fault.code}).`);
    this.name = 'HttpError';
  }
}
