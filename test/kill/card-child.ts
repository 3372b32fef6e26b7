import { writeSync } from 'node:fs';
import { startServer } from '../../src/serve/server.ts';

/** Serves the wallet of a sandbox's directory until it is killed. The secrets are in the environment, as outside. */
const [directory = '', port = ''] = process.argv.slice(2);
await startServer({
  directory,
  passphrase: process.env.FLUXA_PASSPHRASE ?? '',
  port: Number(port),
  isSandbox: true,
  followEveryMs: 50,
});
writeSync(1, 'up\n');
