// The fault server for a run by hand (`npx playwright test`): the app must have been built into target/e2e-app before.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export default async function setUp(): Promise<(() => void) | undefined> {
  if (process.env['FAULT_SERVER']) return undefined;
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const app = `${root}target/e2e-app`;
  const site = (process.env['APP_DIR'] ??= `${app}/dist`);
  process.env['PACKAGE_DIR'] ??= `${app}/node_modules/steadfetch`;
  const words = ['xtask', 'serve', '--port', '0', '--site', site];
  const server = spawn('cargo', words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const first = once(createInterface(server.stdout), 'line');
  const gone = once(server, 'exit').then(([code]) => {
    throw new Error(`cargo xtask serve ended with ${code}: is ${site} there?`);
  });
  gone.catch(() => {});
  const [line] = (await Promise.race([first, gone])) as [string];
  process.env['FAULT_SERVER'] = line;
  process.env['BASE_URL'] = JSON.parse(line).first;
  return () => void server.kill();
}
