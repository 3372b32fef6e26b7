/** What the issuer of cards and the treasury behind it must be shown, and what proves that they call. */
export type IssuerSecrets = {
  readonly apiKey: string;
  /** Signs what the issuer tells. */
  readonly webhookSecret: string;
  /** Signs what the issuer asks, where that is another secret. */
  readonly decisionSecret?: string | undefined;
  readonly treasuryToken: string;
};

/** Where a server that was handed no secrets finds them. */
const VARIABLES = {
  apiKey: 'FLUXA_ISSUER_KEY',
  webhookSecret: 'FLUXA_ISSUER_WEBHOOK_SECRET',
  decisionSecret: 'FLUXA_ISSUER_DECISION_SECRET',
  treasuryToken: 'FLUXA_TREASURY_TOKEN',
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** The secrets in the environment. Throws an error that names every one that is missing. */
export function readIssuerSecrets(environment: Environment, needs: { decision: boolean }): IssuerSecrets {
  const { decisionSecret, ...always } = VARIABLES;
  const names = [...Object.values(always), ...(needs.decision ? [decisionSecret] : [])];
  const missing = names.filter((name) => !environment[name]);
  if (missing.length > 0) throw new Error(`Cards are configured, and ${missing.join(', ')} is not set`);
  return {
    apiKey: environment[VARIABLES.apiKey] ?? '',
    webhookSecret: environment[VARIABLES.webhookSecret] ?? '',
    decisionSecret: environment[VARIABLES.decisionSecret],
    treasuryToken: environment[VARIABLES.treasuryToken] ?? '',
  };
}
