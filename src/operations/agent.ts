import { z } from 'zod';
import { makeId } from '../core/id.ts';
import { cleanText } from '../core/intent.ts';
import { refuse } from '../core/refusal.ts';
import { page } from './fields.ts';
import { defineOperation } from './operation.ts';
import { agentView, viewAgent } from './views.ts';

const TOKEN_BYTES = 32;

/** Registers an agent and hands out its token, once. */
export const register = defineOperation({
  name: 'agent.register',
  summary: 'Register an agent; its token is shown this once and kept nowhere',
  audience: 'operator',
  movesMoney: false,
  http: { method: 'POST', path: '/v1/agents' },
  isTool: false,
  input: z.strictObject({ name: z.string().min(1).max(100) }),
  output: z.object({ agent: agentView, token: z.string() }),
  async run({ clock, hash, random, store, walletId }, { input }) {
    const { text: name } = cleanText(input.name);
    if (name === '') return refuse('input_invalid', 'The name has no visible character');
    const token = `fxa_${Buffer.from(random(TOKEN_BYTES)).toString('base64url')}`;
    const agentId = makeId('agt', clock.nowMs(), random(10));
    const tokenHash = hash.sha256(token);
    const outcome = await store.commit({ type: 'agent.register', walletId, agentId, name, tokenHash });
    if (outcome.outcome === 'refused') return outcome;
    return { outcome: 'ok', output: { agent: viewAgent(outcome.agent), token } };
  },
});

/** The agents of the wallet; an agent sees itself. */
export const list = defineOperation({
  name: 'agent.list',
  summary: 'The agents of the wallet; an agent sees itself only',
  audience: 'any',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/agents' },
  isTool: false,
  input: z.strictObject(page),
  output: z.object({ agents: z.array(agentView) }),
  async run({ store, walletId }, { caller, input }) {
    if (caller.kind === 'agent') return { outcome: 'ok', output: { agents: [viewAgent(caller.agent)] } };
    const agents = await store.read.agents(walletId, input);
    return { outcome: 'ok', output: { agents: agents.map(viewAgent) } };
  },
});
