import type { z } from 'zod';
import type { Refusal } from '../core/refusal.ts';
import type { Caller, Context } from './context.ts';

/** Who may call an operation. `any`: an agent for its own things, or the operator for all. */
export type Audience = 'agent' | 'operator' | 'any' | 'anyone';

/** One call, its input parsed. */
export type Call<I> = {
  readonly caller: Caller;
  readonly input: I;
  /** Present, and well-formed, for every operation that moves money. */
  readonly idempotencyKey: string | null;
};

/** What a call leads to. `pending`: not finished yet, ask again with the same key. */
export type Answer<O> =
  | {
      readonly outcome: 'ok';
      readonly output: O;
      readonly isPending?: boolean;
      /** The same key was answered before; this is that answer. */
      readonly isReplay?: boolean;
    }
  | Refusal;

/** Something the system can do, defined once: HTTP, MCP, CLI, SDK and reference are made of this. */
export type Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> = {
  /** `noun.verb`; MCP and the SDK derive their names from it. */
  readonly name: `${string}.${string}`;
  readonly summary: string;
  readonly audience: Audience;
  readonly movesMoney: boolean;
  /** Segments in braces are fields of the input; a GET takes the others from the query. */
  readonly http: { readonly method: 'GET' | 'POST'; readonly path: `/v1/${string}` };
  /** Whether agents see it as a tool. */
  readonly isTool: boolean;
  readonly input: I;
  readonly output: O;
  /** A method, so that operations of any schemas fit one table. */
  run(context: Context, call: Call<z.output<I>>): Promise<Answer<z.input<O>>>;
};

/** Defines an operation, keeping the types of its schemas. */
export function defineOperation<I extends z.ZodType, O extends z.ZodType>(
  operation: Operation<I, O>,
): Operation<I, O> {
  return operation;
}
