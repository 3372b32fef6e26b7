import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser, launchBrowser } from '../src/sandbox/browser.ts';
import { HOSTS, SHOP_HOSTS, sandboxOrigin } from '../src/sandbox/hosts.ts';
import { readConfig } from '../src/serve/config.ts';
import { dataDirectory } from '../src/serve/directory.ts';

const USAGE = 'Usage: npm run browser [-- URL [--data DIR] [--port 9222]]';

/**
 * Without a URL, says which browser tests and demo drive, installing one where that can be done (see `ensureBrowser`).
 * With one, opens it in a browser that reaches the hosts of the running sandbox, and says where it can be driven.
 */
async function main(args: readonly string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      data: { type: 'string', default: process.env.FLUXA_HOME ?? join(homedir(), '.fluxa-sandbox') },
      port: { type: 'string', default: '9222' },
    },
  });
  const [url] = positionals;
  if (url === undefined) {
    console.log(ensureBrowser());
    return;
  }
  if (!/^\d{1,5}$/.test(values.port)) throw new TypeError(`The port must be a number, not "${values.port}"`);
  const hasWindow =
    process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
  const browser = await launchBrowser({
    url,
    port: Number.parseInt(values.port, 10),
    hasWindow,
    resolve: shopHosts(values.data),
  });
  console.log(`Driven at ${browser.endpoint}${hasWindow ? '' : ' (without a window: there is no display)'}`);
  process.once('SIGINT', () => void browser.close());
  await browser.ended;
  await browser.close();
}

/** Where the hosts of the sandbox's shop are: its wallet's configuration knows. */
function shopHosts(directory: string): Readonly<Record<string, string>> {
  const at = readConfig(dataDirectory(directory)).admittedOrigins[sandboxOrigin(HOSTS.shop)];
  if (at === undefined) throw new Error(`The sandbox of ${directory} has no shop; start it first`);
  return Object.fromEntries(SHOP_HOSTS.map((host) => [host, at]));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exitCode = 1;
}
