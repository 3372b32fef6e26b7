import { DEFAULT_POLICY } from '../../core/policy.ts';
import type { ConfigFile } from '../../serve/config.ts';
import type { PolicyOverrides } from './scenario.ts';

type ConfigPolicy = NonNullable<NonNullable<ConfigFile['cards']>['policy']>;

const HOUR_MS = 3_600_000;
const TTL_HOURS = DEFAULT_POLICY.card.ttlMs / HOUR_MS;

/** The operator's part of what a scenario wants of a card: all that an agent cannot ask for itself. */
export function operatorPolicy(wanted: PolicyOverrides): ConfigPolicy {
  const { ttl_h } = wanted;
  const all = {
    ttlHours: ttl_h !== undefined && ttl_h > TTL_HOURS ? ttl_h : undefined,
    holdHours: wanted.auth_validity_h,
    holdLongHours: wanted.auth_validity_long_h,
    longMccs: wanted.long_mccs,
    blockedMccs: wanted.blocked_mccs,
    probeMaxCents: wanted.probe_max_cents,
    probesOpenMax: wanted.max_probes_open,
    probesMax: wanted.max_probes_total,
    verificationsMax: wanted.max_zero_verifications,
    credentialFailuresMax: wanted.max_credential_failures,
    requires3ds: wanted.require_3ds === false ? false : undefined,
    allowsPartialApproval: wanted.allow_partial_approval,
    reopensOnFullReversal: wanted.reopen_on_full_reversal,
    lateReserveHours: wanted.late_presentment_reserve_h,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The agent's part: what it may narrow, as `card.create` takes it. */
export function agentWishes(wanted: PolicyOverrides) {
  const { merchant_lock, allowed_mccs, allowed_countries, require_3ds, ttl_h } = wanted;
  return {
    ...(merchant_lock && { merchantLock: merchant_lock }),
    ...(allowed_mccs && { mccs: [...allowed_mccs] }),
    ...(allowed_countries && { countries: [...allowed_countries] }),
    ...(require_3ds === true && { require3ds: true }),
    ...(ttl_h !== undefined && ttl_h < TTL_HOURS && { ttl: `${Math.round(ttl_h * 60)}m` }),
  };
}
