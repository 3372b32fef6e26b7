import { Hono } from 'hono';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Context } from '../operations/context.ts';
import type { Operation } from '../operations/operation.ts';
import { openApi } from './openapi.ts';
import { createOriginCheck, type OriginRules } from './origin.ts';
import { problem } from './problem.ts';
import { createRoute } from './route.ts';

/** What is served, and where. */
export type HttpOptions = OriginRules & {
  readonly context: Context;
  readonly operations: readonly Operation[];
  /** Takes a line about something that broke. No line holds anything of a request's headers or body. */
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

  app.use(async ({ req }, next) => {
    const refusal = checkOrigin(req.raw.headers);
    return refusal === null ? next() : refused(refusal);
  });
  app.onError(failed);
  app.notFound(({ req }) => refused(refuse('route_not_found', `There is no route ${req.path.slice(0, 200)}`)));

  for (const operation of operations) {
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
  app.get('/health', ({ json }) => json({ status: 'ok' }));
  app.get('/openapi.json', ({ json }) => json(openApi(operations, rules.publicUrl())));
  return app;
}
