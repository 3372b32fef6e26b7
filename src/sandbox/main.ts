import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { redacting } from '../serve/redaction.ts';
import { approveAll } from './auto-approval.ts';
import { HOSTS, sandboxOrigin } from './hosts.ts';
import { AGENT_NAME, startWorld, type World } from './world.ts';

const USAGE = `Usage: npm run sandbox -- [--port 4020] [--data DIR] [--fresh] [--approve all|none]`;

/** Starts a sandbox from the command line and keeps it until it is interrupted. */
export async function runSandbox(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '4020' },
      data: { type: 'string', default: join(homedir(), '.fluxa-sandbox') },
      fresh: { type: 'boolean', default: false },
      approve: { type: 'string', default: 'none' },
    },
  });
  if (!/^\d{1,5}$/.test(values.port)) throw new TypeError(`The port must be a number, not "${values.port}"`);
  if (values.approve !== 'all' && values.approve !== 'none') {
    throw new TypeError(`--approve must be "all" or "none", not "${values.approve}"`);
  }
  const port = Number.parseInt(values.port, 10);
  const log = redacting((line: string) => void process.stderr.write(`${line}\n`));
  const world = await startWorld({ directory: values.data, port, isFresh: values.fresh, log });
  const approvals = values.approve === 'all' ? approveAll(world, log) : null;
  process.stdout.write(`${welcome(world, values.approve)}\n`);
  await interrupted();
  await approvals?.stop();
  await world.close();
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

function welcome({ server, directory, paymentAddress, market, bank }: World, approve: string): string {
  const names = `${sandboxOrigin(HOSTS.names)}/register?name=tidepool.dev`;
  const wallet = `FLUXA_HOME=${directory} npx fluxa-wallet`;
  return [
    'The sandbox runs. Its money is worth nothing.',
    `  wallet       ${server.url}   (API: ${server.url}/openapi.json)`,
    `  address      ${paymentAddress}, funded with test USDC`,
    `  agent        ${AGENT_NAME}, token in ${directory}/agents/${AGENT_NAME}.token`,
    `  services     ${Object.keys(market.origins).join('  ')}`,
    `               (reached through the wallet; directly at ${market.servicesUrl} with a Host header)`,
    `  cards        of the sandbox's own network; the money behind them is with ${bank.treasury.address}`,
    `  approvals    ${approve === 'all' ? 'the sandbox signs every mandate that is asked for' : 'yours to sign, see below'}`,
    '',
    'Try, in another terminal:',
    `  ${wallet} balance`,
    `  ${wallet} mandate request --amount 50.00 --intent "3 domain names for my project" --duration 30d --host ${HOSTS.names}`,
    `  ${wallet} mandate approve mand_…`,
    `  ${wallet} pay "${names}" --mandate mand_…`,
    `  ${wallet} audit verify`,
    '',
    'Ctrl-C ends it; what it holds stays in its directory.',
  ].join('\n');
}

if (import.meta.main) {
  await runSandbox(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exitCode = 1;
  });
}
