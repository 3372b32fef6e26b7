import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { checksumAddress, parseAddress } from '../protocol/address.ts';
import { flag, type Invocation, type Run } from './command.ts';
import { EXIT, Failure, misuse } from './failure.ts';
import { columns, jsonLine, showLine } from './text.ts';
import { HEADER, itemsOfFile, itemsOfServer } from './trail.ts';
import { createVerifier, type Findings, type TrailItem } from './verification.ts';

/** Writes the whole trail: what the file is, then an entry or a checkpoint a line. */
export const exportTrail: Run = async (call) => {
  const path = flag(call, 'out');
  if (path === undefined) {
    await writeTrail(call, (line) => void process.stdout.write(line));
    return;
  }
  const file = openNew(path);
  try {
    const entries = await writeTrail(call, (line) => void writeSync(file, line));
    call.output.result({ file: path, entries }, () => `${entries} entries in ${showLine(path)}`);
  } catch (error) {
    rmSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
};

async function writeTrail(call: Invocation, write: (line: string) => void): Promise<number> {
  write(`${jsonLine({ ...HEADER, server: call.home.url })}\n`);
  let count = 0;
  for await (const item of itemsOfServer(call)) {
    write(`${jsonLine(item)}\n`);
    if ('entry' in item) count += 1;
  }
  return count;
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    if (!isThere) throw cause;
    throw misuse(
      'file_exists',
      `${path} is there already and is left as it is`,
      'Name a new file with --out',
    );
  }
}

/** Checks a trail from its content alone, and stops at the first thing that is wrong. */
export const verifyFile: Run = async (call) => {
  const [path] = call.args;
  const pinned = pinnedOperator(call);
  const verifier = createVerifier(pinned);
  for await (const item of sourceOf(call, path)) {
    const fault = verifier.take(item);
    if (fault !== null) throw faulty(`The entry ${fault.entry} is wrong: ${fault.fault}`);
  }
  const findings = verifier.findings();
  if (pinned !== null && Object.keys(findings.operators).length === 0)
    throw faulty('The trail opens no wallet');
  call.output.result({ ok: true, ...findings, isPinned: pinned !== null }, () =>
    describe(findings, pinned !== null),
  );
};

function sourceOf(call: Invocation, path: string | undefined): AsyncIterable<TrailItem> {
  return path === undefined ? itemsOfServer(call) : itemsOfFile(path);
}

function pinnedOperator(call: Invocation) {
  const text = flag(call, 'operator');
  const address = text === undefined ? null : parseAddress(text);
  if (text === undefined || address !== null) return address;
  throw misuse('usage_wrong', `--operator "${text}" is not an address`, 'Copy all of it: 0x and 40 digits');
}

function faulty(detail: string): Failure {
  const hint = 'Somebody changed the trail, or it is not whole. Trust nothing in it from there on';
  return new Failure(EXIT.refused, { code: 'audit_fault', detail, hint, retryable: false });
}

function describe({ approvals, chains, checkpoints, operators }: Findings, isPinned: boolean): string {
  const checked = chains.map(({ chain, entries, head }) => [
    'Whole',
    `${chain}: ${entries} entries, the last with hash ${head}`,
  ]);
  const signers = Object.entries(operators).map(([wallet, address]) => [
    'Operator',
    `${checksumAddress(address as `0x${string}`)} of ${wallet}${isPinned ? '' : ' (as the trail says; pin it with --operator)'}`,
  ]);
  return columns([
    ...checked,
    ['Approvals', `${approvals}: digest, words and signature of each made again from its terms`],
    ...Object.entries(checkpoints).map(([key, count]) => [
      'Checkpoints',
      `${count}, each of exactly these entries, signed with the Ed25519 key ${key}`,
    ]),
    ...signers,
  ]);
}
