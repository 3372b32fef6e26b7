import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const FOLDER =
  process.env.FLUXA_VENDOR_APIS ?? resolve(import.meta.dirname, '..', '..', '..', 'shared', 'openapi');

/** Said in the name of a suite that is skipped where `vendorFile` finds nothing. */
export const NEEDS_VENDOR_APIS = 'needs the OpenAPI files of the vendors in the folder FLUXA_VENDOR_APIS';

/** Where a vendor's API description is, by its file name; null where it is not there. */
export function vendorFile(name: string): string | null {
  const path = join(FOLDER, name);
  return existsSync(path) ? path : null;
}

/** The text of one. */
export function readVendorFile(path: string): string {
  return readFileSync(path, 'utf8');
}

/** A mock of a vendor's API that refuses every request its description does not allow. */
export type Prism = { readonly url: string; readonly close: () => Promise<void> };

/**
 * Starts prism on a free port of this machine and waits until it listens. Requests that break the description are
 * answered with an error, not passed over.
 */
export async function startPrism(options: {
  readonly file: string;
  /** More of prism's own arguments, such as `--dynamic`. */
  readonly flags?: readonly string[];
}): Promise<Prism> {
  const program = createRequire(import.meta.url).resolve('@stoplight/prism-cli');
  const flags = ['--host', '127.0.0.1', '--port', '0', '--errors', '--multiprocess', 'false'];
  const child = spawn(process.execPath, [program, 'mock', options.file, ...flags, ...(options.flags ?? [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' },
  });
  const exited = once(child, 'exit');
  const close = async () => {
    child.kill();
    await exited;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /Prism is listening on (http:\/\/\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return { url, close };
  }
  throw new Error(`Prism ended before it listened: ${String((await exited)[0])}`);
}
