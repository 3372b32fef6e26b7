import { Hono } from 'hono';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Context } from '../operations/context.ts';
import type { Operation } from '../operations/operation.ts';
import { inboxPaths } from './inbox.ts';
import { openApi } from './openapi.ts';
import { createOriginCheck, type OriginRules } from './origin.ts';
import { problem } from './problem.ts';
import { createRoute } from './route.ts';

/** What is served, and where. */
export type HttpOptions = OriginRules & {
  readonly context: Context;
  readonly operations: readonly Operation[];
  /** Takes a line about something that broke. */
  readonly log: (line: string) => void;
};

/**
 * Serves the operations over HTTP. Routes that are added to the app afterwards, whatever they serve, are behind the
 * same check of `Host` and `Origin`.
 */
export function createHttp({ context, operations, log, ...rules }: HttpOptions): Hono {
  const app = new Hono();
  const checkOrigin = createOriginCheck(rules);
  const refused = (refusal: Refusal, headers?: Readonly<Record<string, string>>) =>
    problem(refusal, answerId(context), headers);
  const failed = (error: unknown) => {
    const id = answerId(context);
    log(`${id} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return problem(failureOf(error), id);
  };

  let text: string | null = null;
  const document = () => {
    text ??= JSON.stringify(openApi(operations, rules.publicUrl()));
    return text;
  };

  app.use(async ({ req }, next) => {
    const refusal = checkOrigin(req.raw.headers);
    return refusal === null ? next() : refused(refusal);
  });
  app.onError(failed);
  app.notFound(({ req }) =>
    refused(refuse('route_not_found', `There is no route ${req.path.slice(0, 200)}`)),
  );

  for (const operation of [...operations].sort(byFields)) {
    const route = createRoute(operation, context);
    app.on(operation.http.method, honoPath(operation), async (request) => {
      try {
        const answer = await route(request);
        return 'outcome' in answer ? refused(answer) : answer;
      } catch (error) {
        return failed(error);
      }
    });
  }
  for (const [path, methods] of methodsOf(operations)) {
    const allow = methods.join(', ');
    const detail = `This route takes ${allow}`;
    app.all(path, () => refused(refuse('method_not_allowed', detail), { allow }));
  }
  for (const { path, receive } of context.cards === null ? [] : inboxPaths(context.cards.issuer, log)) {
    app.post(path, ({ req }) => receive(req.raw));
  }
  app.get('/health', ({ json }) => json({ status: 'ok' }));
  app.get('/openapi.json', ({ body }) => body(document(), 200, { 'content-type': 'application/json' }));
  return app;
}

/** A path that says a word itself goes before one that takes any word there. */
function byFields(a: Operation, b: Operation): number {
  return a.http.path.split('{').length - b.http.path.split('{').length;
}

function honoPath({ http }: Operation): string {
  return http.path.replace(/\{(\w+)\}/g, ':$1');
}

function methodsOf(operations: readonly Operation[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const operation of operations) {
    const path = honoPath(operation);
    methods.set(path, [...(methods.get(path) ?? []), operation.http.method]);
  }
  return methods;
}

/** Says what a caller may know of something that broke. */
function failureOf(error: unknown): Refusal {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  // A store that takes no commands has done nothing; after any other failure the outcome may not be known.
  if (code === 'store_busy' || code === 'store_closed') {
    return refuse('engine_unavailable', 'The store takes no further calls at the moment');
  }
  return refuse('internal_error', 'Something broke; the log has it under the id of this answer');
}

/** A name for one answer, to find it in the log. */
function answerId({ random }: Context): string {
  return Buffer.from(random(12)).toString('hex');
}
