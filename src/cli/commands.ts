import { cardCommands } from './card-commands.ts';
import type { Command, Flag } from './command.ts';

const PAGE: Readonly<Record<string, Flag>> = {
  after: { value: 'ID', about: 'Only what comes after this one' },
  limit: { value: 'N', about: 'At most so many (50, at most 200)' },
};
const PASSPHRASE_FILE: Flag = {
  value: 'FILE',
  about:
    "The file with the passphrase of the server's payment key; without it FLUXA_PAYMENT_PASSPHRASE, or asked at the terminal",
};
const SIGNS =
  'Shows exactly what is signed, and asks for the passphrase of your approval key at the terminal.';

const wallet = () => import('./wallet.ts');
const mandate = () => import('./mandate.ts');
const agent = () => import('./agent.ts');
const payment = () => import('./payment.ts');
const audit = () => import('./audit.ts');
const operator = () => import('./operator.ts');
const consent = () => import('./consent.ts');

/** Everything that can be typed, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'balance',
    summary: 'What the wallet can spend',
    example: 'fluxa-wallet balance',
    load: async () => (await wallet()).balance,
  },
  {
    name: 'status',
    summary: 'Who the wallet is and whether it can pay',
    example: 'fluxa-wallet status --json',
    load: async () => (await wallet()).status,
  },
  {
    name: 'mandate request',
    summary: 'Ask the operator for a budget with a purpose, as an agent',
    example:
      'fluxa-wallet mandate request --amount 50.00 --intent "Weather data" --duration 30d --host api.example.com',
    flags: {
      amount: { value: 'USD', about: 'The whole budget', isRequired: true },
      intent: { value: 'TEXT', about: 'What the money is for', isRequired: true },
      duration: { value: 'TIME', about: 'How long it lasts: 30d, 12h, 45m', isRequired: true },
      host: { value: 'HOST', about: 'A host that may be paid', isList: true },
      payee: { value: 'ADDRESS', about: 'An address that may be paid', isList: true },
      'per-payment': { value: 'USD', about: 'At most so much per payment' },
      'per-day': { value: 'USD', about: 'At most so much per day (UTC)' },
      'per-payee': { value: 'USD', about: 'At most so much per payee' },
      'payments-max': { value: 'N', about: 'At most so many payments' },
      'idempotency-key': { value: 'KEY', about: 'Asks once, however often it is sent' },
    },
    load: async () => (await mandate()).request,
  },
  {
    name: 'mandate list',
    summary: 'Mandates, oldest first',
    example: 'fluxa-wallet mandate list',
    flags: PAGE,
    load: async () => (await mandate()).list,
  },
  {
    name: 'mandate show',
    args: ['ID'],
    summary: 'A mandate, its scope and what is left of it',
    example: 'fluxa-wallet mandate show mand_01k…',
    load: async () => (await mandate()).show,
  },
  {
    name: 'mandate approve',
    args: ['ID'],
    summary: 'Sign a mandate, as the operator',
    about: SIGNS,
    example: 'fluxa-wallet mandate approve mand_01k…',
    load: async () => (await consent()).consent('mandate.approve'),
  },
  {
    name: 'mandate reject',
    args: ['ID'],
    summary: 'Turn a mandate down, as the operator',
    about: SIGNS,
    example: 'fluxa-wallet mandate reject mand_01k…',
    load: async () => (await consent()).consent('mandate.reject'),
  },
  {
    name: 'mandate revoke',
    args: ['ID'],
    summary: 'End a mandate at once, as the operator',
    about: SIGNS,
    example: 'fluxa-wallet mandate revoke mand_01k…',
    load: async () => (await consent()).consent('mandate.revoke'),
  },
  {
    name: 'agent register',
    args: ['NAME'],
    summary: 'Register an agent and show its token, this once',
    example: 'fluxa-wallet agent register researcher --save',
    flags: { save: { about: 'Keep the token in the data directory instead of showing it' } },
    load: async () => (await agent()).register,
  },
  {
    name: 'agent list',
    summary: 'The agents of the wallet',
    example: 'fluxa-wallet agent list',
    flags: PAGE,
    load: async () => (await agent()).list,
  },
  {
    name: 'agent freeze',
    args: ['ID'],
    summary: 'Stop an agent from paying, as the operator',
    about: SIGNS,
    example: 'fluxa-wallet agent freeze agt_01k…',
    load: async () => (await consent()).consent('agent.freeze'),
  },
  {
    name: 'agent unfreeze',
    args: ['ID'],
    summary: 'Let a frozen agent pay again, as the operator',
    about: SIGNS,
    example: 'fluxa-wallet agent unfreeze agt_01k…',
    load: async () => (await consent()).consent('agent.unfreeze'),
  },
  {
    name: 'agent revoke',
    args: ['ID'],
    summary: 'Shut an agent out for good, as the operator',
    about: SIGNS,
    example: 'fluxa-wallet agent revoke agt_01k…',
    load: async () => (await consent()).consent('agent.revoke'),
  },
  {
    name: 'wallet freeze',
    summary: 'Stop every payment, as the operator',
    about: SIGNS,
    example: 'fluxa-wallet wallet freeze',
    load: async () => (await consent()).consent('wallet.freeze'),
  },
  {
    name: 'wallet unfreeze',
    summary: 'Let a frozen wallet pay again, as the operator',
    about: SIGNS,
    example: 'fluxa-wallet wallet unfreeze',
    load: async () => (await consent()).consent('wallet.unfreeze'),
  },
  {
    name: 'pay',
    args: ['URL'],
    summary: 'Get a resource and pay for it inside a mandate, as an agent',
    about: 'The answer goes to standard output, what was paid to standard error.',
    example: 'fluxa-wallet pay https://api.example.com/report --mandate mand_01k… --max-amount 0.10',
    flags: {
      mandate: { value: 'ID', about: 'The mandate to pay under', isRequired: true },
      method: { value: 'METHOD', about: 'GET without this' },
      header: { value: '"NAME: VALUE"', about: 'A header to send', isList: true },
      body: { value: 'TEXT', about: 'The body to send' },
      'max-amount': { value: 'USD', about: 'The most to pay' },
      'idempotency-key': {
        value: 'KEY',
        about: 'Ask again for a payment that is not finished; never pays twice',
      },
    },
    load: async () => (await payment()).pay,
  },
  {
    name: 'payment list',
    summary: 'Payments, oldest first',
    example: 'fluxa-wallet payment list --mandate mand_01k…',
    flags: { mandate: { value: 'ID', about: 'Only those of this mandate' }, ...PAGE },
    load: async () => (await payment()).list,
  },
  {
    name: 'payment show',
    args: ['ID'],
    summary: 'A payment, why it was decided so, and what is proved of it',
    example: 'fluxa-wallet payment show pay_01k…',
    load: async () => (await payment()).show,
  },
  ...cardCommands(PAGE, SIGNS),
  {
    name: 'audit export',
    summary: 'Write the whole audit trail, as the operator',
    about:
      'One JSON object a line: what the file is, then every entry of each chain, and a signed checkpoint of them.',
    example: 'fluxa-wallet audit export --out trail.jsonl',
    flags: { out: { value: 'FILE', about: 'A new file to write; standard output without this' } },
    load: async () => (await audit()).exportTrail,
  },
  {
    name: 'audit verify',
    args: ['[FILE]'],
    summary: 'Check an audit trail without trusting the server',
    about:
      'Every hash, link and checkpoint; and for each approval its digest, words and signature, made again from its terms.',
    example: 'fluxa-wallet audit verify trail.jsonl --operator 0x8ba1f109551bD432803012645Ac136ddd64DBA72',
    flags: {
      operator: { value: 'ADDRESS', about: 'Who must have signed; who the trail names without this' },
    },
    load: async () => (await audit()).verifyFile,
  },
  {
    name: 'operator init',
    summary: 'Make your approval key: what you sign mandates with',
    about: 'Asks for a new passphrase twice, at the terminal.',
    example: 'fluxa-wallet operator init',
    load: async () => (await operator()).init,
  },
  {
    name: 'operator address',
    summary: 'The address of your approval key',
    example: 'fluxa-wallet operator address',
    load: async () => (await operator()).address,
  },
  {
    name: 'init',
    summary: 'Set up a wallet in the data directory',
    about:
      'Makes the payment key, the token of the operator and, unless --operator names an address, the approval key.',
    example: 'fluxa-wallet init --network eip155:84532 --rpc-url https://base-sepolia.example.com',
    flags: {
      network: {
        value: 'CHAIN',
        about: 'The chain to pay on, such as eip155:8453 for Base',
        isRequired: true,
      },
      'rpc-url': { value: 'URL', about: 'A node of that chain', isRequired: true },
      token: { value: 'ADDRESS', about: 'The USDC of a test chain that the registry does not know' },
      name: { value: 'NAME', about: 'What the wallet is called ("Wallet" without this)' },
      port: { value: 'N', about: 'Where it will serve (4020 without this)' },
      operator: { value: 'ADDRESS', about: 'The address of an approval key that is kept elsewhere' },
      'passphrase-file': PASSPHRASE_FILE,
    },
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'serve',
    summary: 'Run the wallet of the data directory',
    example: 'fluxa-wallet serve --passphrase-file /run/secrets/passphrase',
    flags: {
      port: { value: 'N', about: 'Where, other than configured' },
      'passphrase-file': PASSPHRASE_FILE,
    },
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'sandbox',
    summary: 'Run a wallet with a chain, money and paid services of its own, to try it',
    about: 'Its data directory is ~/.fluxa-sandbox unless --data names another.',
    example: 'fluxa-wallet sandbox --approve all',
    flags: {
      port: { value: 'N', about: 'Where its wallet serves (4020 without this)' },
      fresh: { about: 'Throw away what an earlier one left' },
      approve: { value: 'all|none', about: 'Whether it signs every mandate by itself (none without this)' },
    },
    load: async () => (await import('./sandbox.ts')).sandbox,
  },
  {
    name: 'mcp',
    summary: 'Serve the wallet to an agent as MCP tools over standard input and output',
    about: "A client of the running server, with an agent's token.",
    example: 'fluxa-wallet mcp --as researcher',
    flags: { 'dotted-aliases': { about: 'List every tool as wallet.balance too, besides wallet_balance' } },
    load: async () => (await import('./mcp.ts')).mcp,
  },
  {
    name: 'version',
    summary: 'The version of this program',
    example: 'fluxa-wallet version',
    load: async () => (await import('./version.ts')).version,
  },
];
