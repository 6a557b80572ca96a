// The telemetry of steadfetch/worker: none, since its one file would carry it for all. steadfetch/worker-telemetry has it.

export class Observer {
  constructor() {
    console.warn(
      'Steadfetch: telemetry is no part of steadfetch/worker; import steadfetch/worker-telemetry instead.',
    );
  }

  attempted(): void {}

  ended(): void {}

  ending(): void {}
}
