import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** What the figures were measured on, as lines of a list. Nothing that names the machine or its owner. */
export function machine(): readonly string[] {
  const model = cpus()[0]?.model ?? 'unknown';
  const gibibytes = (totalmem() / 2 ** 30).toFixed(0);
  return [
    `Machine: ${availableParallelism()} cores (${model}), ${gibibytes} GiB of memory, ${process.platform} ${process.arch}`,
    `Node.js ${process.version}, SQLite ${process.versions.sqlite}`,
    `Commit ${commit()}`,
  ];
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', '../src', '../sdk', '../package-lock.json');
  return `${git('rev-parse', '--short', 'HEAD')}${changed === '' ? '' : ', with changes that are not committed'}`;
}
