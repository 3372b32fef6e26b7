#!/usr/bin/env node
// The command as it is installed. Plain JavaScript, so that for sources that have not changed Node.js loads neither
// its type stripper nor its compiler: half of the time a short command takes.
import { statSync } from 'node:fs';
import * as module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder of the user's own: Node.js would use one that everybody can write to, and run what it finds there. */
function cacheFolder() {
  try {
    const home = homedir();
    const isOwn = process.getuid === undefined || statSync(home).uid === process.getuid();
    return isOwn ? join(home, '.cache', 'fluxa-wallet') : null;
  } catch {
    return null;
  }
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`Error: fluxa-wallet needs Node.js 22.18 or newer, and this is ${process.version}`);
  process.exitCode = 70;
} else {
  const folder = cacheFolder();
  if (folder !== null) module.enableCompileCache(folder);
  await import('./main.ts');
}
