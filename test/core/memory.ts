import { APPEND_ONLY, type Books, type TableName, type Tables } from '../../src/core/books.ts';
import type { Command, CommandName, OutcomeOf } from '../../src/core/command.ts';
import { decideBatch, type Verdict } from '../../src/core/commit.ts';
import { decide } from '../../src/core/decide.ts';
import { DEFAULT_POLICY, type Policy } from '../../src/core/policy.ts';
import { nodeHash } from '../../src/store/hash.ts';

/** Commands that were committed together. */
export type Sent = { readonly commands: readonly Command[]; readonly nowMs: number };

/** Books over maps: the whole core, and nothing else. Time only moves by what `commit` is given. */
export type Memory = {
  readonly books: Books;
  /** Decides a batch at one moment and writes what it leads to; answers in the order of the commands. */
  readonly commit: (commands: readonly Command[], nowMs: number) => readonly Verdict[];
  /** Decides one command; what it throws is thrown. */
  readonly send: <K extends CommandName>(command: Command<K>, nowMs: number) => OutcomeOf<K>;
  /** Every record of a table, in the order in which they were first written. */
  readonly all: <T extends TableName>(table: T) => readonly Tables[T][];
  /** Everything that was ever sent, with its time. */
  readonly sent: () => readonly Sent[];
  /** Puts a record there behind the core's back, to try what it does about it. */
  readonly plant: <T extends TableName>(table: T, record: Tables[T]) => void;
};

/** Opens empty books. Records are frozen when they are written, so that nothing can change them but a commit. */
export function openMemory(policy: Policy = DEFAULT_POLICY): Memory {
  const tables = new Map<TableName, Map<string, Tables[TableName]>>();
  const table = (name: TableName) => {
    const found = tables.get(name) ?? new Map<string, Tables[TableName]>();
    if (!tables.has(name)) tables.set(name, found);
    return found;
  };
  const books = { get: (name, id) => table(name).get(id) ?? null } as Books;
  const sent: Sent[] = [];
  const commit = (commands: readonly Command[], nowMs: number) => {
    sent.push({ commands, nowMs });
    const env = { nowMs, hash: nodeHash, policy };
    const { verdicts, writes } = decideBatch(books, commands, { decide, env });
    for (const write of writes) {
      if (APPEND_ONLY.has(write.table) && table(write.table).has(write.record.id)) {
        throw new Error(`The batch writes the ${write.table} ${write.record.id} again`);
      }
      table(write.table).set(write.record.id, freeze(write.record));
    }
    return verdicts;
  };
  return {
    books,
    commit,
    send: <K extends CommandName>(command: Command<K>, nowMs: number) => {
      const [verdict] = commit([command as unknown as Command], nowMs);
      if (verdict === undefined || 'thrown' in verdict) throw verdict?.thrown;
      return verdict.outcome as OutcomeOf<K>;
    },
    all: <T extends TableName>(name: T) => [...table(name).values()] as Tables[T][],
    sent: () => sent,
    plant: (name, record) => {
      table(name).set(record.id, freeze(record));
    },
  };
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
