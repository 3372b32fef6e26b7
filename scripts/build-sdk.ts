import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

// Makes `sdk/dist`, the package as it is published: JavaScript and types for programs that strip no types.
// `npm publish sdk/dist` publishes it; `sdk` itself is private.
const sdk = new URL('../sdk/', import.meta.url);
const dist = new URL('dist/', sdk);
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace(/package\.json$/, 'bin/tsc');

rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', fileURLToPath(sdk)], { stdio: 'inherit' });

const { private: _, scripts: __, ...rest } = JSON.parse(readFileSync(new URL('package.json', sdk), 'utf8'));
const published = { ...rest, exports: { '.': { types: './index.d.ts', default: './index.js' } } };
writeFileSync(new URL('package.json', dist), `${JSON.stringify(published, null, 2)}\n`);
copyFileSync(new URL('README.md', sdk), new URL('README.md', dist));
