// A worker's telemetry: none, since its one file would carry it for all.

export class Observer {
  constructor() {
    console.warn('Steadfetch: telemetry is no part of steadfetch/worker; it tells nothing.');
  }

  attempted(): void {}

  ended(): void {}
}
