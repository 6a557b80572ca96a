// What every bench is as a program: its options, its results in a file, its limits.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

/**
 * Runs a bench; the exit code is 2 where its options are wrong, 1 where it failed, or with --check where a limit is broken.
 * @template {{ limits: { kept: boolean }[] }} R
 * @param {string} name
 * @param {string} usage
 * @param {(options: { quick?: boolean, check?: boolean, json?: string, other?: string }) => Promise<R>} run
 * @param {import('node:util').ParseArgsConfig['options']} [more] options of its own
 */
export async function program(name, usage, run, more = {}) {
  const options = read(usage, more);
  try {
    const results = await run(options);
    if (options.json) await writeFile(options.json, `${JSON.stringify(results, null, 1)}\n`);
    const broken = results.limits.filter(({ kept }) => !kept).length;
    if (options.check && broken > 0) throw new Error(`${broken} of the limits broken`);
  } catch (error) {
    console.error(`bench ${name}: ${error.message}`);
    process.exitCode = 1;
  }
}

/**
 * @param {string} usage
 * @param {import('node:util').ParseArgsConfig['options']} more
 * @returns {{ help?: boolean, quick?: boolean, check?: boolean, json?: string, other?: string }}
 */
function read(usage, more) {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h' },
        quick: { type: 'boolean' },
        check: { type: 'boolean' },
        json: { type: 'string' },
        ...more,
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    return values;
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}
